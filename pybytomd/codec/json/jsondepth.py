"""How deep JSON text may be nested, found out before it is parsed.

Python's parser has a limit of its own: up to 3.12 the interpreter's recursion limit, less what is in use, about
900; from 3.13 on ten times that. No function that calls itself could walk what is nested so deep.
"""

from __future__ import annotations

import re
from itertools import accumulate

MAX_DEPTH = 400
"""Arrays and objects inside each other: twice what the definition of an asset may have, if it is defined here."""

_STRING = re.compile(rb'"[^"\\]*(?:\\.[^"\\]*)*"', re.DOTALL)
_OTHER_BYTES = bytes(set(range(256)) - set(b"[]{}"))
_STEPS = {ord("["): 1, ord("{"): 1, ord("]"): -1, ord("}"): -1}


def is_too_deep(text: bytes | bytearray | str) -> bool:
    """Is there more nested in each other than ``MAX_DEPTH``? Brackets inside of texts do not count."""
    if isinstance(text, str):
        if text.count("[") + text.count("{") <= MAX_DEPTH:
            return False
        text = text.encode(errors="replace")
    elif text.count(b"[") + text.count(b"{") <= MAX_DEPTH:
        return False
    brackets = _STRING.sub(b"", text).translate(None, _OTHER_BYTES)
    return max(accumulate(map(_STEPS.__getitem__, brackets)), default=0) > MAX_DEPTH
