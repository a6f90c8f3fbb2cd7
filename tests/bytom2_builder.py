"""Blocks and signatures of Bytom 2 for tests: a private network whose validators' keys are known."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from itertools import count

from pybytomd.chain.bytom2.chain import Chain
from pybytomd.chain.bytom2.signer import Signer
from pybytomd.clock import Clock, ManualClock
from pybytomd.consensus.bytom2.casper.verification import Verification, signed_message
from pybytomd.crypto.chainkd import XPrv
from pybytomd.events import EventDispatcher
from pybytomd.ledger.bytom2.block import Block, BlockHeader
from pybytomd.ledger.bytom2.inputs import SpendInput, TxOutput, VetoInput
from pybytomd.ledger.bytom2.params import SOLONET, NetParams
from pybytomd.ledger.bytom2.sup_link import SupLink
from pybytomd.ledger.bytom2.transaction import Transaction
from pybytomd.ledger.constants import BTM_ASSET_ID
from pybytomd.ledger.creation import CoinbaseInput
from pybytomd.ledger.merkle import transaction_root
from pybytomd.store.bytom2.core_store import CoreStore
from pybytomd.store.kv.interface import KeyValueStore
from pybytomd.store.kv.memory_db import MemoryStore

TRUE_PROGRAM = b"\x51"
"""Anyone can spend it, without a witness."""
LONG_AFTER = 2_000_000_000.0
"""A time after all blocks that are made here, in seconds."""


@cache
def no_contracts(_hash: bytes) -> None:
    """The table of contracts of a chain that has none."""


def key(number: int) -> XPrv:
    """The same key for the same number."""
    return XPrv.from_seed(b"validator %d" % number)


def network(validators: int = 4, blocks_per_epoch: int = 4, **changes: int) -> NetParams:
    """A private network with keys 0, 1, 2 and so on as its federation, and short epochs."""
    federation = tuple(key(number).xpub.raw for number in range(validators))
    casper = replace(SOLONET.casper, federation=federation, blocks_per_epoch=blocks_per_epoch, **changes)
    return replace(SOLONET, casper=casper)


def open_chain(
    params: NetParams,
    database: KeyValueStore | None = None,
    *,
    clock: Clock | None = None,
    events: EventDispatcher | None = None,
    signer: Signer | None = None,
) -> Chain:
    """A chain, in memory and with a clock long after all blocks unless others are given."""
    return Chain.open(
        params,
        CoreStore(MemoryStore() if database is None else database),
        ManualClock(now=LONG_AFTER) if clock is None else clock,
        EventDispatcher() if events is None else events,
        signer=signer,
        threads=1,
    )


def btm(amount: int, program: bytes = TRUE_PROGRAM, vote: bytes | None = None) -> TxOutput:
    """An output of BTM; ``amount`` in neu. With a ``vote`` it is a vote output."""
    return TxOutput(BTM_ASSET_ID, amount, program, vote)


def spend(source: Transaction, outputs: Sequence[TxOutput], position: int = 0) -> Transaction:
    """A transaction that spends an output that anyone can spend; a veto if it is a vote output."""
    output = source.outputs[position]
    fields = (source.mux_id, output.asset_id, output.amount, position, 1, output.control_program)
    tx_input = SpendInput(*fields) if output.vote is None else VetoInput(*fields, output.vote)
    return Transaction(1, 0, (tx_input,), tuple(outputs))


def coinbase(height: int, outputs: Sequence[TxOutput] = (), extra: bytes = b"") -> Transaction:
    """What pays the producer, to anyone."""
    return Transaction(1, 0, (CoinbaseInput(b"\x00%d/" % height + extra),), (btm(0), *outputs))


class Builder:
    """Makes blocks on top of any block that a chain has stored, signed by whose turn it is."""

    def __init__(self, chain: Chain, keys: int = 10) -> None:
        """``keys`` 0, 1, 2 and so on are those that sign."""
        self.chain = chain
        self._numbers = count(1)
        self._keys = {key(number).xpub.raw.hex(): key(number) for number in range(keys)}

    def block(
        self,
        parent: Block | BlockHeader | None = None,
        transactions: Sequence[Transaction] = (),
        *,
        slots: int = 1,
        extra: bytes | None = None,
        sup_links: Sequence[SupLink] = (),
    ) -> Block:
        """A block ``slots`` slots after its parent, on the best one unless told otherwise.

        It is different each time, unless ``extra`` is given.
        """
        extra = b"%d" % next(self._numbers) if extra is None else extra
        header = self.chain.best_header if parent is None else parent
        header = header.header if isinstance(header, Block) else header
        casper = self.chain.params.casper
        height = header.height + 1
        timestamp = header.timestamp + slots * casper.block_interval
        rewards = {}
        if height % casper.blocks_per_epoch == 1:
            rewards = self.chain.checkpoint_before(header.hash).rewards or {}
        paid = [btm(amount, bytes.fromhex(program)) for program, amount in sorted(rewards.items())]
        everything = (coinbase(height, paid, extra), *transactions)
        unsigned = BlockHeader(
            1,
            height,
            header.hash,
            timestamp,
            transaction_root([tx.id for tx in everything]),
            b"",
            tuple(sup_links),
        )
        producer = self._keys[self.chain.validator(header.hash, timestamp).key]
        return Block(unsigned.with_witness(producer.sign(unsigned.hash)), everything)

    def extend(self, length: int, parent: Block | BlockHeader | None = None, slots: int = 1) -> list[Block]:
        """Add blocks on top of one, each on top of the one before; returns them."""
        blocks: list[Block] = []
        for _ in range(length):
            blocks.append(self.block(parent, slots=slots))
            assert not self.chain.process_block(blocks[-1])
            parent, slots = blocks[-1], 1
        return blocks

    def sign(self, number: int, source: Block | BlockHeader, target: Block | BlockHeader) -> Verification:
        """The signature of key ``number`` for a step."""
        return verification(number, source.hash, target.hash)

    def justify(self, source: Block | BlockHeader, target: Block | BlockHeader, signers: Sequence[int]) -> None:
        """Have these keys sign a step."""
        for number in signers:
            self.chain.process_verification(self.sign(number, source, target))


def verification(number: int, source_hash: bytes, target_hash: bytes) -> Verification:
    """The signature of key ``number`` for a step from one block to another."""
    signer = key(number)
    signature = signer.sign(signed_message(source_hash, target_hash))
    return Verification(source_hash, target_hash, signer.xpub.raw.hex(), signature)
