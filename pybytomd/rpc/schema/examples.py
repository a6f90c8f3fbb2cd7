"""A request for every method that takes one, for the page, the OpenAPI document and the typed client.

Long texts are made up but have the right form. What methods take none is asked without a body.
"""

from __future__ import annotations

from collections.abc import Mapping

BTM = "f" * 64
ADDRESS = "sm1qpd59sj5g4fakhwmf3v28adsvraczdc6vk8fz5h"
PROGRAM = "00140b68584a88aa7b6bbb698b147eb60c1f7026e34c"
XPUB = (
    "0dda79cb27a46dc43b64a28c1d8d9b5d1c0a6fb2ff4d6a7c0ad6b1b0f2ed0a3c"
    "6c2c3e9a5d7f1b8e4a0c9d2f3b5e7a1c8d6f4b2a0e9c7d5f3b1a8e6c4d2f0b9a"
)
TX = "3fa9bd3b8ee9e6b6b5b3d5b3d5a0f2d2a1a8c9f0e7d6c5b4a3928170605f4e3d"
BLOCK = "5e0bd9a3c1f27b8a6d4e2c0f9b7d5a3c1e8f6d4b2a0c9e7f5d3b1a8c6e4f2d0b"
RAW_TRANSACTION = "0701000000"
PASSWORD = "a long password"  # noqa: S105 - of nobody
TEMPLATE = {
    "raw_transaction": RAW_TRANSACTION,
    "signing_instructions": [],
    "fee": 0,
    "allow_additional_actions": False,
}
HEADER = {
    "version": 1,
    "height": 1203,
    "previous_block_hash": BLOCK,
    "timestamp": 1764500000,
    "nonce": 42,
    "bits": 2305843009214532812,
    "block_commitment": {"transaction_merkle_root": TX, "transaction_status_hash": BLOCK},
}
PAYMENT = {
    "actions": [
        {"type": "spend_account", "account_alias": "alice", "asset_alias": "BTM", "amount": 150_500_000},
        {"type": "control_address", "asset_alias": "BTM", "amount": 150_000_000, "address": ADDRESS},
    ],
    "ttl": 60_000,
}
_ACCOUNT = {"account_alias": "alice"}
_PAGE = {"count": 20}

EXAMPLES: Mapping[str, Mapping[str, object]] = {
    # keys
    "check-key-password": {"xpub": XPUB, "password": PASSWORD},
    "create-key": {"alias": "alice", "password": PASSWORD},
    "delete-key": {"xpub": XPUB, "password": PASSWORD},
    "reset-key-password": {"xpub": XPUB, "old_password": PASSWORD, "new_password": "a longer password"},
    "sign-message": {"address": ADDRESS, "message": "68656c6c6f", "password": PASSWORD},
    "update-key-alias": {"xpub": XPUB, "new_alias": "alicia"},
    "verify-message": {"address": ADDRESS, "derived_xpub": XPUB, "message": "68656c6c6f", "signature": "00" * 64},
    # accounts and assets
    "create-account": {"root_xpubs": [XPUB], "quorum": 1, "alias": "alice"},
    "create-account-receiver": _ACCOUNT,
    "create-asset": {"alias": "gold", "root_xpubs": [XPUB], "quorum": 1, "definition": {"decimals": 2}},
    "delete-account": _ACCOUNT,
    "get-asset": {"id": BTM},
    "list-accounts": {"alias": "alice"},
    "list-addresses": {**_ACCOUNT, "from": 0, "count": 20},
    "list-assets": {"id": BTM},
    "list-pubkeys": _ACCOUNT,
    "set-coinbase-arbitrary": {"arbitrary": "68656c6c6f"},
    "set-mining-address": {"mining_address": ADDRESS},
    "update-account-alias": {**_ACCOUNT, "new_alias": "alicia"},
    "update-asset-alias": {"id": BTM, "alias": "silver"},
    # what the wallet has
    "get-transaction": {"tx_id": TX},
    "list-account-votes": _ACCOUNT,
    "list-balances": _ACCOUNT,
    "list-holdings": _ACCOUNT,
    "list-transactions": {**_ACCOUNT, "detail": True, "unconfirmed": True, "from": 0, "count": 20},
    "list-unspent-outputs": {**_ACCOUNT, "unconfirmed": True, "from": 0, "count": 20},
    "recovery-wallet": {"xpubs": [XPUB]},
    "release-reservation": {"id": 1},
    "restore-wallet": {
        "account_image": {"slices": []},
        "asset_image": {"assets": []},
        "key_images": {"xkeys": []},
    },
    # transactions
    "build-chain-transactions": PAYMENT,
    "build-transaction": PAYMENT,
    "check-transaction": {"raw_transaction": RAW_TRANSACTION},
    "decode-raw-transaction": {"raw_transaction": RAW_TRANSACTION},
    "estimate-chain-transaction-gas": {"transaction_templates": [TEMPLATE]},
    "estimate-transaction-gas": {"transaction_template": TEMPLATE},
    "get-unconfirmed-transaction": {"tx_id": TX},
    "sign-transaction": {"password": PASSWORD, "transaction": TEMPLATE},
    "sign-transactions": {"password": PASSWORD, "transactions": [TEMPLATE]},
    "submit-transaction": {"raw_transaction": RAW_TRANSACTION},
    "submit-transactions": {"raw_transactions": [RAW_TRANSACTION]},
    # blocks and mining
    "get-checkpoint": {"block_height": 100},
    "get-finality": {"block_height": 1203},
    "list-epochs": {"from_epoch": 0, "count": 10},
    "list-rewards": {"epoch": 12},
    "list-validators": {"epoch": 0},
    "list-votes": {"count": 20},
    "generate": {"count": 10, "address": ADDRESS},
    "get-block": {"block_height": 0},
    "get-block-header": {"block_height": 0},
    "get-difficulty": {"block_height": 0},
    "get-hash-rate": {"block_height": 1},
    "get-merkle-proof": {"tx_ids": [TX], "block_hash": BLOCK},
    "get-raw-block": {"block_hash": BLOCK},
    "get-vote-result": {"block_height": 0},
    "set-mining": {"is_mining": True},
    "set-mining-threads": {"threads": 2},
    "submit-block": {"raw_block": "0301"},
    "submit-work": {"block_header": "0101"},
    "submit-work-json": {"block_header": HEADER},
    "wait-work": {"work_id": "", "seconds": 25},
    # contracts and programs
    "compile": {
        "contract": "contract Lock(key: PublicKey) locks amount of asset { clause open(sig: Signature) "
        "{ verify checkTxSig(key, sig) unlock amount of asset } }",
        "args": [{"string": XPUB[:64]}],
    },
    "create-contract": {"alias": "lock", "contract": "5151"},
    "create-contract-instance": {"tx_hash": TX, "block_hash": BLOCK},
    "decode-program": {"program": PROGRAM},
    "get-contract": {"id": TX},
    "get-contract-instance": {"trace_id": "1"},
    "remove-contract-instance": {"trace_id": "1"},
    "update-contract-alias": {"id": TX, "alias": "lock"},
    "validate-address": {"address": ADDRESS},
    # the index
    "get-address": {"address": ADDRESS},
    "get-asset-summary": {"asset_id": BTM},
    "get-chain-statistics": {"interval_seconds": 86_400},
    "get-indexed-output": {"output_id": TX},
    "get-indexed-transaction": {"tx_id": TX},
    "list-address-outputs": {"address": ADDRESS, "asset_id": BTM, **_PAGE},
    "list-address-transactions": {"address": ADDRESS, **_PAGE},
    "list-asset-holders": {"asset_id": BTM, **_PAGE},
    "list-asset-transfers": {"asset_id": BTM, **_PAGE},
    "list-block-summaries": {"from_height": 0, **_PAGE},
    "list-indexed-assets": _PAGE,
    "search": {"query": ADDRESS},
    # watched addresses
    "unwatch-address": {"address": ADDRESS},
    "watch-address": {"address": ADDRESS, "label": "the shop", "from_height": 0},
    # tokens, feeds, webhooks
    "check-access-token": {"id": "shop", "secret": "1f" * 32},
    "create-access-token": {"id": "shop", "type": "wallet", "expires_in": 2_592_000},
    "create-transaction-feed": {"alias": "large", "filter": f"asset_id = '{BTM}' AND amount_lower_limit = 100"},
    "create-webhook": {"name": "shop", "url": "http://127.0.0.1:8080/paid", "topic": "wallet_transactions"},
    "delete-access-token": {"id": "shop"},
    "delete-transaction-feed": {"alias": "large"},
    "delete-webhook": {"name": "shop"},
    "get-transaction-feed": {"alias": "large"},
    "test-webhook": {"name": "shop"},
    "update-transaction-feed": {"alias": "large", "filter": f"asset_id = '{BTM}'"},
    "set-log-level": {"part": "netsync", "level": "debug"},
    "list-log-records": {"level": "warning"},
    # peers
    "add-peer": {"address": "127.0.0.1:46658", "keep": True},
    "ban": {"address": "203.0.113.7", "seconds": 3600},
    "connect-peer": {"ip": "127.0.0.1", "port": 46658},
    "disconnect-peer": {"peer_id": "d6e8f4a2"},
    "unban": {"address": "203.0.113.7"},
}
"""By method. Each is valid by the method's schema, which a test checks."""
