"""A world for the wallet: a tree of made-up blocks that pay accounts, strangers and contracts, and the truth."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from random import Random

from pybytomd.chain.events import BestBlockChanged
from pybytomd.chain.judged_block import JudgedBlock
from pybytomd.chain.pool import TxPool
from pybytomd.clock import ManualClock
from pybytomd.crypto.chainkd import XPub
from pybytomd.events import EventDispatcher
from pybytomd.ledger.block import Block
from pybytomd.ledger.constants import BTM_ASSET_ID
from pybytomd.ledger.inputs import CoinbaseInput, SpendInput, TxOutput
from pybytomd.ledger.networks.params import SOLONET
from pybytomd.ledger.status import TransactionStatus
from pybytomd.ledger.transaction import Transaction
from pybytomd.ledger.utxo import UtxoEntry
from pybytomd.store.kv.interface import KeyValueStore
from pybytomd.wallet.accounts.manager import AccountManager
from pybytomd.wallet.assets.registry import AssetRegistry
from pybytomd.wallet.keys.pseudohsm import PseudoHSM
from pybytomd.wallet.wallet import Wallet
from tests.chain_builder import GENESIS, make_block
from tests.unit.wallet.recorded import FOLDER

GOLD = b"\x07" * 32
STRANGERS = [b"\x00\x14" + bytes([number]) * 20 for number in range(3)]
CONTRACTS = [b"\x52\x93\x87", b"", b"\x51\x51"]
OPEN, RETIREMENT = b"\x51", b"\x6a\x01"
XPUB = XPub.from_hex(
    "2e195eb7cbfbe55d9097a08732ab328e62f8251ee0a5fc27d2e21e1cd8734cd8"
    "6ca7e88098724c6ac0d2990965296a63d0bb17350563e023a04cf30bea7a306e"
)


@dataclass(frozen=True)
class Output:
    """An unspent output of the model."""

    source_id: bytes
    position: int
    output: TxOutput

    def as_input(self) -> SpendInput:
        out = self.output
        return SpendInput(
            self.source_id, out.asset_id or BTM_ASSET_ID, out.amount, self.position, 1, out.control_program
        )


Unspent = dict[bytes, Output]


@dataclass
class Node:
    """A block of the tree, and the unspent outputs after it."""

    block: Block
    fails: tuple[bool, ...]
    unspent: Unspent
    parent: Node | None = None


def make_accounts(database: KeyValueStore) -> list[bytes]:
    """Two accounts with a few addresses; their programs."""
    accounts = AccountManager(database, SOLONET, ManualClock())
    programs = []
    for number in range(2):
        account = accounts.create([XPUB], 1, f"account{number}")
        programs += [accounts.create_address(account, change).program for change in (False, True, False)]
    return programs


@dataclass
class World:
    """The chain that the wallet sees (see ``WalletChain``); it grows and is reorganised at will."""

    random: Random
    own: Sequence[bytes]
    params = SOLONET
    events: EventDispatcher = field(default_factory=EventDispatcher)
    reads_to_reorganisation: int = 0
    """When so many more blocks were read the chain is reorganised, in the midst of a step; 0 for never."""

    def __post_init__(self) -> None:
        self.pool = TxPool(ManualClock(), self.events, unspent=lambda _: True)
        genesis = Node(GENESIS, (False,), {})
        self._apply(genesis.unspent, GENESIS.transactions[0], False)
        self.nodes = {GENESIS.hash: genesis}
        self.main = [genesis]

    # --- what the wallet asks ---

    @property
    def best_height(self) -> int:
        return len(self.main) - 1

    @property
    def best_hash(self) -> bytes:
        return self.main[-1].block.hash

    def hash_at(self, height: int) -> bytes | None:
        return self.main[height].block.hash if height < len(self.main) else None

    def is_in_main_chain(self, block_hash: bytes) -> bool:
        node = self.nodes.get(block_hash)
        return node is not None and self.hash_at(node.block.height) == block_hash

    def block_hex(self, block_hash: bytes) -> bytes | None:
        return self.nodes[block_hash].block.to_hex().encode() if block_hash in self.nodes else None

    def block(self, block_hash: bytes) -> Block:
        self.reads_to_reorganisation -= 1
        if self.reads_to_reorganisation == 0:
            self.reorganise(depth=4, blocks=5)
        return self.nodes[block_hash].block

    def judged(self, block_hash: bytes) -> JudgedBlock:
        return JudgedBlock(self.block(block_hash), TransactionStatus(self.nodes[block_hash].fails))

    def unspent(self, output_id: bytes) -> UtxoEntry | None:
        return UtxoEntry(False, 0, False) if output_id in self.main[-1].unspent else None

    # --- how it changes ---

    def grow(self, blocks: int) -> None:
        for _ in range(blocks):
            self.main.append(self._child(self.main[-1]))
        self.events.post(BestBlockChanged(self.main[-1].block.header))

    def reorganise(self, depth: int, blocks: int) -> None:
        """Leave ``depth`` blocks and go on with others."""
        del self.main[max(1, len(self.main) - depth) :]
        self.grow(blocks)

    def balances(self) -> dict[tuple[bytes, bytes], int]:
        """The sum of all unspent outputs of the accounts, by program and asset."""
        sums: dict[tuple[bytes, bytes], int] = {}
        for found in self.main[-1].unspent.values():
            if found.output.control_program in self.own:
                holding = (found.output.control_program, found.output.asset_id or b"")
                sums[holding] = sums.get(holding, 0) + found.output.amount
        return sums

    def _child(self, parent: Node) -> Node:
        unspent = dict(parent.unspent)
        height = parent.block.height + 1
        reward = Transaction(
            1, 0, (CoinbaseInput(b"%d/%d" % (height, self.random.getrandbits(60))),), (self._output(BTM_ASSET_ID),)
        )
        self._apply(unspent, reward, False)
        transactions, fails = [], [False]
        for _ in range(self.random.randrange(4)):
            spent = self.random.sample(sorted(unspent), min(len(unspent), self.random.randrange(1, 3)))
            inputs = tuple(unspent[output_id].as_input() for output_id in spent)
            assets = [BTM_ASSET_ID, GOLD]
            outputs = tuple(self._output(self.random.choice(assets)) for _ in range(self.random.randrange(1, 4)))
            tx = Transaction(1, 0, inputs, outputs)
            failed = self.random.random() < 0.2
            self._apply(unspent, tx, failed)
            transactions.append(tx)
            fails.append(failed)
        block = make_block(parent.block, transactions, reward=reward, fails=fails[1:])
        node = self.nodes[block.hash] = Node(block, tuple(fails), unspent, parent)
        return node

    def _output(self, asset_id: bytes) -> TxOutput:
        programs = [*self.own, *STRANGERS, *CONTRACTS, OPEN, RETIREMENT]
        return TxOutput(asset_id, self.random.randrange(1, 1000), self.random.choice(programs))

    def _apply(self, unspent: Unspent, tx: Transaction, failed: bool) -> None:
        for tx_input, output_id in zip(tx.inputs, tx.ids.prevout_ids, strict=True):
            if isinstance(tx_input, SpendInput) and output_id and not (failed and tx_input.asset_id == GOLD):
                unspent.pop(output_id, None)
        for position, output in enumerate(tx.outputs):
            if output.control_program[:1] != b"\x6a" and not (failed and output.asset_id == GOLD):
                unspent[tx.result_ids[position]] = Output(tx.mux_id, position, output)


def open_wallet(
    database: KeyValueStore,
    world: World,
    together: Callable[[], AbstractContextManager[None]] = nullcontext,
) -> Wallet:
    """A wallet over a world."""
    clock = ManualClock()
    accounts = AccountManager(database, SOLONET, clock)
    hsm = PseudoHSM(FOLDER / "keystore", clock)
    assets = AssetRegistry(database)
    return Wallet(database, world, accounts, assets, hsm, clock, txindex=True, together=together)
