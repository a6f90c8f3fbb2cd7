"""Commands about keys, and messages signed with them."""

from __future__ import annotations

from pybytomd.cli.calls.call import AFTER_FIRST, FIRST, Arguments, Call, Request, Show, Values, exactly, require
from pybytomd.codec.hextext import decode_hex
from pybytomd.codec.json.gojson import JsonValue
from pybytomd.crypto.chainkd import XPub


def _create(arguments: Arguments, _flags: Values) -> JsonValue:
    return {"alias": arguments[0], "password": arguments[1]}


def _delete(arguments: Arguments, _flags: Values) -> JsonValue:
    """Quirk: the password's name begins with a capital letter, and servers read it in any case."""
    return {"Password": arguments[1], "xpub": require(XPub.from_hex, arguments[0], "delete-key: ")}


def _key_and(complaint: str, *names: str) -> Request:
    """The request of a key and more arguments under these names."""

    def request(arguments: Arguments, _flags: Values) -> JsonValue:
        xpub = require(XPub.from_hex, arguments[0], complaint)
        return {"xpub": xpub, **dict(zip(names, arguments[1:], strict=True))}

    return request


def _sign(arguments: Arguments, _flags: Values) -> JsonValue:
    address, message, password = arguments
    message = require(decode_hex, message, "sign-message args not valid: ")
    return {"address": address, "message": message, "password": password}


def _verify(arguments: Arguments, _flags: Values) -> JsonValue:
    """Quirk: a bad message is complained of in the name of the other command."""
    address, xpub, message, signature = arguments
    xpub = require(XPub.from_hex, xpub)
    message = require(decode_hex, message, "sign-message args not valid: ")
    return {"address": address, "derived_xpub": xpub, "message": message, "signature": signature}


KEY_CALLS = (
    Call("create-key", "Create a key", request=_create, usage="<alias> <password>", arity=exactly(2), wallet=True),
    Call("delete-key", "Delete a key", "Successfully delete key", _delete, usage="<xpub> <password>",
         sources=FIRST, arity=exactly(2), wallet=True),
    Call("list-keys", "List the existing keys", Show.LIST, wallet=True),
    Call("update-key-alias", "Update key alias", "Successfully update key alias",
         _key_and("update-key-alias xpub not valid: ", "new_alias"), usage="<xpub> <new-alias>", sources=FIRST,
         arity=exactly(2)),
    Call("reset-key-password", "Reset key password",
         request=_key_and("reset-key-password args not valid: ", "old_password", "new_password"),
         usage="<xpub> <old-password> <new-password>", sources=FIRST, arity=exactly(3), wallet=True),
    Call("check-key-password", "check key password",
         request=_key_and("check-key-password args not valid: ", "password"), usage="<xpub> <password>",
         sources=FIRST, arity=exactly(2), wallet=True),
    Call("sign-message", "sign message to generate signature", request=_sign,
         usage="<address> <message> <password>", sources=range(1, 2), arity=exactly(3), wallet=True),
    Call("verify-message", "verify signature for specified message", request=_verify,
         usage="<address> <xpub> <message> <signature>", sources=AFTER_FIRST, arity=exactly(4)),
)  # fmt: skip
