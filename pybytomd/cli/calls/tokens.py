"""Commands about access tokens and transaction feeds."""

from __future__ import annotations

from pybytomd.cli.calls.call import Arguments, Call, Show, Values, exactly
from pybytomd.codec.json.gojson import JsonValue

NO_TIME = "0001-01-01T00:00:00Z"
"""Go's zero time, which the reference's client sends along."""


def _token(arguments: Arguments, _flags: Values) -> JsonValue:
    token_id, *secret = arguments
    return {"id": token_id, **({"secret": secret[0]} if any(secret) else {}), "created_at": NO_TIME}


def _feed(arguments: Arguments, _flags: Values) -> JsonValue:
    alias, *condition = arguments
    return {"alias": alias, **({"filter": condition[0]} if any(condition) else {})}


TOKEN_CALLS = (
    Call("create-access-token", "Create a new access token", request=_token, usage="<tokenID>", arity=exactly(1)),
    Call("list-access-tokens", "List the existing access tokens", Show.LIST),
    Call("delete-access-token", "Delete an access token", "Successfully delete access token", _token,
         usage="<tokenID>", arity=exactly(1)),
    Call("check-access-token", "Check an access token", "Valid access token", _token, usage="<tokenID> <secret>",
         arity=exactly(2)),
)  # fmt: skip

FEED_CALLS = (
    Call("create-transaction-feed", "Create a transaction feed filter", "Successfully created transaction feed",
         _feed, usage="<alias> <filter>", arity=exactly(2)),
    Call("list-transaction-feeds", "list all of transaction feeds", Show.LIST),
    Call("delete-transaction-feed", "Delete a transaction feed filter", "Successfully deleted transaction feed",
         _feed, usage="<alias>", arity=exactly(1)),
    Call("get-transaction-feed", "get a transaction feed by alias", request=_feed, usage="<alias>",
         arity=exactly(1)),
    Call("update-transaction-feed", "Update transaction feed", "Successfully updated transaction feed", _feed,
         usage="<alias> <fiter>", arity=exactly(2)),
)  # fmt: skip
