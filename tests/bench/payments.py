"""Blocks and transactions to measure with: one input, two outputs, all P2WPKH, signed."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from pybytomd.consensus.coinbase import subsidy
from pybytomd.consensus.difficulty import next_bits
from pybytomd.crypto import ed25519
from pybytomd.crypto.hashes import ripemd160, sha3_256
from pybytomd.ledger.block import Block, BlockHeader
from pybytomd.ledger.constants import BLOCKS_PER_RETARGET, BTM_ASSET_ID, COINBASE_MATURITY, NEU_PER_GAS
from pybytomd.ledger.inputs import CoinbaseInput, SpendInput, TxOutput
from pybytomd.ledger.merkle import status_root, transaction_root
from pybytomd.ledger.networks.params import SOLONET
from pybytomd.ledger.transaction import Transaction
from pybytomd.vm.programs.builders import p2wpkh_program

PRIVATE_KEY = ed25519.private_key_from_seed(sha3_256(b"benchmark"))
PUBLIC_KEY = PRIVATE_KEY[32:]
PROGRAM = p2wpkh_program(ripemd160(PUBLIC_KEY))
PAYMENT_FEE = 10_000 * NEU_PER_GAS


def payment(source_id: bytes, position: int, amount: int) -> Transaction:
    """Spend an output that belongs to us: a third to somebody, the rest back, less a fee."""
    paid = amount // 3
    outputs = (
        TxOutput(BTM_ASSET_ID, paid, p2wpkh_program(ripemd160(source_id))),
        TxOutput(BTM_ASSET_ID, amount - paid - PAYMENT_FEE, PROGRAM),
    )
    return signed(SpendInput(source_id, BTM_ASSET_ID, amount, position, 1, PROGRAM), outputs)


def signed(spend: SpendInput, outputs: tuple[TxOutput, ...]) -> Transaction:
    """A transaction with one input of ours, as a decoder makes it from bytes."""
    digest = Transaction(1, 0, (spend,), outputs).signature_hash(0)
    spend.arguments = (ed25519.sign(PRIVATE_KEY, digest), PUBLIC_KEY)
    return Transaction.from_bytes(Transaction(1, 0, (spend,), outputs).raw)


def payments(count: int) -> list[bytes]:
    """Serialized payments, each of another output."""
    return [payment(sha3_256(number.to_bytes(8, "little")), 0, 41_250_000_000).raw for number in range(count)]


def chain_of_empty_blocks(count: int) -> Iterator[Block]:
    """A private chain without proofs of work, each block in its time: the target is changed every 2,016 blocks."""
    blocks = [SOLONET.genesis]
    for _ in range(count):
        parent = blocks[-1].header
        period_start = blocks[max(0, parent.height - BLOCKS_PER_RETARGET)].header.timestamp
        bits = next_bits(parent.height, parent.bits, parent.timestamp, period_start)
        blocks.append(_block(blocks[-1], (), bits))
    return iter(blocks[1:])


def chain_of_payments(
    full_blocks: int, payments_a_block: int, finish: Callable[[Block], Block] = lambda block: block
) -> Iterator[Block]:
    """A private chain without proofs of work: empty blocks until coins can be spent, one that splits them, and
    ``full_blocks`` of ``payments_a_block`` payments each, made ready by ``finish``.
    """
    parent = SOLONET.genesis
    coinbases: list[Transaction] = []
    for _ in range(full_blocks + COINBASE_MATURITY):
        parent = _block(parent, ())
        coinbases.append(parent.transactions[0])
        yield parent
    splits = [_split(coinbase, payments_a_block) for coinbase in coinbases[:full_blocks]]
    parent = _block(parent, tuple(splits))
    yield parent
    for split in splits:
        spends = tuple(
            payment(split.mux_id, position, output.amount) for position, output in enumerate(split.outputs)
        )
        parent = finish(_block(parent, spends))
        yield parent


def _split(coinbase: Transaction, pieces: int) -> Transaction:
    reward = coinbase.outputs[0].amount
    piece = (reward - 200_000 * NEU_PER_GAS) // pieces
    spend = SpendInput(coinbase.mux_id, BTM_ASSET_ID, reward, 0, 1, PROGRAM)
    return signed(spend, (TxOutput(BTM_ASSET_ID, piece, PROGRAM),) * pieces)


def _block(parent: Block, transactions: tuple[Transaction, ...], bits: int = SOLONET.genesis.header.bits) -> Block:
    height = parent.height + 1
    fees = sum(tx.inputs[0].amount - sum(o.amount for o in tx.outputs) for tx in transactions)  # type: ignore[union-attr]
    reward = TxOutput(BTM_ASSET_ID, subsidy(height) + fees, PROGRAM)
    coinbase = Transaction(1, 0, (CoinbaseInput(b"\x00" + str(height).encode()),), (reward,))
    everything = (coinbase, *transactions)
    header = BlockHeader(
        version=1,
        height=height,
        previous_block_hash=parent.hash,
        timestamp=parent.header.timestamp + 150,
        transactions_merkle_root=transaction_root([tx.id for tx in everything]),
        transaction_status_hash=status_root([False] * len(everything)),
        nonce=0,
        bits=bits,
    )
    return Block(header, everything)
