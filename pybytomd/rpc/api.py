"""The parts of the node that API methods work with."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ClassVar, Protocol

from pybytomd import REFERENCE_VERSION
from pybytomd.ledger.networks.chain_kind import ChainKind
from pybytomd.rpc.block_cache import BlockCache
from pybytomd.rpc.figures.served import Served
from pybytomd.rpc.lifecycle import Lifecycle, Phase

if TYPE_CHECKING:
    from pybytomd.chain.events import AnyHeader
    from pybytomd.chain.ports import ChainWriter, ServedChain
    from pybytomd.clock import Clock
    from pybytomd.indexing.service import IndexService
    from pybytomd.mining.cpu_miner import CPUMiner
    from pybytomd.mining.pool import MiningPool
    from pybytomd.mining.proposer import BlockProposer
    from pybytomd.rpc.access.tokens import CredentialStore
    from pybytomd.rpc.figures.chain_figures import ReorganisationCounter
    from pybytomd.rpc.figures.finality import FinalityFigures
    from pybytomd.rpc.figures.storage_report import Storage
    from pybytomd.rpc.hooks.service import HookService
    from pybytomd.rpc.push.events.event_hub import EventHub
    from pybytomd.rpc.push.feeds import FeedStore
    from pybytomd.rpc.push.notifications import NotificationManager
    from pybytomd.sync.manager import SyncManager
    from pybytomd.sync.network_side import NetworkSide
    from pybytomd.tracing.service import TraceService
    from pybytomd.wallet.spend.build import TransactionBuilder
    from pybytomd.wallet.wallet import Wallet
    from pybytomd.watching.service import WatchService

MAX_TRANSACTION_FEE = 1_000_000_000
"""Default of ``wallet.max_tx_fee``, in neu: 10 BTM. A larger fee is taken for a mistake."""


class LogLevels(Protocol):
    """How much each part of the node logs."""

    @property
    def names(self) -> Sequence[str]:
        """The levels, that which says most in front."""

    def levels(self) -> Mapping[str, str]:
        """The level of each part."""

    def set_level(self, part: str, level: str) -> None:
        """Have one part tell so much from now on. Raises KeyError for a part or a level that is none."""


class LogEntry(Protocol):
    """A record of the log."""

    @property
    def number(self) -> int:
        """Counted from the start of the node, from 1."""

    @property
    def time(self) -> float:
        """Unix time in seconds."""

    @property
    def level(self) -> str:
        """Its level, as it stands in the log files."""

    @property
    def part(self) -> str:
        """The part of the node, which is the name of its log file."""

    @property
    def message(self) -> str:
        """What it says."""

    @property
    def fields(self) -> Mapping[str, str]:
        """What it says more, by name, without secrets."""


class LogTail(Protocol):
    """The last records of the log."""

    @property
    def newest(self) -> int:
        """The number of the last record, 0 before the first."""

    def since(self, number: int) -> Sequence[LogEntry]:
        """The records after that of this number, as far as they are kept, the oldest first."""


class Setting(Protocol):
    """A setting of the node that is in force."""

    @property
    def key(self) -> str:
        """Its name."""

    @property
    def value(self) -> bool | int | str:
        """Its value; that of a secret is hidden."""

    @property
    def source(self) -> str:
        """Where it comes from: default, file, environment or flag."""

    @property
    def place(self) -> str:
        """Which file and line, variable or flag; empty for a default."""


@dataclass(frozen=True, kw_only=True)
class ApiParts(ABC):
    """What the API of a chain of either kind is made of. Parts a node does not run are None."""

    KIND: ClassVar[ChainKind]

    chain: ServedChain
    clock: Clock
    tokens: CredentialStore
    miner: CPUMiner | None = None
    network: NetworkSide | None = None
    wallet: Wallet | None = None
    builder: TransactionBuilder | None = None
    index: IndexService | None = None
    trace: TraceService | None = None
    notifications: NotificationManager | None = None
    events: EventHub | None = None
    reorganisations: ReorganisationCounter | None = None
    storage: Storage | None = None
    hooks: HookService | None = None
    stop: Callable[[], None] | None = None
    """Asks the node to stop."""
    log_levels: LogLevels | None = None
    log_tail: LogTail | None = None
    settings: Callable[[], Sequence[Setting]] | None = None
    """Those in force."""
    watch: WatchService | None = None
    max_transaction_fee: int = MAX_TRANSACTION_FEE
    """In neu."""
    version: str = REFERENCE_VERSION
    blocks: BlockCache = field(default_factory=BlockCache)
    served: Served = field(default_factory=Served)
    lifecycle: Lifecycle = field(default_factory=lambda: Lifecycle(Phase.RUNNING))

    @property
    def address_prefix(self) -> str:
        """What addresses of this network begin with."""
        return self.chain.params.address_prefix

    @property
    def has_wallet(self) -> bool:
        """Whether there are methods of the wallet."""
        return self.wallet is not None

    @property
    def best_time(self) -> float:
        """The time of the best block, in Unix seconds."""
        return self.time_of(self.chain.best_header)

    @staticmethod
    @abstractmethod
    def time_of(header: AnyHeader) -> float:
        """The time of a block of this chain, in Unix seconds."""

    def finality(self) -> FinalityFigures | None:
        """How far the chain is final, None for one whose blocks never are."""
        return None

    def shown_node_id(self, node_id: str) -> str:
        """The id of a node as clients of this network know it."""
        return node_id


@dataclass(frozen=True, kw_only=True)
class Api(ApiParts):
    """What methods of 1.x are given."""

    KIND = ChainKind.BYTOM1

    chain: ChainWriter
    network: SyncManager | None = None
    feeds: FeedStore | None = None
    mining_pool: MiningPool | None = None
    proposer: BlockProposer | None = None

    @staticmethod
    def time_of(header: AnyHeader) -> float:
        """See ``ApiParts``."""
        return header.timestamp
