"""Signing: by several people one after another, with right and wrong passwords, and damaged templates."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pybytomd.codec.json import gojson
from pybytomd.crypto.chainkd import XPub
from pybytomd.crypto.hashes import sha3_256
from pybytomd.errors import BytomError, DecodeError
from pybytomd.ledger.inputs import IssuanceInput
from pybytomd.ledger.transaction import Transaction
from pybytomd.wallet.spend.errors import BadWitnessComponent
from pybytomd.wallet.spend.ledgers.bytom1 import Template
from pybytomd.wallet.spend.signing import is_complete, sign, with_arguments
from pybytomd.wallet.spend.template import SigningInstruction
from pybytomd.wallet.spend.witness import DataWitness, KeyPath, ProgramSignatures, Signatures
from tests.unit.wallet.spend.small_wallet import ALICE, CAROL, FewKeys, SmallWallet, pay, spend


def tx_of(template: Template) -> Transaction:
    assert template.transaction is not None
    return template.transaction


def signatures_of(template: Template, position: int = 0) -> list[str]:
    assert template.instructions is not None
    component = template.instructions[position].components[0]
    assert isinstance(component, Signatures)
    return [signature.hex()[:4] and "x" for signature in component.signatures or ()]


@pytest.fixture
def single() -> Template:
    wallet = SmallWallet()
    wallet.fund(10)
    return wallet.build(spend(10), pay(5))


@pytest.fixture
def multi() -> Template:
    wallet = SmallWallet()
    wallet.fund(10, account=wallet.multi)
    return wallet.build(spend(10, "multi"), pay(5))


def verified(template: Template, position: int, xpub: XPub, signature: bytes) -> bool:
    assert template.instructions is not None
    component = template.instructions[position].components[0]
    assert isinstance(component, Signatures)
    path = next(key.path for key in component.keys or () if key.xpub == xpub)
    return xpub.derive(path or ()).verify(tx_of(template).signature_hash(position), signature)


def test_one_key(single: Template) -> None:
    signed = sign(single, "a", FewKeys())
    assert is_complete(signed)
    assert not is_complete(single)
    signature, public_key = tx_of(signed).inputs[0].arguments
    assert verified(single, 0, ALICE.xpub, signature)
    assert len(public_key) == 32
    assert tx_of(signed).id == tx_of(single).id


def test_a_wrong_password_completes_nothing(single: Template) -> None:
    signed = sign(single, "wrong", FewKeys())
    assert not is_complete(signed)
    assert signatures_of(signed) == [""]
    assert len(tx_of(signed).inputs[0].arguments) == 1  # the public key is there already
    again = sign(signed, "a", FewKeys())
    assert is_complete(again)


def test_two_of_three_one_after_the_other(multi: Template) -> None:
    by_alice = sign(multi, "a", FewKeys(ALICE))
    assert (signatures_of(by_alice), is_complete(by_alice)) == (["x", "", ""], False)
    at_carols = Template.from_value(gojson.loads(gojson.dumps(by_alice.to_value())))
    by_carol = sign(at_carols, "b", FewKeys(CAROL))
    assert (signatures_of(by_carol), is_complete(by_carol)) == (["x", "", "x"], True)
    first, second, script = tx_of(by_carol).inputs[0].arguments
    assert verified(multi, 0, ALICE.xpub, first)
    assert verified(multi, 0, CAROL.xpub, second)
    assert script[0] == 0xAE
    unchanged = sign(by_carol, "a", FewKeys())
    assert tx_of(unchanged) == tx_of(by_carol)


def test_one_signature_for_each_call(multi: Template) -> None:
    once = sign(multi, "b", FewKeys())
    assert signatures_of(once) == ["", "x", ""]
    twice = sign(once, "b", FewKeys())
    assert signatures_of(twice) == ["", "x", "x"]
    assert is_complete(twice)
    thrice = sign(twice, "a", FewKeys())
    assert signatures_of(thrice) == ["x", "x", "x"]
    assert len(tx_of(thrice).inputs[0].arguments) == 3  # no more signatures than are wanted


def test_a_key_is_opened_once_for_all_inputs() -> None:
    wallet = SmallWallet()
    wallet.fund(*[10] * 40)
    keys = FewKeys()
    template = wallet.build(spend(400), pay(5))
    assert is_complete(sign(template, "a", keys))
    assert keys.opened == 1
    assert not is_complete(sign(template, "wrong", keys))
    assert keys.opened == 2


def test_positions_count_not_the_order_of_instructions() -> None:
    """The reference signs for input 0 here, which nobody accepts."""
    wallet = SmallWallet()
    wallet.fund(10)
    base = tx_of(wallet.build(spend(10), pay(3)))
    wallet.fund(100)
    template = wallet.build(spend(100), pay(50), base=base)
    signed = sign(template, "a", FewKeys())
    tx = tx_of(signed)
    assert tx.inputs[0].arguments == ()
    key = ALICE.xpub.derive(wallet.alice.signer.account_path(False, 2))
    assert key.verify(tx.signature_hash(1), tx.inputs[1].arguments[0])


def test_a_program_that_commits_to_the_whole_transaction(single: Template) -> None:
    template = with_program(single)
    signed = sign(template, "a", FewKeys())
    count, signature, program = tx_of(signed).inputs[0].arguments
    assert count == b""
    assert program == b"\x20" + tx_of(single).signature_hash(0) + b"\xae\x87"
    assert ALICE.xpub.derive([b"\x01"]).verify(sha3_256(program), signature)
    assert "program" not in str(signed.to_value())


def with_program(template: Template, program: bytes = b"", **fields: object) -> Template:
    component = ProgramSignatures(1, (KeyPath(ALICE.xpub, (b"\x01",)),), None, program)
    return replace(template, instructions=(SigningInstruction(0, (component,)),), **fields)


def test_a_program_that_leaves_room_for_more(single: Template) -> None:
    template = with_program(single, allow_additional_actions=True)
    tx = tx_of(single)
    program = tx_of(sign(template, "a", FewKeys())).inputs[0].arguments[-1]
    spent = b"\x20" + tx.spent_output_ids[0] + b"\xcb\x87"
    (output,) = tx.outputs
    asset = b"\x20" + (output.asset_id or b"")
    paid = b"\x00\x55" + asset + b"\x51" + bytes([len(output.control_program)]) + output.control_program + b"\xc1"
    assert program == spent + b"\x69" + paid


def test_a_program_that_was_given(single: Template) -> None:
    program = tx_of(sign(with_program(single, b"\x51"), "a", FewKeys())).inputs[0].arguments[-1]
    assert program == b"\x51"


def test_arguments_before_a_program_are_counted(single: Template) -> None:
    component = ProgramSignatures(1, (), None, b"\x51")
    tx = with_arguments(tx_of(single), [SigningInstruction(0, (DataWitness(b"a"), DataWitness(b"b"), component))])
    assert tx.inputs[0].arguments == (b"a", b"b", b"\x02", b"\x51")


def test_an_instruction_without_components_clears_arguments(single: Template) -> None:
    signed = sign(single, "a", FewKeys())
    cleared = sign(replace(signed, instructions=(SigningInstruction(0),)), "a", FewKeys())
    assert tx_of(cleared).inputs[0].arguments == ()


def test_a_key_that_was_not_named_is_the_only_one() -> None:
    value = {"type": "raw_tx_signature", "quorum": 1, "keys": [{}]}
    component = Template.from_value({"signing_instructions": [{"witness_components": [value]}]})
    assert component.to_value()["signing_instructions"] == [
        {
            "position": 0,
            "witness_components": [
                {
                    "type": "raw_tx_signature",
                    "quorum": 1,
                    "keys": [{"xpub": "00" * 64, "derivation_path": None}],
                    "signatures": None,
                }
            ],
        }
    ]


def test_errors(single: Template) -> None:
    too_many = (SigningInstruction(0), SigningInstruction(0))
    for template, message in (
        (replace(single, transaction=None), "missing raw tx"),
        (replace(single, instructions=too_many), "too many signing instructions in template"),
        (
            replace(single, instructions=(SigningInstruction(7),)),
            "signing instruction 0 references missing tx input 7: unsigned tx missing input",
        ),
    ):
        keys = FewKeys()
        with pytest.raises(BytomError) as caught:
            sign(template, "a", keys)
        assert (caught.value.code, str(caught.value)) == ("BTM000", message)
        assert keys.opened == 0
    assert sign(replace(single, instructions=None), "a", FewKeys()).instructions is None


def test_nothing_to_commit_to() -> None:
    nothing = Transaction(1, 0, (IssuanceInput(b"", bytes(32), 1, b"", 1, b"\x51"),), ())
    template = with_program(Template(nothing), allow_additional_actions=True)
    with pytest.raises(BytomError) as caught:
        sign(template, "a", FewKeys())
    assert str(caught.value) == (
        "adding signature(s) to signature witness component 0 of input 0: empty signature program"
    )


@pytest.mark.parametrize(
    ("component", "message"),
    [
        ({"type": "zzz"}, "witness component 0 has unknown type 'zzz': invalid witness component"),
        ({}, "witness component 0 has unknown type '': invalid witness component"),
        (None, "witness component 0 has unknown type '': invalid witness component"),
        (
            {"type": "data", "value": "x"},
            (
                'unmarshaling error on witness component 0, type data, input {"type":"data","value":"x"}: '
                "encoding/hex: invalid byte: U+0078 'x'"
            ),
        ),
        (
            {"type": "raw_tx_signature", "keys": [{"xpub": "00"}]},
            (
                "unmarshaling error on witness component 0, type raw_signature, input "
                '{"type":"raw_tx_signature","keys":[{"xpub":"00"}]}: bad key string'
            ),
        ),
        (
            {"type": "signature", "quorum": "2"},
            (
                "unmarshaling error on witness component 0, type signature, input "
                '{"type":"signature","quorum":"2"}: json: cannot unmarshal string into Go struct field '
                "SignatureWitness.quorum of type int"
            ),
        ),
        (
            {"type": 5},
            (
                'unmarshaling error on witness component 0, input {"type":5}: '
                "json: cannot unmarshal number into Go struct field .Type of type string"
            ),
        ),
        (
            {"type": "raw_tx_signature", "signatures": [7]},
            (
                "unmarshaling error on witness component 0, type raw_signature, input "
                '{"type":"raw_tx_signature","signatures":[7]}: json: cannot unmarshal number into Go struct field '
                "RawTxSigWitness.signatures of type json.HexBytes"
            ),
        ),
    ],
)
def test_components_that_do_not_parse(component: object, message: str) -> None:
    value = gojson.loads(gojson.dumps({"signing_instructions": [{"witness_components": [component]}]}))  # type: ignore[dict-item]
    with pytest.raises((DecodeError, BadWitnessComponent)) as caught:
        Template.from_value(value)
    assert str(caught.value) == message


@pytest.mark.parametrize(
    "value",
    [
        {"raw_transaction": "zz"},
        {"raw_transaction": 5},
        {"raw_transaction": "07"},
        {"raw_transaction": "ü"},
        {"signing_instructions": 5},
        {"signing_instructions": [5]},
        {"signing_instructions": [{"position": -1}]},
        {"signing_instructions": [{"position": 1 << 32}]},
        {"fee": -1},
        {"fee": 1.5},
        {"allow_additional_actions": "yes"},
    ],
)
def test_templates_that_do_not_parse(value: object) -> None:
    with pytest.raises(DecodeError):
        Template.from_value(gojson.loads(gojson.dumps(value)))  # type: ignore[arg-type]


def test_signatures_in_capitals_and_missing_ones() -> None:
    component = {"type": "raw_tx_signature", "quorum": -1, "keys": None, "signatures": ["ABCD", None, ""]}
    template = Template.from_value({"signing_instructions": [{"witness_components": [component]}]})
    assert template.instructions is not None
    assert template.instructions[0].components[0].to_value() == {
        "type": "raw_tx_signature",
        "quorum": -1,
        "keys": None,
        "signatures": ["abcd", "", ""],
    }
    assert is_complete(template)
