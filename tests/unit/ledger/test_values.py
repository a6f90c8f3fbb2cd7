"""Transactions, blocks and networks as values."""

from __future__ import annotations

import pytest

from pybytomd.codec.wire import writer
from pybytomd.codec.wire.reader import Reader
from pybytomd.errors import ConfigError, DecodeError
from pybytomd.ledger.block import Block, BlockHeader
from pybytomd.ledger.constants import BTM_ASSET_ID
from pybytomd.ledger.inputs import CoinbaseInput, SpendInput, TxOutput, UnknownInput
from pybytomd.ledger.networks.params import DEV, MAINNET, SOLONET, TESTNET, net_params
from pybytomd.ledger.status import TransactionStatus
from pybytomd.ledger.transaction import Transaction
from pybytomd.pow.rule import ProofRule

GENESIS = SOLONET.genesis
OUTPUT = TxOutput(BTM_ASSET_ID, 5, b"\x51")
SPEND = SpendInput(b"\x01" * 32, BTM_ASSET_ID, 300, 0, 1, b"\x51", (b"argument",))
TX = Transaction(1, 0, (SPEND,), (OUTPUT,))


def test_networks_by_name() -> None:
    assert net_params("mainnet") is MAINNET
    assert net_params("testnet") is net_params("wisdom") is TESTNET
    assert net_params("solonet").is_private
    assert net_params("dev") is DEV
    assert DEV.is_private
    others = [MAINNET, TESTNET, SOLONET]
    assert DEV.genesis.hash not in {net.genesis.hash for net in others}
    assert DEV.address_prefix not in {net.address_prefix for net in others}
    assert (DEV.has_peers, DEV.seeds, DEV.dns_seeds) == (False, (), ())
    assert {net.proof for net in others} == {ProofRule.TENSORITY}
    assert not MAINNET.is_private
    with pytest.raises(ConfigError, match=r"chain_id\[other\] don't exist; known are mainnet"):
        net_params("other")


def test_transactions_are_equal_by_their_bytes() -> None:
    same = Transaction.from_bytes(TX.raw)
    assert same == TX
    assert hash(same) == hash(TX)
    assert Transaction(1, 1, (SPEND,), (OUTPUT,)) != TX
    assert TX != "a transaction"
    assert repr(TX) == f"<Transaction {TX.id.hex()}>"
    assert Transaction.from_hex(TX.to_hex()) == TX


def test_blocks_and_headers_are_equal_by_their_contents() -> None:
    again = Block.from_hex(GENESIS.to_hex())
    assert again == GENESIS
    assert hash(again) == hash(GENESIS)
    assert again.header == GENESIS.header
    assert hash(again.header) == hash(GENESIS.header)
    assert GENESIS.header != GENESIS
    assert GENESIS.header != GENESIS
    assert Block(GENESIS.header, ()) != GENESIS
    assert GENESIS != "a block"
    assert GENESIS.header.replace(nonce=1) != GENESIS.header
    assert repr(GENESIS) == f"<Block 0 {GENESIS.hash.hex()} of 1 transactions>"
    assert repr(GENESIS.header) == f"<BlockHeader 0 {GENESIS.hash.hex()}>"


def test_a_header_reads_as_a_block_without_transactions() -> None:
    block = Block.from_bytes(GENESIS.header.to_bytes())
    assert block.transactions == ()
    assert block.to_bytes() != GENESIS.header.to_bytes()  # written as a whole block
    assert Block.from_bytes(block.to_bytes()) == block


def test_what_a_block_says_besides_is_not_written_again() -> None:
    """Bytes behind the two roots, and numbers longer than they need be, are accepted and lost."""
    header = GENESIS.header
    roots = header.transactions_merkle_root + header.transaction_status_hash
    strange = [
        GENESIS.to_bytes().replace(b"\x40" + roots, b"\x41" + roots + b"x"),
        GENESIS.to_bytes().replace(b"\x40" + roots, b"\xc0\x00" + roots),
    ]
    for raw in strange:
        assert raw != GENESIS.to_bytes()
        assert Block.from_bytes(raw).to_bytes() == GENESIS.to_bytes()


def test_a_status_without_a_version_is_written_without() -> None:
    assert TransactionStatus((True,), 0).to_protobuf() == b"\x12\x02\x08\x01"
    assert TransactionStatus.from_protobuf(b"\x12\x02\x08\x01") == TransactionStatus((True,), 0)


def test_what_is_wrong_with_a_block_is_said() -> None:
    raw = GENESIS.to_bytes()
    for bad, text in (
        (raw + b"\x00", r"trailing garbage \(1 bytes\)"),
        (GENESIS.header.to_bytes(3), "reading number of transactions: EOF"),
        (GENESIS.header.to_bytes(3) + b"\x01", "reading transaction 0: reading serialization flags: EOF"),
        (b"\x05" + raw[1:], "unsupported serialization flags 0x05"),
        (b"", "unsupported serialization flags 0x00"),
    ):
        with pytest.raises(DecodeError, match=text):
            Block.from_bytes(bad)


def test_coinbase_and_unknown_inputs_have_no_arguments() -> None:
    assert CoinbaseInput(b"x").arguments == ()
    assert UnknownInput(7).arguments == ()


def test_a_coinbase_needs_an_output() -> None:
    raw = Transaction(1, 0, (CoinbaseInput(b"x"),), ()).raw
    with pytest.raises(DecodeError, match="coinbase transaction without outputs"):
        Transaction.from_bytes(raw)


def test_what_a_transaction_leaves_to_the_miner() -> None:
    gold = b"\x07" * 32
    other = SpendInput(b"\x02" * 32, gold, 1000, 0, 1, b"\x51", ())
    both = Transaction(1, 0, (SPEND, other), (OUTPUT, TxOutput(BTM_ASSET_ID, 90, b"\x6a"), TxOutput(gold, 7, b"")))
    assert (both.btm_paid, both.btm_left, both.fee) == (95, 205, 205), "what is retired is paid; gold is no BTM"
    reward = Transaction(1, 0, (CoinbaseInput(b""),), (OUTPUT,))
    assert (reward.btm_paid, reward.btm_left, reward.fee) == (5, -5, 0)


def test_unknown_kinds_of_input() -> None:
    raw = b"\x07\x01\x00\x01\x01" + writer.string(b"\x09") + b"\x00"
    with pytest.raises(DecodeError, match="reading input 0: unsupported input type 9"):
        Transaction.from_bytes(raw)
    raw = b"\x07\x01\x00\x01\x01" + writer.string(b"") + b"\x00"
    with pytest.raises(DecodeError, match="reading input 0: reading input commitment type"):
        Transaction.from_bytes(raw)


def test_failed_transactions_are_stored_with_their_mark() -> None:
    status = TransactionStatus.of([False, True])
    assert status.to_protobuf() == b"\x08\x01\x12\x00\x12\x02\x08\x01"
    assert TransactionStatus.from_protobuf(b"\x12\x02\x08\x00") == TransactionStatus((False,), 0)
    for bad in (b"\x18\x01", b"\x12\x02\x10\x01", b"\x12\x05"):
        with pytest.raises(DecodeError):
            TransactionStatus.from_protobuf(bad)


def test_headers_with_another_nonce_or_time() -> None:
    header = GENESIS.header
    changed = header.replace(nonce=1, timestamp=2)
    assert (changed.nonce, changed.timestamp, changed.bits) == (1, 2, header.bits)
    assert changed.hash != header.hash
    assert header.replace() == header
    assert BlockHeader.from_bytes(GENESIS.to_bytes()) == header


def test_an_argument_count_in_two_bytes() -> None:
    many = Transaction(1, 0, (SpendInput(bytes(32), BTM_ASSET_ID, 1, 0, 1, b"\x51", (b"",) * 200),), (OUTPUT,))
    assert Transaction.from_bytes(many.raw) == many


def test_parts_are_equal_by_their_fields() -> None:
    assert TxOutput(BTM_ASSET_ID, 5, b"\x51") == OUTPUT
    assert TxOutput(BTM_ASSET_ID, 6, b"\x51") != OUTPUT
    assert CoinbaseInput(b"x") != UnknownInput(1)
    assert (
        repr(CoinbaseInput(b"x"))
        == "CoinbaseInput(arbitrary=b'x', asset_version=1, commitment_suffix=b'', witness_suffix=b'')"
    )
    other = SPEND.replace(arguments=(b"other",))
    assert (other.arguments, other.source_id) == ((b"other",), SPEND.source_id)
    assert SPEND.arguments == (b"argument",)


def test_a_reader_notes_where_programs_and_arguments_lie() -> None:
    spans: list[tuple[int, int]] = []
    Transaction.read(Reader(TX.raw, spans))
    assert [TX.raw[slice(*span)] for span in spans] == [b"\x51", b"argument", b"\x51"]


@pytest.mark.parametrize("count", [0, 1, 2, 3, 300])
def test_the_root_tells_that_none_of_so_many_transactions_failed(count: int) -> None:
    status = TransactionStatus.of([False] * count)
    assert TransactionStatus.all_well(count, status.root()) == status
    assert TransactionStatus.all_well(count + 1, status.root()) is None
    assert TransactionStatus.all_well(count + 1, TransactionStatus.of([False] * count + [True]).root()) is None
