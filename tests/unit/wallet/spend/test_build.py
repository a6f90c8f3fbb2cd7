"""Building from actions: what each adds, what is wrong with them, and that failures leave nothing reserved."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pytest

from pybytomd.codec.json.gojson import Number
from pybytomd.errors import BytomError
from pybytomd.ledger.constants import BTM_ASSET_ID
from pybytomd.ledger.inputs import IssuanceInput
from pybytomd.vm.programs.builders import retire_program
from pybytomd.wallet.accounts.derivation import multisig_script
from pybytomd.wallet.spend.build import BuildRequest
from pybytomd.wallet.spend.witness import DataWitness, ProgramSignatures, Signatures
from tests.unit.wallet.spend.small_wallet import (
    ADDRESS,
    ALICE,
    BOB,
    BTM,
    FOREIGN_ADDRESS,
    SmallWallet,
    pay,
    spend,
)

GOLD = "77" * 32
CONTRACT = b"\x52"


@pytest.fixture
def wallet() -> SmallWallet:
    return SmallWallet()


def failure(wallet: SmallWallet, *actions: Mapping[str, object]) -> str:
    with pytest.raises(BytomError) as caught:
        wallet.build(*actions)
    assert wallet.keeper.reservations == []
    return f"{caught.value.code} {caught.value}"


def test_change_stands_at_the_place_of_its_spend(wallet: SmallWallet) -> None:
    wallet.fund(100)
    template = wallet.build(pay(20), spend(70), pay(40))
    tx = template.transaction
    assert tx is not None
    assert [output.amount for output in tx.outputs] == [20, 30, 40]
    owner = wallet.accounts.local_program(tx.outputs[1].control_program)
    assert owner is not None
    assert (owner.account_id, owner.change, owner.key_index) == (wallet.alice.id, True, 1)
    assert template.fee == 10
    assert template.to_value()["allow_additional_actions"] is False


def test_no_change_no_address(wallet: SmallWallet) -> None:
    wallet.fund(100)
    wallet.build(spend(100), pay(90))
    assert wallet.accounts.addresses.count(wallet.alice, change=True) == 0


def test_a_failed_build_leaves_no_change_address(wallet: SmallWallet) -> None:
    wallet.fund(100)
    before = dict(wallet.database.iterate())
    failure(wallet, spend(70), pay(10, FOREIGN_ADDRESS))
    assert dict(wallet.database.iterate()) == before
    wallet.build(spend(70), pay(10))
    assert wallet.accounts.addresses.count(wallet.alice, change=True) == 1


def test_a_fee_below_zero_wraps_around(wallet: SmallWallet) -> None:
    wallet.fund(100)
    assert wallet.build(spend(100), pay(110)).fee == (1 << 64) - 10


def test_witness_of_one_key_and_of_several(wallet: SmallWallet) -> None:
    wallet.fund(10)
    wallet.fund(20, account=wallet.multi)
    template = wallet.build(spend(10), spend(20, "multi"), pay(25))
    assert template.instructions is not None
    one, several = (instruction.components for instruction in template.instructions)
    path = tuple(wallet.alice.signer.account_path(False, 1))
    key = ALICE.xpub.derive(path).public_key
    assert isinstance(one[0], Signatures)
    assert [(one[0].quorum, k.xpub, k.path) for k in one[0].keys or ()] == [(1, ALICE.xpub, path)]
    assert one[1] == DataWitness(key)
    assert isinstance(several[0], Signatures)
    assert (several[0].quorum, len(several[0].keys or ())) == (2, 3)
    assert several[1] == DataWitness(multisig_script(wallet.multi.signer, False, 1))


def test_spends_of_one_asset_and_account_become_one(wallet: SmallWallet) -> None:
    wallet.fund(10, 10)
    template = wallet.build(spend(7), pay(5), spend(8), pay(1))
    tx = template.transaction
    assert tx is not None
    assert [tx_input.amount for tx_input in tx.inputs] == [10, 10]  # type: ignore[union-attr]
    assert [output.amount for output in tx.outputs] == [5, 5, 1]


def test_sums_of_spends_wrap_around(wallet: SmallWallet) -> None:
    wallet.fund(6)
    tx = wallet.build(spend((1 << 64) - 1), spend(2), spend(5), pay(6)).transaction
    assert tx is not None
    assert len(tx.outputs) == 1


def test_unconfirmed_outputs_if_any_of_the_merged_asks_for_them(wallet: SmallWallet) -> None:
    (utxo,) = wallet.fund(10)
    wallet.utxos.write({utxo.key: None}, [], [utxo])
    wallet.keeper.add_unconfirmed([utxo])
    assert failure(wallet, spend(5), pay(1)).startswith("BTM700")
    wallet.build(spend(5), spend(1, use_unconfirmed=True), pay(1))


def test_spending_one_output_whole(wallet: SmallWallet) -> None:
    (utxo,) = wallet.fund(50)
    action = {"type": "spend_account_unspent_output", "output_id": utxo.output_id.hex()}
    template = wallet.build(action, pay(20))
    tx = template.transaction
    assert tx is not None
    assert [output.amount for output in tx.outputs] == [20]
    assert wallet.keeper.is_reserved(utxo.output_id)
    assert failure_keeping(wallet, action) == (
        "BTM702 action index 0: reservation found outputs already reserved: "
        "reservation found outputs already reserved"
    )


def failure_keeping(wallet: SmallWallet, action: Mapping[str, object]) -> str:
    before = wallet.keeper.reservations
    with pytest.raises(BytomError) as caught:
        wallet.build(action, pay(20))
    assert wallet.keeper.reservations == before
    return f"{caught.value.code} {caught.value}"


def test_a_contract_without_arguments_has_an_empty_instruction(wallet: SmallWallet) -> None:
    utxo = wallet.add(50, CONTRACT)
    template = wallet.build({"type": "spend_account_unspent_output", "output_id": utxo.output_id.hex()}, pay(20))
    assert template.to_value()["signing_instructions"] == [{"position": 0}]


def test_no_arguments_take_the_place_of_the_signature(wallet: SmallWallet) -> None:
    (utxo,) = wallet.fund(50)
    output_id = utxo.output_id.hex()
    action = {"type": "spend_account_unspent_output", "output_id": output_id, "arguments": []}
    assert wallet.build(action, pay(20)).to_value()["signing_instructions"] == [{"position": 0}]


def test_every_type_of_argument(wallet: SmallWallet) -> None:
    utxo = wallet.add(50, CONTRACT)
    arguments = [
        {"type": "raw_tx_signature", "raw_data": {"xpub": str(BOB.xpub), "derivation_path": ["0102", "03"]}},
        {"type": "data", "raw_data": {"value": "abcd"}},
        {"type": "string", "raw_data": {"value": "grün"}},
        {"type": "integer", "raw_data": {"value": 300}},
        {"type": "integer", "raw_data": {"value": -3}},
        {"type": "integer", "raw_data": {"value": 0}},
        {"type": "boolean", "raw_data": {"value": True}},
        {"type": "boolean", "raw_data": None},
    ]
    action = {
        "type": "spend_account_unspent_output",
        "output_id": utxo.output_id.hex(),
        "arguments": arguments,
    }
    template = wallet.build(action, pay(20))
    assert template.instructions is not None
    first, *rest = [component.to_value() for component in template.instructions[0].components]
    assert first == {
        "type": "raw_tx_signature",
        "quorum": 1,
        "keys": [{"xpub": str(BOB.xpub), "derivation_path": ["0102", "03"]}],
        "signatures": None,
    }
    assert [data["value"] for data in rest] == [
        "abcd", "grün".encode().hex(), "2c01", "fdffffffffffffff", "", "01", "",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("argument", "message"),
    [
        ({"type": "float", "raw_data": {}}, "BTM711 action index 0: invalid contract argument type: invalid"),
        ({"type": "data"}, "BTM000 action index 0: unexpected end of JSON input: unexpected end of JSON input"),
        ({"type": "data", "raw_data": {"value": "zz"}}, "BTM000 action index 0: encoding/hex: invalid byte"),
        ({"type": "data", "raw_data": 7}, "BTM000 action index 0: json: cannot unmarshal number into Go value"),
        (
            {"type": "integer", "raw_data": {"value": 1 << 63}},
            (
                "BTM000 action index 0: json: cannot unmarshal number 9223372036854775808 into Go struct field "
                "IntegerArgument.value of type int64"
            ),
        ),
        ({"type": "raw_tx_signature", "raw_data": {"xpub": "00"}}, "BTM000 action index 0: bad key string"),
        (
            {"type": 5},
            "BTM705 json: cannot unmarshal number into Go struct field ContractArgument.arguments.type of type",
        ),
    ],
)
def test_bad_arguments(wallet: SmallWallet, argument: object, message: str) -> None:
    utxo = wallet.add(50, CONTRACT)
    output_id = utxo.output_id.hex()
    action = {"type": "spend_account_unspent_output", "output_id": output_id, "arguments": [argument]}
    assert failure(wallet, action, pay(1)).startswith(message)


def test_issuing(wallet: SmallWallet) -> None:
    gold = wallet.assets.define([ALICE.xpub, BOB.xpub], 2, "gold")
    wallet.fund(100)
    issue = {"type": "issue", "asset_alias": "gold", "amount": 7}
    template = wallet.build(issue, spend(100), pay(7, asset=gold.id.hex()), pay(50))
    assert template.transaction is not None
    assert template.instructions is not None
    tx_input = template.transaction.inputs[0]
    assert isinstance(tx_input, IssuanceInput)
    assert (tx_input.nonce, tx_input.asset_id, tx_input.amount) == (bytes(8), gold.id, 7)
    (signatures,) = template.instructions[0].components
    assert isinstance(signatures, Signatures)
    assert gold.signer is not None
    assert [key.path for key in signatures.keys or ()] == [tuple(gold.signer.asset_path())] * 2


def test_issuing_by_a_program(wallet: SmallWallet) -> None:
    token = wallet.assets.define([], 0, "token", issuance_program=b"\x51")
    issue: dict[str, object] = {"type": "issue", "asset_id": token.id.hex(), "amount": 0}
    retire = {"type": "retire", "asset_id": token.id.hex(), "amount": 1}
    assert wallet.build(issue, retire).to_value()["signing_instructions"] == [{"position": 0}]
    issue["arguments"] = [{"type": "data", "raw_data": {"value": "01"}}]
    instructions = wallet.build(issue, retire).instructions
    assert instructions is not None
    assert instructions[0].components == (DataWitness(b"\x01"),)


def test_issuing_btm_makes_an_input_nobody_can_sign(wallet: SmallWallet) -> None:
    template = wallet.build({"type": "issue", "asset_alias": "BTM", "amount": 1}, pay(1))
    assert template.transaction is not None
    assert template.transaction.inputs[0].asset_id != BTM_ASSET_ID  # type: ignore[union-attr]
    assert template.fee == (1 << 64) - 1


def test_programs_and_retirements(wallet: SmallWallet) -> None:
    wallet.fund(100)
    template = wallet.build(
        spend(100),
        {"type": "control_program", "asset_alias": "btm", "amount": 1, "control_program": "52AB"},
        {"type": "retire", "asset_alias": "BTM", "amount": 2},
        {"type": "retire", "asset_alias": "BTM", "amount": 3, "arbitrary": "beef"},
    )
    assert template.transaction is not None
    programs = [output.control_program for output in template.transaction.outputs]
    assert programs == [b"\x52\xab", retire_program(), retire_program(b"\xbe\xef")]


def test_building_on_a_transaction(wallet: SmallWallet) -> None:
    wallet.fund(10, 100)
    base = wallet.build(spend(10), pay(3), time_range=5).transaction
    template = wallet.build(spend(100), pay(50), base=base)
    assert template.transaction is not None
    assert template.instructions is not None
    assert [output.amount for output in template.transaction.outputs] == [3, 50]
    assert [instruction.position for instruction in template.instructions] == [1]
    assert template.transaction.time_range == 5
    assert template.fee == 57
    later = wallet.build(pay(1), base=base, time_range=9).transaction
    assert later is not None
    assert later.time_range == 9


def test_a_time_range_that_cannot_be_written(wallet: SmallWallet) -> None:
    wallet.fund(10)
    with pytest.raises(BytomError, match="value out of range"):
        wallet.build(spend(10), pay(3), time_range=1 << 63)
    assert wallet.keeper.reservations == []


def test_reservations_last_as_long_as_asked_for(wallet: SmallWallet) -> None:
    wallet.fund(10)
    wallet.build(spend(10), pay(3), ttl=1.5)
    wallet.clock.advance(2)
    wallet.build(spend(10), pay(3))
    wallet.clock.advance(30 * 60)
    assert failure_keeping(wallet, spend(10)).startswith("BTM702")
    wallet.clock.advance(1)
    wallet.build(spend(10), pay(3))


def test_an_output_without_address_is_signed_over_a_program(wallet: SmallWallet) -> None:
    (utxo,) = wallet.fund(10)
    wallet.utxos.write({utxo.key: utxo._replace(address="").to_json()}, [], [])
    template = wallet.build(spend(10), pay(3))
    assert template.instructions is not None
    (component,) = template.instructions[0].components
    assert isinstance(component, ProgramSignatures)
    assert component.to_value()["type"] == "signature"


UNKNOWN = {"type": "spend_account", "account_id": "0" * 13, "asset_id": BTM, "amount": 1}
MISSING = "required field is missing: required field is missing"


@pytest.mark.parametrize(
    ("actions", "message"),
    [
        ([], "BTM706 transaction contains only input actions and no output actions: bad action construction"),
        ([spend(1)], "BTM706 transaction contains only input actions"),
        ([{"type": "spend_whatever"}], "BTM706 transaction contains only input actions"),
        ([{}], "BTM704 no action type provided on action 0: bad action type"),
        ([pay(1), {"type": 7}], "BTM704 no action type provided on action 1: bad action type"),
        ([{"type": 'f"oo'}], 'BTM704 unknown action type "f\\"oo" on action 0: bad action type'),
        ([{"type": "Retire"}], 'BTM704 unknown action type "Retire" on action 0: bad action type'),
        (
            [spend(1, "nobody"), pay(1)],
            "BTM709 invalid account alias nobody on action 0: Failed to find account",
        ),
        ([spend(1, "ALICE"), pay(1)], "BTM709 invalid account alias ALICE on action 0"),
        (
            [{"type": "retire", "asset_alias": "nope"}],
            "BTM710 invalid asset alias NOPE on action 0: no such asset, alias: NOPE: fail to find asset",
        ),
        (
            [spend(10**15), pay(1)],
            (
                "BTM700 action index 0: reserving utxos: reservation found insufficient funds: "
                "reservation found insufficient funds"
            ),
        ),
        (
            [UNKNOWN, pay(1)],
            "BTM709 action index 0: get account info: Failed to find account: Failed to find account",
        ),
        (
            [UNKNOWN, {"type": "retire"}],
            (
                "BTM709 action index 0: get account info: Failed to find accountaction index 1: "
                "required field is missing: Failed to find account"
            ),
        ),
        ([pay(1), {"type": "issue", "asset_id": GOLD}], "BTM710 action index 1: fail to find asset: fail to find"),
        ([pay(1), {"type": "issue"}], f"BTM707 action index 1: {MISSING}"),
        ([pay(1), {"type": "issue", "asset_id": "00" * 32}], f"BTM707 action index 1: {MISSING}"),
        ([pay(0)], f"BTM707 action index 0: {MISSING}"),
        ([pay(1, "")], f"BTM707 action index 0: {MISSING}"),
        ([{"type": "control_program", "asset_id": BTM, "amount": 1}], f"BTM707 action index 0: {MISSING}"),
        ([pay(1), spend(0)], f"BTM707 action index 1: {MISSING}"),
        ([pay(1), {"type": "spend_account_unspent_output"}], f"BTM707 action index 1: {MISSING}"),
        (
            [pay(1), {"type": "spend_account_unspent_output", "output_id": "00" * 32}],
            "BTM703 action index 1: can't find utxo with given hash: can't find utxo with given hash",
        ),
        ([pay(1, FOREIGN_ADDRESS)], "BTM000 action index 0: unknown address type: unknown address type"),
        ([pay(1, ADDRESS[:-1] + "q")], "BTM000 action index 0: checksum failed."),
        (
            [pay(1 << 63)],
            "BTM708 action index 0: amount 9223372036854775808 exceeds maximum value 2^63: bad asset amount: bad",
        ),
        ([pay(1, asset="zz")], "BTM705 bad length hash string 2 on action 0: bad action object"),
        (
            [pay(1, asset="zz" * 32)],
            "BTM705 encoding/hex: invalid byte: U+007A 'z' on action 0: bad action object",
        ),
        (
            [pay(1 << 64)],
            (
                "BTM705 json: cannot unmarshal number 18446744073709551616 into Go struct field "
                "controlAddressAction.amount of type uint64 on action 0: bad action object"
            ),
        ),
        ([pay(-1)], "BTM705 json: cannot unmarshal number -1 into Go struct field controlAddressAction.amount"),
        (
            [{**pay(1), "amount": "5"}],
            "BTM705 json: cannot unmarshal string into Go struct field controlAddressAction.amount of type uint64",
        ),
        (
            [{**pay(1), "address": 5}],
            "BTM705 json: cannot unmarshal number into Go struct field controlAddressAction.address of type",
        ),
        (
            [{"type": "retire", "arbitrary": "abc"}],
            "BTM705 encoding/hex: odd length hex string on action 0: bad action object",
        ),
    ],
)
def test_errors(wallet: SmallWallet, actions: list[dict[str, object]], message: str) -> None:
    wallet.fund(100)
    assert failure(wallet, *actions).startswith(message)


def test_fractions_are_no_amounts(wallet: SmallWallet) -> None:
    for text in ("1.5", "20000000.0", "1e3"):
        action = {**spend(1), "amount": Number(text)}
        with pytest.raises(
            BytomError, match=f"number {text} into Go struct field spendAction.amount of type"
        ) as e:
            wallet.builder.build(BuildRequest([action, pay(1)]))  # type: ignore[list-item]
        assert e.value.code == "BTM705"


def test_names_of_fields_in_any_case(wallet: SmallWallet) -> None:
    wallet.fund(100)
    wallet.build(spend(100), {"type": "retire", "Asset_ID": BTM, "AMOUNT": 5})


def test_all_that_was_reserved_before_a_failure_is_free(wallet: SmallWallet) -> None:
    first, second = wallet.fund(100, 30)
    contract = wallet.add(50, CONTRACT)
    for utxo in (first, contract):
        action = {"type": "spend_account_unspent_output", "output_id": utxo.output_id.hex()}
        assert failure(wallet, action, spend(30), pay(1), pay(1, "x")).startswith("BTM000 action index 3")
    assert not wallet.keeper.is_reserved(second.output_id)


def test_issuing_more_than_can_be_written(wallet: SmallWallet) -> None:
    gold = wallet.assets.define([ALICE.xpub], 1, "gold")
    issue = {"type": "issue", "asset_id": gold.id.hex(), "amount": 1 << 63}
    assert failure(wallet, issue, pay(1)).startswith("BTM708 action index 0: amount 9223372036854775808 exceeds")


def test_giving_up_frees_what_a_template_spends(wallet: SmallWallet) -> None:
    wallet.fund(100)
    template = wallet.build(spend(100), pay(1))
    wallet.builder.give_up(replace(template, transaction=None))
    assert len(wallet.keeper.reservations) == 1
    wallet.builder.give_up(template)
    assert wallet.keeper.reservations == []
