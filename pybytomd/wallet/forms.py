"""What the wallet has to know of a ledger: one object for each chain, ``BYTOM1`` and ``BYTOM2`` in their modules.

All else of the wallet is the same on both: it hands blocks and transactions on to these functions, and looks at
nothing of them but what ``chain.ports`` and the protocols below say.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, Self

from pybytomd.chain.annotated import JsonObject, OwnerOf, Place
from pybytomd.chain.events import AnyBlock, AnyHeader, AnyJudgedBlock
from pybytomd.chain.mempool.pool_entry import Waiting
from pybytomd.chain.ports import FollowedChain


class AnyUtxo(Protocol):
    """An unspent output of either ledger, as its record in wallet.db has it."""

    @property
    def output_id(self) -> bytes:
        """Its id."""

    @property
    def source_id(self) -> bytes:
        """The entry it is from."""

    @property
    def asset_id(self) -> bytes:
        """Of what it holds units."""

    @property
    def amount(self) -> int:
        """How many of them."""

    @property
    def source_position(self) -> int:
        """Its place among the outputs of its transaction."""

    @property
    def control_program(self) -> bytes:
        """What locks it."""

    @property
    def account_id(self) -> str:
        """Whose it is, empty for one of a contract."""

    @property
    def address(self) -> str:
        """The text of its program."""

    @property
    def control_program_index(self) -> int:
        """Which address of the account it is."""

    @property
    def valid_height(self) -> int:
        """The height from which on it can be spent."""

    @property
    def change(self) -> bool:
        """Whether the address is one for change."""

    @property
    def purse(self) -> bytes:
        """What it can be spent together with: begins with the id of its asset."""

    @property
    def is_contract(self) -> bool:
        """Whether it is kept among those of contracts."""

    @property
    def key(self) -> bytes:
        """The key of its record."""

    def owned_by(self, account_id: str, address: str, index: int, change: bool) -> Self:
        """The same as one of an account, with the place of its keys."""

    def spendable_from(self, height: int) -> Self:
        """The same with another height from which on it can be spent."""

    def to_json(self) -> bytes:
        """The stored form."""


class AnyAnnotator(Protocol):
    """Makes the JSON objects of transactions."""

    def transaction(self, tx: Any, place: Place) -> JsonObject:
        """A transaction as the wallet shows it."""


class Network(Protocol):
    """What the wallet asks of a network of either kind."""

    @property
    def address_prefix(self) -> str:
        """What its addresses begin with."""

    @property
    def is_private(self) -> bool:
        """Whether one runs it alone."""

    @property
    def genesis(self) -> AnyBlock:
        """Its first block."""


class Pool(Protocol):
    """What the wallet asks of the transaction pool of either kind."""

    def entries(self) -> Sequence[Waiting[Any]]:
        """What waits, in the order in which it came."""

    def __contains__(self, tx_id: object) -> bool: ...


class CoreUtxo(Protocol):
    """What the chain itself knows of an output."""

    @property
    def spent(self) -> bool:
        """Whether it is spent by now."""


class WalletChain(FollowedChain[AnyJudgedBlock], Protocol):
    """What the wallet asks of a chain of either kind."""

    @property
    def params(self) -> Network:
        """The network."""

    @property
    def best_header(self) -> AnyHeader:
        """The header of the best block."""

    @property
    def pool(self) -> Pool:
        """The transactions that wait for a block."""

    def unspent(self, output_id: bytes) -> CoreUtxo | None:
        """What the main chain knows of an output."""


Created = Callable[[Any, bool, int, bool], Iterator[AnyUtxo]]


@dataclass(frozen=True, slots=True)
class LedgerForms:
    """What differs between the ledgers of the two chains, as far as the wallet's index goes."""

    read_utxo: Callable[[bytes], AnyUtxo]
    """Reads the stored form of an output. Raises DecodeError."""
    consumed: Callable[[Any, bool], Iterator[AnyUtxo]]
    """The outputs a transaction spends that could be ours, given whether it failed."""
    created: Created
    """Those that it makes, given whether it failed, the height of its block, 0 if it waits for one, and whether it
    is the first one there."""
    annotator: Callable[[str, OwnerOf | None], AnyAnnotator]
    """Shows transactions, with the addresses of the network that has this prefix."""
    block_time: Callable[[AnyHeader], int]
    """When a block was made, in whole Unix seconds."""
    height_limit: Callable[[bytes], int]
    """The height below which an issuance program holds; 0 for none."""
