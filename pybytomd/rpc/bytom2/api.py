"""The parts of a node of Bytom 2 that API methods work with."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pybytomd import BYTOM2_REFERENCE_VERSION
from pybytomd.ledger.networks.chain_kind import ChainKind
from pybytomd.rpc.api import ApiParts

if TYPE_CHECKING:
    from pybytomd.chain.bytom2.chain import Chain
    from pybytomd.mining.bytom2.producer import BlockProducer
    from pybytomd.mining.coinbase import RewardReceiver
    from pybytomd.sync.bytom2.manager import SyncManager


@dataclass(frozen=True, kw_only=True)
class Bytom2Api(ApiParts):
    """What methods of Bytom 2 are given. ``key`` is the node's extended public key in hex."""

    KIND = ChainKind.BYTOM2

    chain: Chain
    key: str
    producer: BlockProducer
    network: SyncManager | None = None
    receiver: RewardReceiver
    version: str = BYTOM2_REFERENCE_VERSION
    wallet_is_wanted: bool = True
    """Whether the configuration says that there is to be a wallet."""
    start_mining: Callable[[], None]
    """Begin to make blocks. Raises BytomError when nobody can be paid for them."""

    @property
    def has_wallet(self) -> bool:
        """Whether there are methods of the wallet. As yet they only say that there is none."""
        return self.wallet_is_wanted

    @property
    def best_time(self) -> float:
        """See ``ApiParts``."""
        return self.chain.best_header.timestamp / 1000
