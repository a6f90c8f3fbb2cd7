"""Blocks and transactions for tests, made in microseconds: proofs of work are left out, or mined on request.

A block made here is correct but for its nonce. Give it to ``Chain.process_block(block, proof=True)``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from hashlib import sha3_256
from itertools import count

from nacl.bindings import crypto_sign, crypto_sign_seed_keypair

from pybytomd.chain.chain import Chain
from pybytomd.clock import Clock, ManualClock
from pybytomd.consensus.coinbase import subsidy
from pybytomd.crypto.hashes import ripemd160
from pybytomd.events import EventDispatcher
from pybytomd.ledger.block import Block, BlockHeader
from pybytomd.ledger.constants import BTM_ASSET_ID, TARGET_SECONDS_PER_BLOCK
from pybytomd.ledger.inputs import CoinbaseInput, SpendInput, TxOutput
from pybytomd.ledger.merkle import status_root, transaction_root
from pybytomd.ledger.networks.params import SOLONET, NetParams
from pybytomd.ledger.transaction import Transaction
from pybytomd.pow.tensority import meets_target
from pybytomd.store.block_store import BlockStore
from pybytomd.store.kv.interface import KeyValueStore
from pybytomd.store.kv.memory_db import MemoryStore

TRUE_PROGRAM = b"\x51"
"""Anyone can spend it, without a witness."""
GENESIS = SOLONET.genesis
_extra = count(1)


def open_chain(
    database: KeyValueStore | None = None,
    *,
    params: NetParams = SOLONET,
    clock: Clock | None = None,
    events: EventDispatcher | None = None,
) -> Chain:
    """A chain, in memory and with a clock that stands a century after genesis unless others are given."""
    return Chain.open(
        params,
        BlockStore(MemoryStore() if database is None else database),
        ManualClock(now=GENESIS.header.timestamp + 36_525 * 86_400.0) if clock is None else clock,
        EventDispatcher() if events is None else events,
        threads=1,
    )


@dataclass(frozen=True)
class Coin:
    """An output that can be spent."""

    source_id: bytes
    position: int
    output: TxOutput
    key: Key | None = None

    @classmethod
    def of(cls, tx: Transaction, position: int = 0, key: Key | None = None) -> Coin:
        """An output of a transaction; ``key`` is what its program pays to, if it is not open to anyone."""
        return cls(tx.mux_id, position, tx.outputs[position], key)

    @property
    def amount(self) -> int:
        """Units, neu for BTM."""
        return self.output.amount


@dataclass(frozen=True)
class Key:
    """A key pair, and the P2WPKH program that pays to it."""

    seed: bytes
    public: bytes = field(init=False)
    secret: bytes = field(init=False)
    program: bytes = field(init=False)

    def __post_init__(self) -> None:
        public, secret = crypto_sign_seed_keypair(self.seed)
        object.__setattr__(self, "public", public)
        object.__setattr__(self, "secret", secret)
        object.__setattr__(self, "program", b"\x00\x14" + ripemd160(public))

    @classmethod
    def numbered(cls, number: int) -> Key:
        """The same key for the same number."""
        return cls(sha3_256(b"key %d" % number).digest())

    def sign(self, message: bytes) -> bytes:
        """The signature, 64 bytes."""
        return crypto_sign(message, self.secret)[:64]


def btm(amount: int, program: bytes = TRUE_PROGRAM) -> TxOutput:
    """An output of BTM; ``amount`` in neu."""
    return TxOutput(BTM_ASSET_ID, amount, program)


def spend(coins: Sequence[Coin], outputs: Sequence[TxOutput], *, time_range: int = 0) -> Transaction:
    """A signed transaction."""
    unsigned = _transaction(coins, outputs, [()] * len(coins), time_range)
    witnesses: list[tuple[bytes, ...]] = [
        () if coin.key is None else (coin.key.sign(unsigned.signature_hash(index)), coin.key.public)
        for index, coin in enumerate(coins)
    ]
    return _transaction(coins, outputs, witnesses, time_range)


def _transaction(
    coins: Sequence[Coin], outputs: Sequence[TxOutput], witnesses: Sequence[tuple[bytes, ...]], time_range: int
) -> Transaction:
    inputs = tuple(
        SpendInput(
            coin.source_id,
            coin.output.asset_id or BTM_ASSET_ID,
            coin.output.amount,
            coin.position,
            coin.output.vm_version,
            coin.output.control_program,
            witness,
        )
        for coin, witness in zip(coins, witnesses, strict=True)
    )
    return Transaction(1, time_range, inputs, tuple(outputs))


def coinbase(
    height: int, fees: int = 0, *, outputs: Sequence[TxOutput] | None = None, extra: bytes | None = None
) -> Transaction:
    """What pays the miner, to anyone unless told otherwise; different each time unless ``extra`` is given."""
    text = b"\x00%d/%d" % (height, next(_extra)) if extra is None else b"\x00%d/" % height + extra
    paid = (btm(subsidy(height) + fees),) if outputs is None else tuple(outputs)
    return Transaction(1, 0, (CoinbaseInput(text),), paid)


def make_block(
    parent: Block | BlockHeader,
    transactions: Sequence[Transaction] = (),
    *,
    fees: int = 0,
    fails: Sequence[bool] | None = None,
    timestamp: int | None = None,
    bits: int | None = None,
    reward: Transaction | None = None,
) -> Block:
    """A block on top of another, 150 seconds later, of the same target unless told otherwise.

    ``fees`` of the transactions in neu; ``fails`` of the transactions without the coinbase, all well by default.
    """
    header = parent.header if isinstance(parent, Block) else parent
    height = header.height + 1
    everything = (coinbase(height, fees) if reward is None else reward, *transactions)
    status = [False, *([False] * len(transactions) if fails is None else fails)]
    return Block(
        BlockHeader(
            version=1,
            height=height,
            previous_block_hash=header.hash,
            timestamp=header.timestamp + TARGET_SECONDS_PER_BLOCK if timestamp is None else timestamp,
            transactions_merkle_root=transaction_root([tx.id for tx in everything]),
            transaction_status_hash=status_root(status),
            nonce=0,
            bits=header.bits if bits is None else bits,
        ),
        everything,
    )


def make_branch(parent: Block, length: int) -> list[Block]:
    """Empty blocks, each on top of the one before."""
    blocks = [parent]
    for _ in range(length):
        blocks.append(make_block(blocks[-1]))
    return blocks[1:]


def extend(chain: Chain, length: int) -> list[Block]:
    """Add empty blocks to the best one; returns them."""
    blocks = make_branch(chain.block(chain.best_hash), length)
    for block in blocks:
        assert not chain.process_block(block, proof=True)
    return blocks


def mature_coins(chain: Chain, number: int = 1) -> list[Coin]:
    """Coinbase outputs that anyone can spend in the next block, the chain made longer by 100 blocks for them."""
    blocks = extend(chain, number)
    extend(chain, 100)
    return [Coin.of(block.transactions[0]) for block in blocks]


def mine(block: Block, seed: bytes) -> Block:
    """The block with a proof of work: 20 hashes on average at solonet's first target."""
    for nonce in count():
        header = block.header.replace(nonce=nonce)
        if meets_target(header.hash, seed, header.bits):
            return Block(header, block.transactions)
    raise AssertionError("unreachable")
