"""Transactions, blocks and networks of Bytom 2 as values."""

from __future__ import annotations

import pytest

from pybytomd.codec.wire import writer
from pybytomd.errors import ConfigError, DecodeError
from pybytomd.ledger.bytom2.block import Block, BlockHeader
from pybytomd.ledger.bytom2.inputs import SpendInput, TxOutput, VetoInput
from pybytomd.ledger.bytom2.params import (
    DEFAULT_VOTE_LOCK,
    MAINNET,
    NETWORKS,
    SOLONET,
    TESTNET,
    CasperParams,
    VoteLock,
    net_params,
)
from pybytomd.ledger.bytom2.sup_link import SupLink, with_signature
from pybytomd.ledger.bytom2.transaction import Transaction
from pybytomd.ledger.bytom2.utxo import VOTE, UtxoEntry
from pybytomd.ledger.constants import BTM_ASSET_ID
from pybytomd.ledger.creation import CoinbaseInput
from pybytomd.ledger.networks.chain_kind import BYTOM2_NAMES, PRIVATE_BYTOM2

OUTPUT = TxOutput(BTM_ASSET_ID, 5, b"\x51")
SPEND = SpendInput(b"\x01" * 32, BTM_ASSET_ID, 300, 0, 1, b"\x51", (), (b"argument",))
VETO = VetoInput(b"\x01" * 32, BTM_ASSET_ID, 200, 0, 1, b"\x51", b"\x02" * 64, (b"state",))
TX = Transaction(1, 0, (SPEND, VETO), (OUTPUT,))
GENESIS = SOLONET.genesis


def test_networks_by_either_name() -> None:
    assert net_params("bytom2") is net_params("mainnet") is MAINNET
    assert net_params("bytom2-testnet") is net_params("wisdom") is TESTNET
    assert {net.option for net in NETWORKS.values()} == set(BYTOM2_NAMES)
    assert {net.option for net in NETWORKS.values() if net.is_private} == PRIVATE_BYTOM2
    with pytest.raises(ConfigError, match=r"chain_id\[other\] don't exist; known are bytom2, bytom2-testnet"):
        net_params("other")


def test_federations_are_extended_keys() -> None:
    assert [len(net.casper.federation) for net in (MAINNET, TESTNET, SOLONET)] == [4, 4, 0]
    assert {len(key) for net in (MAINNET, TESTNET) for key in net.casper.federation} == {64}


def test_a_vote_is_locked_as_the_height_of_the_veto_says() -> None:
    casper = CasperParams(0, 0, (VoteLock(0, 10, 3), VoteLock(10, 20, 5)), ())
    assert [casper.vote_lock(height) for height in (0, 9, 10, 19, 20)] == [3, 3, 5, 5, DEFAULT_VOTE_LOCK]


def test_transactions_are_equal_by_their_bytes() -> None:
    same = Transaction.from_bytes(TX.raw)
    assert same == TX
    assert hash(same) == hash(TX)
    assert Transaction(1, 1, TX.inputs, (OUTPUT,)) != TX
    assert TX != "a transaction"
    assert repr(TX) == f"<Transaction {TX.id.hex()}>"
    assert TX.fee == 495


def test_inputs_are_replaced_by_field() -> None:
    assert SPEND.replace(amount=1).amount == 1
    changed = VETO.replace(vote=b"", arguments=(b"a",))
    assert (changed.vote, changed.arguments, changed.state_data) == (b"", (b"a",), (b"state",))
    assert changed != VETO
    assert OUTPUT.replace(vote=b"").is_vote
    assert not OUTPUT.is_vote


def test_a_coinbase_brings_what_all_outputs_have_together() -> None:
    most = (1 << 63) - 1
    outputs = tuple(TxOutput(asset, most, b"\x51") for asset in (BTM_ASSET_ID, bytes(32), BTM_ASSET_ID))
    tx = Transaction(1, 0, (CoinbaseInput(b""),), outputs)
    assert tx.minted_amount == 3 * most - (1 << 64)
    assert tx.fee == 0
    assert Transaction(1, 0, (CoinbaseInput(b""),), ()).minted_amount == 0


def test_equal_inputs_keep_their_ids() -> None:
    tx = Transaction(1, 0, (SPEND, SPEND), (OUTPUT,))
    assert tx.input_ids[0] == tx.input_ids[1]
    assert tx.spent_output_ids == (tx.ids.prevout_ids[0],) * 2


@pytest.mark.parametrize("part", ["input", "output"])
def test_an_unknown_asset_version_is_refused_when_all_is_read(part: str) -> None:
    unknown = b"\x02\x00\x00" if part == "input" else b"\x02\x00\x00\x00"
    inputs, outputs = (unknown, b"") if part == "input" else (b"", unknown)
    raw = b"\x07\x01\x00" + bytes((bool(inputs),)) + inputs + bytes((bool(outputs),)) + outputs
    with pytest.raises(DecodeError, match=f"^{part} 0 has 2: unknown asset version$"):
        Transaction.from_bytes(raw)
    with pytest.raises(DecodeError, match=r"^trailing garbage \(1 bytes\)$"):
        Transaction.from_bytes(raw + b"\x00")
    with pytest.raises(DecodeError, match="EOF"):
        Transaction.from_bytes(raw[:-1])


def test_what_signs_a_header_changes_no_hash() -> None:
    header = GENESIS.header
    signed = header.with_witness(b"\x01" * 64).with_sup_links((SupLink(0, bytes(32)),))
    assert signed.hash == header.hash
    assert signed != header
    assert BlockHeader.from_bytes(signed.to_bytes()) == signed
    assert GENESIS.with_header(signed).to_bytes() != GENESIS.to_bytes()
    assert GENESIS.with_header(signed).with_header(header) == GENESIS
    assert header != "a header"
    assert GENESIS != "a block"
    assert len({hash(header), hash(signed), hash(GENESIS)}) == 1
    assert repr(header) == f"<BlockHeader 0 {header.hash.hex()}>"
    assert repr(GENESIS) == f"<Block 0 {GENESIS.hash.hex()} of 2 transactions>"


def test_a_signature_goes_into_the_first_link_from_its_source() -> None:
    one, other = b"\x01" * 32, b"\x02" * 32
    links = with_signature((), 100, one, 3, b"a")
    links = with_signature(links, 200, other, 0, b"b")
    links = with_signature(links, 0, one, 9, b"c")
    assert [(link.source_height, link.source_hash, link.signed_slots) for link in links] == [
        (100, one, [3, 9]),
        (200, other, [0]),
    ]
    doubled = (*links, SupLink(100, one))
    assert with_signature(doubled, 100, one, 0, b"d")[2] == SupLink(100, one)


def test_a_huge_number_of_sup_links_is_refused_at_the_first_that_is_not_there() -> None:
    header = BlockHeader(1, 0, bytes(32), 0, bytes(32)).to_bytes()
    count = writer.uint31((1 << 31) - 1)
    with pytest.raises(DecodeError):
        BlockHeader.from_bytes(header[:-2] + writer.string(count))
    with pytest.raises(DecodeError):
        Block.from_bytes(b"\x02" + count)


def test_unspent_outputs_know_what_made_them() -> None:
    assert UtxoEntry(VOTE, 1, False) == UtxoEntry(2, 1, False)
