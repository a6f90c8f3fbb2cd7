"""``keystore.json``: key files and what comes out of them with a password."""

from pybytomd.crypto.keystore import KeyFile
from pybytomd.errors import BytomError
from tests.vectors.registry import Case, family, refused


@family("keystore")
def check_keystore(case: Case, _document: Case) -> None:
    data = case["file"].encode()
    if case.get("error") is None and "panic" not in case:
        key = KeyFile.from_json(data).decrypt(case["password"])
        assert key.xprv.raw.hex() == case["xprv"]
        assert str(key.xpub) == case["xpub"]
        assert (key.id, key.alias, key.key_type) == (case["key_id"], case["alias"], case["key_type"])
        return
    with refused(BytomError) as refusal:
        KeyFile.from_json(data).decrypt(case["password"])
    if "panic" not in case:
        assert str(refusal.error) == case["error"]
