"""Commands about the wallet: its state, transactions, outputs and balances."""

from __future__ import annotations

from pybytomd.cli.calls.accounts import ACCOUNT_FLAGS, by_account
from pybytomd.cli.calls.call import Arguments, Call, Show, Values, exactly
from pybytomd.cli.flags import Flag
from pybytomd.codec.json.gojson import JsonValue
from pybytomd.node.settings.value_types import Kind

UINT64 = 1 << 64
TRANSACTION_FLAGS = (
    Flag("id", Kind.TEXT, "transaction id"),
    Flag("account_id", Kind.TEXT, "account id"),
    Flag("detail", Kind.SWITCH, "list transactions details"),
    Flag("unconfirmed", Kind.SWITCH, "list unconfirmed transactions"),
)  # fmt: skip
OUTPUT_FLAGS = (
    Flag("account_id", Kind.TEXT, "account ID"),
    Flag("account_alias", Kind.TEXT, "account alias"),
    Flag("id", Kind.TEXT, "ID of unspent output"),
    Flag("unconfirmed", Kind.SWITCH, "list unconfirmed unspent outputs"),
    Flag("contract", Kind.SWITCH, "list smart contract unspent outputs"),
    Flag("from", Kind.INTEGER, "the starting position of a page"),
    Flag("count", Kind.INTEGER, "the longest count per page"),
)  # fmt: skip


def _transactions(_arguments: Arguments, flags: Values) -> JsonValue:
    return {flag.name: flags[flag.name] for flag in TRANSACTION_FLAGS}


def _outputs(_arguments: Arguments, flags: Values) -> JsonValue:
    """Quirk: a negative number of the page is sent as the unsigned number of the same bits."""
    return {
        "account_id": flags["account_id"],
        "account_alias": flags["account_alias"],
        "id": flags["id"],
        "unconfirmed": flags["unconfirmed"],
        "smart_contract": flags["contract"],
        "from": int(flags["from"]) % UINT64,
        "count": int(flags["count"]) % UINT64,
    }


WALLET_CALLS = (
    Call("wallet-info", "Print the information of wallet", wallet=True),
    Call("rescan-wallet", "Trigger to rescan block information into related wallet",
         "Successfully trigger rescanning wallet", wallet=True),
    Call("get-transaction", "get the transaction by matching the given transaction hash",
         request=lambda arguments, _flags: {"tx_id": arguments[0]}, usage="<hash>", arity=exactly(1), wallet=True),
    Call("list-transactions", "List the transactions", Show.LIST, _transactions, flags=TRANSACTION_FLAGS,
         wallet=True),
    Call("list-unspent-outputs", "List the accounts unspent outputs", Show.LIST, _outputs, flags=OUTPUT_FLAGS,
         wallet=True),
    Call("list-balances", "List the accounts balances", Show.LIST, by_account, flags=ACCOUNT_FLAGS, wallet=True),
)  # fmt: skip
