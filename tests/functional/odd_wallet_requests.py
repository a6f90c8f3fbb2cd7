"""Requests of the wallet that are wrong: each field missing, of another type, huge, negative, unknown.

Over the recorded home. What would change it, such as the right password, is wrong in the request that the others
are made from.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from tests.functional.recorded_home import RECORDED

ALICE, BOB = (key["xpub"] for key in RECORDED["keys"][:2])
ADDRESS = "sm1qpd59sj5g4fakhwmf3v28adsvraczdc6vk8fz5h"
GOLD = RECORDED["assets"]["gold"]["id"]

PLAIN = ("", " ", "{", "{}", "null", "[]", "5", '"x"', "nope", '{"a":1,}', "{'a':1}", '{"a":"\\x"}', "\x00")
"""Bodies of any method."""
VALUES = (
    "null", "true", "5", "-1", "1.5", "1e3", "18446744073709551615", "18446744073709551616", "[]", "{}", '""',
    '"x"', '"00"', '"zz"', '"é"', "[5]", "[null]", '["zz"]', '{"a":5}', f'"{"00" * 32}"', f'"{"ab" * 64}"',
    f'"{ALICE}"', f'["{ALICE}","{ALICE}"]', f'"{"x" * 5000}"', '"alice"', '"BTM"', f'"{ADDRESS}"',
    '"4B4NOB17G0A02"', '{"slices":[5]}', '{"slices":[{"contract_index":"5"}]}', '{"slices":[{"account":5}]}',
    '{"assets":[5]}', '{"assets":{}}', '{"xkeys":[5]}', '{"xkeys":"5"}',
)  # fmt: skip
"""Values of any field."""

REQUESTS: dict[str, dict[str, Any]] = {
    "create-key": {"alias": "alice", "password": "p", "mnemonic": "no words of a list", "language": "en"},
    "list-keys": {},
    "update-key-alias": {"xpub": ALICE, "new_alias": "bob"},
    "delete-key": {"xpub": ALICE, "password": "wrong"},
    "reset-key-password": {"xpub": ALICE, "old_password": "wrong", "new_password": "x"},
    "check-key-password": {"xpub": ALICE, "password": "wrong"},
    "sign-message": {"address": ADDRESS, "message": "00", "password": "wrong"},
    "create-account": {"root_xpubs": [ALICE], "quorum": 2, "alias": "alice"},
    "update-account-alias": {"account_id": "", "account_alias": "bob", "new_alias": "alice"},
    "list-accounts": {"id": "", "alias": ""},
    "delete-account": {"account_id": "", "account_alias": "nobody"},
    "create-account-receiver": {"account_alias": "nobody", "account_id": ""},
    "validate-address": {"address": ADDRESS},
    "list-addresses": {"account_alias": "alice", "account_id": "", "from": 0, "count": 2},
    "list-pubkeys": {"account_alias": "alice", "account_id": "", "public_key": ""},
    "set-mining-address": {"mining_address": "sm1nothing"},
    "set-coinbase-arbitrary": {"arbitrary": "ab" * 200},
    "create-asset": {
        "alias": "btm", "root_xpubs": [ALICE], "quorum": 2, "definition": {"a": 1}, "limit_height": -5,
        "issuance_program": "zz",
    },
    "get-asset": {"id": "00" * 32},
    "list-assets": {"id": ""},
    "update-asset-alias": {"id": GOLD, "alias": "btm"},
    "list-balances": {"account_id": "", "account_alias": ""},
    "list-unspent-outputs": {
        "account_id": "", "account_alias": "", "id": "", "unconfirmed": False, "smart_contract": False, "from": 0,
        "count": 2,
    },
    "list-transactions": {
        "id": "", "account_id": "", "detail": False, "unconfirmed": False, "from": 0, "count": 2,
    },
    "get-transaction": {"tx_id": "00" * 32},
    "recovery-wallet": {"xpubs": []},
    "restore-wallet": {"account_image": {"slices": 5}, "asset_image": {"assets": 5}, "key_images": {"xkeys": 5}},
    "build-transaction": {
        "base_transaction": None, "ttl": 0, "time_range": 0,
        "actions": [{"type": "spend_account", "account_alias": "alice", "asset_alias": "BTM", "amount": 1 << 62}],
    },
    "build-chain-transactions": {
        "base_transaction": None, "ttl": 0, "time_range": 0,
        "actions": [{"type": "spend_account", "account_alias": "alice", "asset_alias": "BTM", "amount": 1 << 62}],
    },
    "release-reservation": {"id": 0},
    "sign-transaction": {"password": "wrong", "transaction": 5},
    "sign-transactions": {"password": "wrong", "transactions": [5]},
    "estimate-transaction-gas": {"transaction_template": 5},
    "estimate-chain-transaction-gas": {"transaction_templates": [5]},
}  # fmt: skip
"""One request of each method of the wallet that takes one, refused or harmless as it is."""


def bodies_of(method: str) -> Iterator[str]:
    """Bodies for a method: garbage, and its request with one field missing or of another value."""
    yield from PLAIN
    request = REQUESTS[method]
    yield json.dumps(request)
    for field in request:
        yield json.dumps({name: value for name, value in request.items() if name != field})
        for value in VALUES:
            members = {name: json.dumps(known) for name, known in request.items()} | {field: value}
            yield "{" + ",".join(f"{json.dumps(name)}:{text}" for name, text in members.items()) + "}"
