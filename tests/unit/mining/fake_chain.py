"""A chain that takes every block on top of its best one, and a proof of work that needs no work."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

from pybytomd.chain.events import BestBlockChanged
from pybytomd.chain.pool import TxPool
from pybytomd.clock import ManualClock
from pybytomd.consensus.batch import Verifier
from pybytomd.consensus.transaction import validate_transaction
from pybytomd.consensus.transactions.block_context import BlockContext
from pybytomd.crypto import ed25519
from pybytomd.crypto.hashes import ripemd160, sha3_256
from pybytomd.errors import BytomError
from pybytomd.events import EventDispatcher
from pybytomd.ledger.block import Block, BlockHeader
from pybytomd.ledger.constants import BTM_ASSET_ID
from pybytomd.ledger.inputs import SpendInput, TxOutput
from pybytomd.ledger.networks.params import SOLONET, NetParams
from pybytomd.ledger.transaction import Transaction
from pybytomd.ledger.utxo import UtxoEntry
from pybytomd.vm.programs.builders import p2wpkh_program

BITS = 0x20000000000CCCCC
SEED = bytes(32)
PATIENCE = 20.0
"""Seconds to wait for what has to happen at once."""


class Account:
    def __init__(self, arbitrary: bytes = b"") -> None:
        self.free_data = arbitrary
        self.program = b"\x00\x14" + bytes(20)

    def control_program(self) -> bytes:
        return self.program

    def arbitrary(self) -> bytes:
        return self.free_data


class FakeChain:
    def __init__(self, params: NetParams = SOLONET) -> None:
        self.params = params
        self.clock = ManualClock()
        self.events = EventDispatcher()
        self.verifier = Verifier()
        self.outputs: dict[bytes, UtxoEntry] = {}
        self.pool = TxPool(self.clock, self.events, unspent=lambda _output_id: True)
        self.blocks: list[Block] = [params.genesis]
        self.median = 0
        self.refusal: BytomError | None = None
        self.on_unspent: Callable[[], None] = lambda: None
        self.proofs: list[bool | None] = []

    @property
    def best_header(self) -> BlockHeader:
        return self.blocks[-1].header

    @property
    def best_hash(self) -> bytes:
        return self.best_header.hash

    def next_bits(self, _parent_hash: bytes) -> int:
        return BITS

    def next_seed(self, _parent_hash: bytes) -> bytes:
        return SEED

    def median_time(self, _parent_hash: bytes) -> int:
        return self.median

    def unspent(self, output_id: bytes) -> UtxoEntry | None:
        self.on_unspent()
        return self.outputs.get(output_id)

    def process_block(self, block: Block, proof: Any = None) -> bool:
        self.proofs.append(proof)
        if self.refusal is not None:
            raise self.refusal
        if block.header.previous_block_hash not in [known.hash for known in self.blocks]:
            return True
        if block.header.previous_block_hash == self.best_hash:
            self.extend(block)
        return False

    def extend(self, block: Block) -> None:
        self.blocks.append(block)
        self.events.post(BestBlockChanged(block.header))

    def add_to_pool(self, tx: Transaction, *, funded: bool = True, coinbase: bool = False) -> Transaction:
        if funded:
            for output_id in tx.spent_output_ids:
                self.outputs[output_id] = UtxoEntry(coinbase, 0, spent=False)
        gas = validate_transaction(tx, BlockContext(1, 0)).gas
        self.pool.add(tx, status_fail=False, height=0, fee=gas.btm_value)
        return tx


def payment(number: int, fee: int = 10_000_000, source: Transaction | None = None) -> Transaction:
    """A signed transaction of one input and one output.

    It spends the output of ``source``, or one that is another for each ``number``.
    """
    private_key = ed25519.private_key_from_seed(sha3_256(b"payer"))
    program = p2wpkh_program(ripemd160(private_key[32:]))
    source_id = sha3_256(number.to_bytes(8, "little")) if source is None else source.mux_id
    amount = 10**9 if source is None else source.outputs[0].amount

    def signed(arguments: tuple[bytes, ...]) -> Transaction:
        spend = SpendInput(source_id, BTM_ASSET_ID, amount, 0, 1, program, arguments)
        return Transaction(1, 0, (spend,), (TxOutput(BTM_ASSET_ID, amount - fee, program),))

    signature = ed25519.sign(private_key, signed(()).signature_hash(0))
    return signed((signature, private_key[32:]))


class Proofs:
    """Stands in for ``meets_target``: false until ``found`` is set; counts what is tried."""

    def __init__(self) -> None:
        self.found = threading.Event()
        self.tried = threading.Event()
        self.hashes: list[bytes] = []
        self.asked: set[tuple[bytes, int]] = set()
        """Seeds and targets."""

    def __call__(self, header_hash: bytes, seed: bytes, bits: int) -> bool:
        self.asked.add((seed, bits))
        self.hashes.append(header_hash)
        self.tried.set()
        return self.found.is_set()
