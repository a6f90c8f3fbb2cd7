"""An example or two of every command of ``pybytomcli``, shown to people in its help.

``XPUB``, ``ASSET``, ``OUTPUT`` and ``TXID`` stand for long texts in hex, ``TEMPLATE`` for JSON that
another command has printed. What is JSON or hex may be ``@FILE``, or ``-`` for standard input.
"""

from __future__ import annotations

from collections.abc import Mapping

EXAMPLES: Mapping[str, str] = {
    # accounts and assets
    "create-account": "pybytomcli create-account alice XPUB\npybytomcli create-account board XPUB XPUB XPUB -q 2",
    "update-account-alias": "pybytomcli update-account-alias --alias alice alicia",
    "list-accounts": "pybytomcli list-accounts\npybytomcli list-accounts --alias alice",
    "delete-account": "pybytomcli delete-account --alias alice",
    "create-account-receiver": "pybytomcli create-account-receiver alice",
    "list-addresses": "pybytomcli list-addresses --alias alice",
    "validate-address": "pybytomcli validate-address sm1qpd59sj5g4fakhwmf3v28adsvraczdc6vk8fz5h",
    "list-pubkeys": "pybytomcli list-pubkeys alice",
    "create-asset": "pybytomcli create-asset gold XPUB\npybytomcli create-asset gold XPUB -d name:GOLD",
    "get-asset": "pybytomcli get-asset ASSET",
    "list-assets": "pybytomcli list-assets",
    "update-asset-alias": "pybytomcli update-asset-alias ASSET silver",
    # keys
    "create-key": "pybytomcli create-key alice 'a long password'",
    "delete-key": "pybytomcli delete-key XPUB 'a long password'",
    "list-keys": "pybytomcli list-keys",
    "update-key-alias": "pybytomcli update-key-alias XPUB alicia",
    "reset-key-password": "pybytomcli reset-key-password XPUB 'the old one' 'the new one'",
    "check-key-password": "pybytomcli check-key-password XPUB 'a long password'",
    "sign-message": (
        "pybytomcli sign-message sm1qpd59sj5g4fakhwmf3v28adsvraczdc6vk8fz5h 68656c6c6f 'a long password'"
    ),
    "verify-message": (
        "pybytomcli verify-message sm1qpd59sj5g4fakhwmf3v28adsvraczdc6vk8fz5h XPUB 68656c6c6f SIGNATURE"
    ),
    # transactions
    "build-transaction": (
        "pybytomcli build-transaction alice BTM 100000000 --alias -t address -a sm1qpd..fz5h\n"
        "pybytomcli build-transaction alice GOLD 100 --alias -t issue -a sm1qpd..fz5h\n"
        "pybytomcli build-transaction alice BTM 100000000 --alias -t retire -v 68656c6c6f"
    ),
    "sign-transaction": (
        "pybytomcli sign-transaction TEMPLATE -p 'a long password'\n"
        "pybytomcli sign-transaction @template.json -p 'a long password'"
    ),
    "submit-transaction": (
        """pybytomcli submit-transaction '{"raw_transaction": "07010001.."}'\n"""
        "pybytomcli submit-transaction @signed.json"
    ),
    "estimate-transaction-gas": (
        "pybytomcli estimate-transaction-gas TEMPLATE\npybytomcli estimate-transaction-gas @template.json"
    ),
    "decode-raw-transaction": (
        "pybytomcli decode-raw-transaction 07010001..\npybytomcli decode-raw-transaction @transaction.hex"
    ),
    "get-transaction": "pybytomcli get-transaction TXID",
    "list-transactions": (
        "pybytomcli list-transactions --unconfirmed\npybytomcli list-transactions --id TXID --detail"
    ),
    "get-unconfirmed-transaction": "pybytomcli get-unconfirmed-transaction TXID",
    "list-unconfirmed-transactions": "pybytomcli list-unconfirmed-transactions",
    # the wallet
    "list-unspent-outputs": (
        "pybytomcli list-unspent-outputs --account_alias alice\n"
        "pybytomcli list-unspent-outputs --from 20 --count 10\n"
        "pybytomcli list-unspent-outputs --contract --id OUTPUT"
    ),
    "list-balances": "pybytomcli list-balances\npybytomcli list-balances --alias alice",
    "rescan-wallet": "pybytomcli rescan-wallet",
    "wallet-info": "pybytomcli wallet-info",
    # blocks
    "get-block-count": "pybytomcli get-block-count",
    "get-block-hash": "pybytomcli get-block-hash",
    "get-block": (
        "pybytomcli get-block 0\n"
        "pybytomcli get-block ce4fe9431cd0225b3a811f8f8ec922f2b07a921bb12a8dddae9a85540072c770"
    ),
    "get-block-header": "pybytomcli get-block-header 0",
    "get-difficulty": "pybytomcli get-difficulty --height 7",
    "get-hash-rate": "pybytomcli get-hash-rate\npybytomcli get-hash-rate --height 7",
    # access tokens and feeds
    "create-access-token": "pybytomcli create-access-token phone",
    "list-access-tokens": "pybytomcli list-access-tokens",
    "delete-access-token": "pybytomcli delete-access-token phone",
    "check-access-token": "pybytomcli check-access-token phone SECRET",
    "create-transaction-feed": """pybytomcli create-transaction-feed large "amount_lower_limit = 100000000" """,
    "list-transaction-feeds": "pybytomcli list-transaction-feeds",
    "delete-transaction-feed": "pybytomcli delete-transaction-feed large",
    "get-transaction-feed": "pybytomcli get-transaction-feed large",
    "update-transaction-feed": """pybytomcli update-transaction-feed large "amount_lower_limit = 500000000" """,
    # mining, the network, programs
    "is-mining": "pybytomcli is-mining",
    "set-mining": "pybytomcli set-mining true",
    "generate": "pybytomcli generate 10",
    "node-status": "pybytomcli node-status",
    "net-info": "pybytomcli net-info\nBYTOM_URL=http://127.0.0.1:9889 pybytomcli net-info",
    "gas-rate": "pybytomcli gas-rate",
    "list-peers": "pybytomcli list-peers",
    "connect-peer": "pybytomcli connect-peer 127.0.0.1:46658",
    "disconnect-peer": "pybytomcli disconnect-peer PEERID",
    "add-peer": "pybytomcli add-peer node.example:46657 --keep",
    "list-bans": "pybytomcli list-bans",
    "ban": "pybytomcli ban 203.0.113.7 --for 30d\npybytomcli ban PEERID",
    "unban": "pybytomcli unban 203.0.113.7",
    "stop": "pybytomcli stop",
    "decode-program": "pybytomcli decode-program 51",
    "version": "pybytomcli version",
}
