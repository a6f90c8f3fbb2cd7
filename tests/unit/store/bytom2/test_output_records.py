"""Records of unspent outputs of Bytom 2: as 2.0.7 has written them, odd ones, and damaged ones."""

from __future__ import annotations

import json

import pytest

from pybytomd.errors import DecodeError
from pybytomd.ledger.bytom2.inputs import SpendInput, TxOutput, VetoInput
from pybytomd.ledger.bytom2.params import MAINNET, SOLONET
from pybytomd.ledger.bytom2.transaction import Transaction
from pybytomd.ledger.constants import BTM_ASSET_ID
from pybytomd.ledger.creation import CoinbaseInput
from pybytomd.store import schema
from pybytomd.store.bytom2.output_records import Utxo, consumed, created, purse_of
from tests.unit.wallet.bytom2_recorded import records

P2WPKH = b"\x00\x14" + bytes(20)
KEY = b"\x07" * 64


def test_recorded_outputs_are_read_and_written_as_they_are() -> None:
    recorded = [
        data for key, data in records("leveldb_dump", "wallet").items() if key.startswith(schema.OWN_OUTPUT_PREFIX)
    ]
    assert len(recorded) == 19
    read = [Utxo.from_json(data) for data in recorded]
    assert [utxo.to_json() for utxo in read] == recorded
    assert {utxo.vote is None for utxo in read} == {True, False}
    assert all(utxo.purse == purse_of(utxo.asset_id, utxo.vote) for utxo in read)


def test_fields_are_read_in_any_case_and_may_be_missing() -> None:
    record = {"outputid": "01" * 32, "AMOUNT": 5, "vote": "Bwc=", "StateData": ["", "AQ=="], "Other": 1}
    utxo = Utxo.from_json(json.dumps(record).encode())
    assert (utxo.output_id, utxo.amount, utxo.vote) == (b"\x01" * 32, 5, b"\x07\x07")
    assert utxo.state_data == (b"", b"\x01")
    assert Utxo.from_json(b"{}").vote is None


@pytest.mark.parametrize(
    "text", ["", "[]", '{"Vote":"?"}', '{"Amount":-1}', '{"Amount":18446744073709551616}', '{"StateData":[1]}']
)
def test_what_is_damaged_is_refused(text: str) -> None:
    with pytest.raises(DecodeError):
        Utxo.from_json(text.encode())


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ('{"ControlProgram":"AQ"}', "the control program"),
        ('{"Vote":"?"}', "the vote"),
        ('{"StateData":["AQ==","\u00e9"]}', "the state"),
    ],
)
def test_what_is_not_base64_is_named(text: str, what: str) -> None:
    with pytest.raises(DecodeError, match=f"^{what} is not base64$"):
        Utxo.from_json(text.encode())


def test_what_a_transaction_adds_and_when_it_can_be_spent() -> None:
    outputs = (
        TxOutput(BTM_ASSET_ID, 5, P2WPKH, None, (b"state",)),
        TxOutput(BTM_ASSET_ID, 0, P2WPKH),
        TxOutput(BTM_ASSET_ID, 6, P2WPKH, KEY),
        TxOutput(BTM_ASSET_ID, 7, b"\x51"),
        TxOutput(BTM_ASSET_ID, 8, b"\x6a"),
    )
    coinbase = Transaction(1, 0, (CoinbaseInput(b"1"),), outputs)
    plain, vote = created(coinbase, 100, SOLONET.casper)
    assert (plain.source_position, plain.valid_height, plain.state_data) == (0, 110, (b"state",))
    assert (vote.source_position, vote.valid_height, vote.vote) == (2, 110, KEY)
    spends = Transaction(1, 0, (SpendInput(bytes(32), BTM_ASSET_ID, 9, 0, 1, P2WPKH),), outputs)
    locked = [utxo.valid_height for utxo in created(spends, 432_000, MAINNET.casper)]
    assert locked == [0, 432_000 + 302_400]


def test_what_a_transaction_spends() -> None:
    fields = (bytes(32), BTM_ASSET_ID, 9, 0, 1)
    silver = (bytes(32), b"\x01" * 32, 9, 0, 1)
    inputs = (
        SpendInput(*fields, P2WPKH, (b"state",)),
        VetoInput(*fields, P2WPKH, KEY),
        VetoInput(*silver, P2WPKH, KEY),
        SpendInput(*fields, b"\x51"),
    )
    tx = Transaction(1, 0, inputs, (TxOutput(BTM_ASSET_ID, 1, P2WPKH),))
    found = list(consumed(tx))
    assert [utxo.output_id for utxo in found] == [tx.ids.prevout_ids[0], tx.ids.prevout_ids[1]]
    assert [(utxo.vote, utxo.state_data) for utxo in found] == [(None, (b"state",)), (KEY, ())]
