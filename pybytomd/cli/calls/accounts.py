"""Commands about accounts, addresses and assets."""

from __future__ import annotations

from pybytomd.cli.calls.call import AFTER_FIRST, Arguments, Arity, Call, Show, Values, exactly, fail, require
from pybytomd.cli.flags import Flag
from pybytomd.codec.hextext import decode_hex, text_bytes
from pybytomd.codec.json.gojson import JsonValue
from pybytomd.crypto.chainkd import XPub
from pybytomd.node.settings.value_types import Kind

ACCOUNT_FLAGS = (Flag("id", Kind.TEXT, "account ID"), Flag("alias", Kind.TEXT, "account alias"))
SIGNER_FLAGS = (
    Flag(
        "quorom",
        Kind.INTEGER,
        "quorum must be greater than 0 and less than or equal to the number of signers",
        1,
        "q",
    ),
    Flag("access", Kind.TEXT, "access token", short="a"),
)
OLD_ID_SIZE = 13


def by_account(_arguments: Arguments, flags: Values) -> dict[str, JsonValue]:
    """The account that the flags name."""
    return {"account_id": flags["id"], "account_alias": flags["alias"]}


def _create_account(arguments: Arguments, flags: Values) -> JsonValue:
    return {
        "root_xpubs": [require(XPub.from_hex, xpub) for xpub in arguments[1:]],
        "quorum": flags["quorom"],
        "alias": arguments[0],
        "access_token": flags["access"],
    }


def _receiver(arguments: Arguments, _flags: Values) -> JsonValue:
    alias, account_id = [*arguments, ""][:2]
    return {"account_id": account_id, "account_alias": alias}


def _public_keys(arguments: Arguments, _flags: Values) -> JsonValue:
    """Quirk: only an id as they were until 2019 is taken for one, all else for an alias."""
    account, public_key = [*arguments, ""][:2]
    is_id = len(text_bytes(account)) == OLD_ID_SIZE and account.startswith("0")
    return {
        "account_id": account if is_id else "",
        "account_alias": "" if is_id else account,
        "public_key": public_key,
    }


def _create_asset(arguments: Arguments, flags: Values) -> JsonValue:
    alias, *xpubs = arguments
    xpubs = [require(XPub.from_hex, xpub) for xpub in xpubs]
    definition = str(flags["definition"]).split(":") if flags["definition"] else None
    if definition is not None and len(definition) != 2:
        fail("Invalid definition")
    return {
        "root_xpubs": xpubs or None,
        "quorum": flags["quorom"],
        "alias": alias,
        "definition": None if definition is None else {definition[0]: definition[1]},
        "issuance_program": require(decode_hex, str(flags["issueprogram"])),
        "access_token": flags["access"],
    }


ACCOUNT_CALLS = (
    Call("create-account", "Create an account", request=_create_account, usage="<alias> <xpub(s)>",
         arity=Arity(2, None), sources=AFTER_FIRST, flags=SIGNER_FLAGS, wallet=True),
    Call("update-account-alias", "update account alias", "Successfully update account alias",
         lambda arguments, flags: {**by_account(arguments, flags), "new_alias": arguments[0]}, usage="<newAlias>",
         arity=exactly(1), flags=ACCOUNT_FLAGS, wallet=True),
    Call("list-accounts", "List the existing accounts", Show.LIST,
         lambda _arguments, flags: {"id": flags["id"], "alias": flags["alias"]}, flags=ACCOUNT_FLAGS, wallet=True),
    Call("delete-account", "Delete the existing account", "Successfully delete account", by_account,
         usage="<[accountAlias]|[accountID]>", flags=ACCOUNT_FLAGS, wallet=True),
    Call("create-account-receiver", "Create an account receiver", request=_receiver,
         usage="<accountAlias> [accountID]", arity=Arity(1, 2), wallet=True),
    Call("list-addresses", "List the account addresses", Show.LIST, by_account, flags=ACCOUNT_FLAGS, wallet=True),
    Call("validate-address", "validate the account addresses",
         request=lambda arguments, _flags: {"address": arguments[0]}, usage="<address>", arity=exactly(1),
         wallet=True),
    Call("list-pubkeys", "list the account pubkeys", request=_public_keys, usage="<accountInfo> [publicKey]",
         arity=Arity(1, 2), wallet=True),
)  # fmt: skip

ASSET_CALLS = (
    Call("create-asset", "Create an asset", request=_create_asset, usage="<alias> <xpub(s)>", arity=Arity(1, 5),
         sources=AFTER_FIRST,
         flags=(*SIGNER_FLAGS, Flag("definition", Kind.TEXT, "definition for the asset", short="d"),
                Flag("issueprogram", Kind.TEXT, "issue program for the asset", short="i")),
         wallet=True),
    Call("get-asset", "get asset by assetID", request=lambda arguments, _flags: {"id": arguments[0]},
         usage="<assetID>", arity=exactly(1), wallet=True),
    Call("list-assets", "List the existing assets", Show.LIST, lambda _arguments, flags: {"id": flags["id"]},
         flags=(Flag("id", Kind.TEXT, "ID of asset"),), wallet=True),
    Call("update-asset-alias", "Update the asset alias", "Successfully update asset alias",
         lambda arguments, _flags: {"id": arguments[0], "alias": arguments[1]}, usage="<assetID> <newAlias>",
         arity=exactly(2), wallet=True),
)  # fmt: skip
