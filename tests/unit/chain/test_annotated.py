from __future__ import annotations

from pybytomd.chain.annotated import UNKNOWN, Annotator, Place, detailed, summary
from pybytomd.codec.json import gojson
from pybytomd.ledger.asset import compute_asset_id
from pybytomd.ledger.constants import BTM_ASSET_ID
from pybytomd.ledger.inputs import CoinbaseInput, IssuanceInput, SpendInput, TxOutput, UnknownInput
from pybytomd.ledger.transaction import Transaction
from pybytomd.wallet.assets.asset_records import BTM, Asset
from pybytomd.wallet.query.names import shown

ZERO = "00" * 32


def spend_input(amount: int = 10, program: bytes = b"\x00\x14" + bytes(20)) -> SpendInput:
    return SpendInput(b"\x01" * 32, BTM_ASSET_ID, amount, 0, 1, program, (b"\xaa",))


def issuance(definition: bytes) -> IssuanceInput:
    return IssuanceInput(b"n", compute_asset_id(b"\x51", 1, definition), 7, definition, 1, b"\x51")


def test_of_two_equal_inputs_the_earlier_has_no_type() -> None:
    tx = Transaction(1, 0, (spend_input(), spend_input()), (TxOutput(BTM_ASSET_ID, 1, b"\x51"),))
    first, second = Annotator("sm").inputs(tx)
    assert (first["type"], first["input_id"], first["amount"]) == ("", ZERO, 10)
    assert "control_program" not in first
    assert first["witness_arguments"] is None
    assert second["type"] == "spend"
    assert second["witness_arguments"] == ["aa"]


def test_an_input_of_unknown_version() -> None:
    tx = Transaction(1, 0, (UnknownInput(2),), (TxOutput(BTM_ASSET_ID, 1, b"\x51"),))
    (value,) = Annotator("sm").inputs(tx)
    assert (value["type"], value["asset_id"], value["amount"], value["input_id"]) == ("", ZERO, 0, ZERO)


def test_a_coinbase_claims_the_first_place() -> None:
    tx = Transaction(1, 0, (spend_input(), CoinbaseInput(b"\x01\x02")), (TxOutput(BTM_ASSET_ID, 1, b"\x51"),))
    first, second = Annotator("sm").inputs(tx)
    assert (first["type"], first["arbitrary"]) == ("coinbase", "0102")
    assert second["type"] == ""


def test_definitions_of_an_issuance() -> None:
    output = TxOutput(BTM_ASSET_ID, 1, b"\x51")
    for definition, expected in [(b'{ "a" : "<1>" }', b'{"a":"\\u003c1\\u003e"}'), (b"{", b"{}"), (b"", b"{}")]:
        tx = Transaction(1, 0, (issuance(definition),), (output,))
        (value,) = Annotator("sm").inputs(tx)
        assert gojson.dumps(value["asset_definition"]) == expected


def test_a_retirement_and_an_address_of_any_version() -> None:
    tx = Transaction(
        1, 0, (spend_input(),),
        (TxOutput(BTM_ASSET_ID, 1, b"\x6aabc"), TxOutput(BTM_ASSET_ID, 1, b"\x51\x14" + bytes(20)),
         TxOutput(BTM_ASSET_ID, 1, b"")),
    )  # fmt: skip
    retired, witness, empty = Annotator("sm").outputs(tx)
    assert retired["type"] == "retire"
    assert "address" not in retired
    assert str(witness["address"]).startswith("sm1q")
    assert empty["control_program"] == ""


def test_a_waiting_transaction_has_no_block() -> None:
    tx = Transaction(1, 0, (spend_input(),), (TxOutput(BTM_ASSET_ID, 1, b"\x51"),))
    value = Annotator("sm").transaction(tx, Place(77))
    assert (value["block_time"], value["block_hash"], value["block_height"]) == (77, ZERO, 0)
    assert "block_transactions_count" not in value
    assert value["size"] == tx.serialized_size


def test_assets_as_they_are_now() -> None:
    btm = {"asset_id": "ff" * 32, "asset_alias": "OLD", "asset_definition": {}, "amount": 3}
    nothing = {"asset_id": ZERO, "asset_definition": {}, "amount": 0, "arbitrary": "01"}
    stored = {
        "tx_id": "00",
        "block_time": 1,
        "inputs": [{"type": "coinbase", **nothing}],
        "outputs": [{"type": "control", **btm}],
    }
    assets = {ZERO: UNKNOWN, "ff" * 32: shown(BTM)}
    value = detailed(stored, assets)
    assert value["inputs"][0]["asset_definition"] is None  # type: ignore[index]
    assert list(value["outputs"][0]) == ["type", "asset_id", "asset_alias", "asset_definition", "amount"]  # type: ignore[index]
    assert value["outputs"][0]["asset_alias"] == "BTM"  # type: ignore[index]
    assert gojson.dumps(summary(stored, assets)) == (
        b'{"tx_id":"00","block_time":1,"inputs":[{"type":"coinbase","asset_id":"%s","arbitrary":"01"}],'
        b'"outputs":[{"type":"control","asset_id":"%s","asset_alias":"BTM","amount":3}]}'
        % (ZERO.encode(), b"ff" * 32)
    )


def test_a_definition_that_is_no_json_is_null() -> None:
    """The reference's answer is empty then."""
    assert shown(Asset(bytes(32), "X", raw_definition=b"{")) == ("X", None)
