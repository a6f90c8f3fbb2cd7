"""Key files: writing, and files made to hurt."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pybytomd.crypto import keystore
from pybytomd.crypto.chainkd import XPrv
from pybytomd.crypto.keystore import Key, KeyFile, KeystoreError, WrongPassword
from pybytomd.errors import BytomError

KEY = Key("d615cdd4-91bd-40e9-a83a-ddcfcb677ec1", "alice <&> é", XPrv.from_seed(b"seed"))
FILE = keystore.encrypt(KEY, "pw")


def altered(**parameters: object) -> bytes:
    document = json.loads(FILE.to_json())
    document["crypto"]["kdfparams"].update(parameters)
    return json.dumps(document).encode()


@pytest.fixture
def derivations(monkeypatch: pytest.MonkeyPatch) -> list[bytes]:
    """What scrypt has made, which is where the time goes."""
    made: list[bytes] = []
    derive = keystore.scrypt.derive

    def derive_and_note(*parameters: object) -> bytes:
        made.append(derive(*parameters))
        return made[-1]

    monkeypatch.setattr(keystore.scrypt, "derive", derive_and_note)
    return made


def test_a_key_comes_back() -> None:
    assert KeyFile.from_json(FILE.to_json()).decrypt("pw") == KEY


def test_the_text_is_the_references() -> None:
    text = FILE.to_json().decode()
    expected = (
        f'{{"crypto":{{"cipher":"aes-128-ctr","ciphertext":"{FILE.ciphertext}","cipherparams":{{"iv":"{FILE.iv}"}},'
        '"kdf":"scrypt","kdfparams":{"dklen":32,"n":4096,"p":6,"r":8,"salt":"'
        f'{FILE.kdf_parameters["salt"]}"}},"mac":"{FILE.mac}"}},"id":"{KEY.id}","type":"bytom_kd","version":1,'
        f'"alias":"alice \\u003c\\u0026\\u003e é","xpub":"{KEY.xpub}"}}'
    )
    assert text == expected
    assert KeyFile.from_json(FILE.to_json()).to_json() == FILE.to_json()


def test_salt_and_iv_are_fresh() -> None:
    other = keystore.encrypt(KEY, "pw")
    assert other.iv != FILE.iv
    assert other.ciphertext != FILE.ciphertext


def test_a_wrong_password() -> None:
    with pytest.raises(WrongPassword) as raised:
        FILE.decrypt("pw ")
    assert raised.value.code == "BTM802"


def test_a_key_shows_nothing_of_itself() -> None:
    assert KEY.xprv.raw.hex()[:16] not in repr(KEY)


def test_an_id_is_written_in_lower_case_or_left_out() -> None:
    document = json.loads(FILE.to_json())
    for given_id, expected in (("URN:UUID:" + KEY.id.upper(), KEY.id), ("{" + KEY.id + "}", ""), ("x", "")):
        document["id"] = given_id
        assert KeyFile.from_json(json.dumps(document).encode()).decrypt("pw").id == expected


@pytest.mark.parametrize(
    "parameters",
    [
        {"n": 1 << 30},
        {"n": 1 << 22, "r": 2},
        {"p": 1 << 30},
        {"r": 1 << 30},
        {"n": 1 << 18, "r": 64},
        {"r": 0},
        {"p": 0},
        {"n": 1 << 17, "r": 1, "p": 1},
    ],
)
def test_a_hostile_work_factor_costs_nothing(
    parameters: dict[str, int], derivations: list[tuple[object, ...]]
) -> None:
    KeyFile.from_json(altered()).decrypt("pw")
    assert derivations
    derivations.clear()
    with pytest.raises(KeystoreError, match="parameters are too large"):
        KeyFile.from_json(altered(**parameters)).decrypt("pw")
    assert derivations == []


@pytest.mark.parametrize(
    "parameters", [{"n": None}, {"n": True}, {"n": "4096"}, {"salt": 1}, {"dklen": 0}, {"dklen": -1}, {"n": 0}]
)
def test_numbers_that_are_none(parameters: dict[str, object]) -> None:
    with pytest.raises(KeystoreError):
        KeyFile.from_json(altered(**parameters)).decrypt("pw")


def test_pbkdf2_rounds_are_bounded() -> None:
    document = json.loads(altered(c=1 << 40, prf="hmac-sha256"))
    document["crypto"]["kdf"] = "pbkdf2"
    with pytest.raises(KeystoreError, match="too large"):
        KeyFile.from_json(json.dumps(document).encode()).decrypt("pw")


@settings(max_examples=200)
@given(st.binary(max_size=200) | st.text().map(str.encode))
def test_any_text_is_a_file_or_an_error(data: bytes) -> None:
    try:
        KeyFile.from_json(data).decrypt("")
    except BytomError as error:
        assert str(error)


@given(
    st.dictionaries(
        st.sampled_from(["crypto", "id", "type", "version", "alias", "xpub", "Crypto"]),
        st.none() | st.booleans() | st.integers() | st.text() | st.dictionaries(st.text(), st.integers()),
    )
)
def test_any_object_is_a_file_or_an_error(document: dict[str, object]) -> None:
    try:
        KeyFile.from_json(json.dumps(document).encode()).decrypt("")
    except BytomError as error:
        assert str(error)
