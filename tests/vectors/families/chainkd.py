"""``chainkd.json``: extended keys, signatures, account programs, mnemonics."""

from pybytomd.crypto import mnemonic
from pybytomd.crypto.chainkd import XPrv, XPub
from pybytomd.errors import BytomError, DecodeError
from pybytomd.ledger.networks.params import MAINNET
from pybytomd.wallet.accounts.account_records import Account
from pybytomd.wallet.accounts.derivation import derive_program, multisig_script, public_keys
from pybytomd.wallet.accounts.signers import Signer
from tests.vectors.registry import Case, family, refused


def error_of(action, *arguments) -> str | None:
    try:
        action(*arguments)
    except BytomError as error:
        return str(error)
    return None


def check_root(case: Case) -> None:
    xprv = XPrv.from_seed(bytes.fromhex(case["seed"]))
    assert xprv.raw.hex() == case["xprv"]
    assert str(xprv.xpub) == case["xpub"]
    assert xprv.expanded.hex() == case["expanded_private_key"]
    assert xprv.xpub.public_key.hex() == case["public_key"]


def check_child(case: Case) -> None:
    parent, selector = XPrv.from_hex(case["xprv"]), bytes.fromhex(case["selector"])
    child = parent.hardened_child(selector) if case["hardened"] else parent.child(selector)
    assert child.raw.hex() == case["child_xprv"]
    assert str(child.xpub) == case["child_xpub"]
    if "child_xpub_from_parent_xpub" in case:
        assert str(parent.xpub.child(selector)) == case["child_xpub_from_parent_xpub"]


def check_derive(case: Case) -> None:
    path = [bytes.fromhex(selector) for selector in case["path"]]
    root = XPrv.from_hex(case["xprv"])
    derived = root.derive(path)
    assert derived.raw.hex() == case["derived_xprv"]
    assert str(derived.xpub) == case["derived_xpub"]
    assert root.xpub.derive(path) == derived.xpub
    if "message" in case:
        message, signature = bytes.fromhex(case["message"]), bytes.fromhex(case["signature"])
        assert derived.sign(message) == signature
        assert derived.xpub.verify(message, signature) == case["verify"]


def check_mnemonic(case: Case) -> None:
    sentence = mnemonic.sentence_of(bytes.fromhex(case["entropy"]), case["language"])
    assert sentence == case["mnemonic"]
    assert mnemonic.seed_of(sentence).hex() == case["seed"]
    assert XPrv.from_seed(bytes.fromhex(case["seed"])) == XPrv.from_hex(case["xprv"])
    assert str(XPrv.from_hex(case["xprv"]).xpub) == case["xpub"]
    assert mnemonic.is_importable(sentence, case["language"]) == case["valid"]
    assert error_of(mnemonic.entropy_of, sentence, case["language"]) == case["entropy_from_mnemonic_error"]
    if case["entropy_from_mnemonic_error"] is None:
        assert mnemonic.entropy_of(sentence, case["language"]).hex() == case["entropy_from_mnemonic"]


def check_mnemonic_errors(case: Case) -> None:
    sentence, language = case["mnemonic"], case["language"]
    assert mnemonic.is_importable(sentence, language) == case["valid"]
    assert error_of(mnemonic.entropy_of, sentence, language) == case["entropy_from_mnemonic_error"]
    assert error_of(mnemonic.sentence_of, bytes(16), language) == case["new_mnemonic_error"]


def check_entropy_length(case: Case) -> None:
    assert error_of(mnemonic.sentence_of, bytes(case["length_bytes"]), "en") == case["error"]


def check_text(case: Case) -> None:
    for kind, expected in ((XPrv, case["xprv_error"]), (XPub, case["xpub_error"])):
        if expected is None:
            assert kind.from_hex(case["text"]).raw.hex() == case["text"]
            continue
        with refused(DecodeError) as refusal:
            kind.from_hex(case["text"])
        assert str(refusal.error) == expected


def check_account_program(case: Case) -> None:
    xpubs = [XPub.from_hex(text) for text in case["xpubs"]]
    signer = Signer.create("account", xpubs, case["quorum"], case["key_index"], case["derive_rule"])
    change, index = case["change"], case["address_index"]
    assert [selector.hex() for selector in signer.account_path(change, index)] == case["path"]
    assert [key.hex() for key in public_keys(signer, change, index)] == case["derived_pubkeys"]
    if "multisig_program" in case:
        assert multisig_script(signer, change, index).hex() == case["multisig_program"]
    derived = derive_program(Account(signer, "", ""), index, change, MAINNET)
    assert derived.program.hex() == case["control_program"]
    assert derived.address == case["mainnet_address"]


OPERATIONS = {
    "account_program": check_account_program,
    "root": check_root,
    "child": check_child,
    "derive": check_derive,
    "derive_sign": check_derive,
    "mnemonic": check_mnemonic,
    "mnemonic_check": check_mnemonic_errors,
    "entropy_length": check_entropy_length,
    "text_decode": check_text,
}


@family("chainkd")
def check_chainkd(case: Case, _document: Case) -> None:
    OPERATIONS[case["op"]](case)
