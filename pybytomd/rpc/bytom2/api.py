"""The parts of a node of Bytom 2 that API methods work with."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pybytomd import BYTOM2_REFERENCE_VERSION
from pybytomd.ledger.networks.chain_kind import ChainKind
from pybytomd.rpc.api import ApiParts
from pybytomd.rpc.block_cache import BlockCache
from pybytomd.rpc.bytom2.elections import Elections
from pybytomd.rpc.bytom2.epochs import current
from pybytomd.rpc.figures.finality import FinalityFigures

if TYPE_CHECKING:
    from pybytomd.chain.bytom2.chain import Chain
    from pybytomd.chain.events import AnyHeader
    from pybytomd.mining.bytom2.producer import BlockProducer
    from pybytomd.mining.bytom2.proposer import BlockProposer
    from pybytomd.mining.coinbase import RewardReceiver
    from pybytomd.sync.bytom2.manager import SyncManager


@dataclass(frozen=True, kw_only=True)
class Bytom2Api(ApiParts):
    """What methods of Bytom 2 are given. ``key`` is the node's extended public key in hex."""

    KIND = ChainKind.BYTOM2

    chain: Chain
    key: str
    producer: BlockProducer
    proposer: BlockProposer
    network: SyncManager | None = None
    receiver: RewardReceiver
    version: str = BYTOM2_REFERENCE_VERSION
    elections: Elections = field(default_factory=Elections)
    blocks: BlockCache = field(default_factory=BlockCache)
    start_mining: Callable[[], None]
    """Begin to make blocks. Raises BytomError when nobody can be paid for them."""

    @staticmethod
    def time_of(header: AnyHeader) -> float:
        """See ``ApiParts``: headers count milliseconds."""
        return header.timestamp / 1000

    def finality(self) -> FinalityFigures:
        """See ``ApiParts``."""
        chain = self.chain
        validators, at_best = self.elections.validators(chain), chain.at_best
        return FinalityFigures(
            justified_height=chain.justified.height,
            finalized_height=chain.finalized.height,
            epoch=current(chain),
            validators=len(validators),
            votes=0 if at_best is None else at_best.total_votes,
            is_validator=any(validator.key == self.key for validator in validators),
            is_producing=self.producer.is_running,
            produced=self.producer.produced,
        )

    def shown_node_id(self, node_id: str) -> str:
        """See ``ApiParts``: with small letters, as in the keys of validators."""
        return node_id.lower()
