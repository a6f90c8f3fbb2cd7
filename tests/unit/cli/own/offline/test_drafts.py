"""What is believed of a file, how signatures come together, and how a transaction is told in words."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from pybytomd.cli.own.offline.change import own_outputs
from pybytomd.cli.own.offline.document import Document, Draft, read
from pybytomd.cli.own.offline.meaning import lines
from pybytomd.cli.own.offline.signatures import combine, is_complete, progress
from pybytomd.codec.json.gojson import JsonValue
from pybytomd.crypto.chainkd import XPrv, XPub
from pybytomd.crypto.hashes import ripemd160, sha3_256
from pybytomd.errors import ConfigError
from pybytomd.ledger.constants import BTM_ASSET_ID
from pybytomd.ledger.inputs import SpendInput, TxOutput
from pybytomd.ledger.transaction import Transaction
from pybytomd.vm.programs.address import decode_address
from pybytomd.vm.programs.builders import multisig_program, p2wpkh_program, p2wsh_program
from pybytomd.wallet.accounts.signers import bip44_path
from pybytomd.wallet.spend.ledgers.bytom1 import Template
from pybytomd.wallet.spend.signing import sign
from pybytomd.wallet.spend.template import SigningInstruction
from pybytomd.wallet.spend.witness import Signatures, account_components

ALICE, BOB, EVE = (XPrv.from_seed(name.encode() * 32) for name in "abe")
SHARED = (ALICE.xpub, BOB.xpub)
STRANGER_ADDRESS = "sm1qpd59sj5g4fakhwmf3v28adsvraczdc6vk8fz5h"
STRANGER = decode_address(STRANGER_ADDRESS, "sm").control_program
GOLD = bytes.fromhex("0d" * 32)


class Ring:
    """Keys without passwords."""

    def __init__(self, *keys: XPrv) -> None:
        self._keys = {key.xpub: key for key in keys}

    def load(self, xpub: XPub, _password: str) -> XPrv:
        found = self._keys.get(xpub)
        if found is None:
            raise ConfigError("not here")
        return found


def address(xpubs: Sequence[XPub], change: bool, index: int) -> tuple[bytes, bytes]:
    """What unlocks an address of an account, and its program."""
    keys = [xpub.derive(bip44_path(1, change, index)).public_key for xpub in xpubs]
    if len(keys) == 1:
        return keys[0], p2wpkh_program(ripemd160(keys[0]))
    script = multisig_program(keys, len(keys))
    return script, p2wsh_program(sha3_256(script))


def draft(*spenders: Sequence[XPub], outputs: Sequence[TxOutput] = (), time_range: int = 0) -> Draft:
    """A transaction that spends 10 BTM of each."""
    inputs, instructions = [], []
    for position, xpubs in enumerate(spenders):
        unlock, program = address(xpubs, False, 1)
        inputs.append(SpendInput(bytes((position,)) * 32, BTM_ASSET_ID, 10**9, 0, 1, program))
        components = account_components(xpubs, bip44_path(1, False, 1), len(xpubs), unlock)
        instructions.append(SigningInstruction(position, components))
    paid = tuple(outputs) or (TxOutput(BTM_ASSET_ID, 10**8, STRANGER),)
    transaction = Transaction(1, time_range, tuple(inputs), paid)
    return Draft.of(Template(transaction, tuple(instructions), fee=1).to_value())


def signed(by: XPrv, what: Draft) -> Draft:
    return Draft.of(sign(what.template, "", Ring(by)).to_value())


def test_signatures_of_two_come_together_in_any_order() -> None:
    plain = draft(SHARED)
    one, other = signed(ALICE, plain), signed(BOB, plain)
    both = combine([one, other])
    assert is_complete(both)
    assert both == combine([other, one]) == combine([plain, other, one, both])
    assert Draft.of(sign(one.template, "", Ring(BOB)).to_value()) == both
    assert [is_complete(each) for each in (plain, one, other)] == [False] * 3
    assert len(both.transaction.inputs[0].arguments) == 3


def test_a_signature_that_is_not_of_its_key_never_counts() -> None:
    plain, one = draft(SHARED), signed(ALICE, draft(SHARED))
    value = json.loads(json.dumps(one.template.to_value()))
    component = value["signing_instructions"][0]["witness_components"][0]
    component["signatures"].reverse()
    forged = Draft.of(value)
    for use in (lambda: progress(forged), lambda: is_complete(forged), lambda: combine([plain, forged])):
        with pytest.raises(ConfigError, match="signature 1 of input 0 is not that of its key"):
            use()
    component["signatures"] = [component["signatures"][1]] * 3
    with pytest.raises(ConfigError, match="more signatures than keys"):
        progress(Draft.of(value))


def test_only_signatures_of_the_same_transaction_are_combined() -> None:
    other = draft(SHARED, outputs=(TxOutput(BTM_ASSET_ID, 2, STRANGER),))
    with pytest.raises(ConfigError, match="different transactions"):
        combine([draft(SHARED), other])
    lax = draft(SHARED)
    instruction = lax.instructions[0]
    first = instruction.components[0]
    assert isinstance(first, Signatures)
    fewer = replace(instruction, components=(replace(first, quorum=1), *instruction.components[1:]))
    with pytest.raises(ConfigError, match="do not ask for the same signatures"):
        combine([lax, Draft(lax.template, lax.transaction, (fewer,))])


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"raw_transaction": None}, "no raw_transaction"),
        ({"raw_transaction": "07"}, "no template"),
        ({"allow_additional_actions": True}, "additional actions"),
        ({"signing_instructions": [{"position": 1}]}, "does not have"),
        ({"signing_instructions": [{"position": 0}, {"position": 0}]}, "twice"),
        ({"signing_instructions": 5}, "no template"),
    ],
)
def test_templates_that_nobody_should_sign(change: dict[str, JsonValue], complaint: str) -> None:
    with pytest.raises(ConfigError, match=complaint):
        Draft.of({**draft(SHARED).template.to_value(), **change})


def test_words_are_those_of_the_transaction_whatever_the_file_says() -> None:
    outputs = (
        TxOutput(BTM_ASSET_ID, 150_000_000, STRANGER),
        TxOutput(BTM_ASSET_ID, 800_000_000, address(SHARED, True, 7)[1]),
        TxOutput(GOLD, 5, b"\x51"),
        TxOutput(BTM_ASSET_ID, 10, b"\x6a"),
    )
    told = list(lines(Document((draft(SHARED, outputs=outputs, time_range=99),), "sm")))
    verbs = ["Spend", "Pay", "Return", "Pay", "Destroy", "Fee", "Until", "Signed"]
    assert [line.split()[0] for line in told[1:]] == verbs
    assert told[2] == f"  Pay      1.5 BTM to {STRANGER_ADDRESS}"
    assert told[3].endswith(", which is of the keys that pay")
    assert told[4] == f"  Pay      5 units of the asset {GOLD.hex()} to the program 51"
    assert told[6:] == [
        "  Fee      0.4999999 BTM", "  Until    block 99, and not later", "  Signed   0 of 2 for input 0",
    ]  # fmt: skip


def test_an_input_of_others_makes_none_of_their_outputs_change() -> None:
    change = address((EVE.xpub,), True, 1)[1]
    outputs = (TxOutput(BTM_ASSET_ID, 10**9, change),)
    assert own_outputs(draft((EVE.xpub,), outputs=outputs)) == {change}
    assert own_outputs(draft(SHARED, (EVE.xpub,), outputs=outputs)) == frozenset()
    assert own_outputs(draft(SHARED, outputs=outputs)) == frozenset()


def test_keys_that_are_not_those_of_the_input_make_nothing_change() -> None:
    change = address((EVE.xpub,), True, 1)[1]
    honest = draft(SHARED, outputs=(TxOutput(BTM_ASSET_ID, 10**9, change),))
    false = draft((EVE.xpub,))
    assert own_outputs(Draft(honest.template, honest.transaction, false.instructions)) == frozenset()


@pytest.mark.parametrize("form", ["written", "template", "answer", "answers"])
def test_files_are_read_in_each_form(form: str, tmp_path: Path) -> None:
    wanted, file = draft(SHARED), tmp_path / "payment"
    template = wanted.template.to_value()
    forms: dict[str, JsonValue] = {
        "template": template,
        "answer": {"transaction": template, "sign_complete": False},
        "answers": {"transaction": [template], "sign_complete": False},
    }
    if form == "written":
        Document((wanted,), "sm").write(file)
    else:
        file.write_text(json.dumps(forms[form]))
    assert read(file) == Document((wanted,), "sm" if form == "written" else "bm")


def test_no_file_is_replaced(tmp_path: Path) -> None:
    file = tmp_path / "payment"
    file.write_text("mine")
    with pytest.raises(ConfigError, match="is there already"):
        Document((draft(SHARED),), "sm").write(file)
    assert file.read_text() == "mine"


@pytest.mark.parametrize(
    "content",
    [
        "", "[]", "7", '{"type":"x"}', '{"transaction":null}', '{"transaction":[]}', "{}", "\x00",
        '{"type":"bytom transactions to sign","version":2,"address_prefix":"sm","templates":[]}',
        '{"type":"bytom transactions to sign","version":1,"address_prefix":"xx","templates":[{}]}',
        '{"type":"bytom transactions to sign","version":1,"address_prefix":"sm","templates":[]}',
        '{"type":"bytom transactions to sign","version":1,"address_prefix":"sm","templates":[null]}',
        "[" * 100_000,
    ],
    ids=range(13),
)  # fmt: skip
def test_files_that_are_none(content: str, tmp_path: Path) -> None:
    file = tmp_path / "payment"
    file.write_text(content)
    with pytest.raises(ConfigError, match=str(file)):
        read(file)
