"""Commands about blocks and the state of the chain."""

from __future__ import annotations

from pybytomd.cli.calls.call import Arguments, Call, Values, exactly, fail, require
from pybytomd.cli.flags import Flag
from pybytomd.codec.hextext import decode_hex
from pybytomd.codec.json.gojson import JsonValue
from pybytomd.node.settings.value_types import Kind

HASH_DIGITS = 64
UINT64 = 1 << 64
BLOCK_FLAGS = (Flag("hash", Kind.TEXT, "hash of block"), Flag("height", Kind.INTEGER, "height of block"))


def _hash_or_height(arguments: Arguments, _flags: Values) -> JsonValue:
    """Which block. Quirk: a text of digits alone is always a height."""
    which = arguments[0]
    letters = {letter for letter in which if not letter.isdecimal()}
    if letters - set("abcdefABCDEF"):
        fail("Invalid value for hash or height")
    if letters:
        if len(which) != HASH_DIGITS:
            fail("Invalid hash length")
        return {"block_height": 0, "block_hash": which.lower()}
    digits = which.lstrip("0")  # of which there may be any number
    if not which.isascii() or not which or len(digits) > HASH_DIGITS or int(digits or "0") >= UINT64:
        fail("Invalid height value")
    return {"block_height": int(which), "block_hash": ""}


def _by_flags(_arguments: Arguments, flags: Values) -> JsonValue:
    """Which block. Quirk: a negative height is sent as the unsigned number of the same bits."""
    return {"block_height": int(flags["height"]) % UINT64, "block_hash": require(decode_hex, str(flags["hash"]))}


BLOCK_CALLS = (
    Call("get-block-count", "Get the number of most recent block"),
    Call("get-block-hash", "Get the hash of most recent block"),
    Call("get-block", "Get a whole block matching the given hash or height", request=_hash_or_height,
         usage="<hash> | <height>", arity=exactly(1)),
    Call("get-block-header", "Get the header of a block matching the given hash or height",
         request=_hash_or_height, usage="<hash> | <height>", arity=exactly(1)),
    Call("get-difficulty", "Get the difficulty of most recent block", request=_by_flags, flags=BLOCK_FLAGS),
    Call("get-hash-rate", "Get the nonce of most recent block", request=_by_flags, flags=BLOCK_FLAGS),
)  # fmt: skip
