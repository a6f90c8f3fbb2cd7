"""What reading a body takes is reckoned from counts; here it is measured, for the shapes that take most."""

from __future__ import annotations

import json
import tracemalloc

import pytest

from pybytomd.codec.json.gosyntax import loads_first
from pybytomd.rpc.schema.body_limits import (
    BLOCK_BODY,
    IMAGE_BODY,
    TooMuchToRead,
    reading_memory,
)
from tests.functional.recorded_home import RECORDED

COUNT = 5000
SLACK = 32 << 10
"""What the parser and the garbage collector take besides, whatever is read."""


def listed(*items: bytes) -> bytes:
    return b"[%b]" % b",".join(items)


def many(pattern: str) -> bytes:
    return listed(*[pattern.replace("#", f"{number:x}").encode() for number in range(COUNT)])


SHAPES = {
    "short texts": many('"#"'),
    "texts with an accent": many('"é#"'),
    "texts of Greek": many('"α#"'),
    "texts with an emoji": many('"😀#"'),
    "escaped emojis": listed(*[b'"\\ud83d\\ude00"'] * COUNT),
    "escaped half emojis": many('"\\ud83d#"'),
    "numbers": listed(*[b"%d" % number for number in range(COUNT)]),
    "empty lists": listed(*[b"[]"] * COUNT),
    "lists of one": listed(*[b"[1]"] * COUNT),
    "empty objects": listed(*[b"{}"] * COUNT),
    "objects of one": many('{"#":0}'),
    "objects of a few": many('{"a#":0,"b#":0,"c#":0,"d#":0,"e#":0,"f#":0}'),
    "objects in objects": listed(*[b'{"":' * 50 + b"0" + b"}" * 50] * (COUNT // 50)),
    "a name twice": listed(*[b'{"":0,"":1}'] * COUNT),
    "a large object": b"{%b}" % many('"#":1')[1:-1],
    "a name many times": b"{%b}" % b",".join([b'"":7'] * COUNT),
    "a long text": b'"%b"' % bytes(200_000).replace(b"\0", b"a"),
    "a long text with an accent": b'"%b\xc3\xa9"' % (b"a" * 200_000),
    "a long text with a Greek letter": b'"%b\xce\xb1"' % (b"a" * 200_000),
    "a long text with an emoji": b'"%b\xf0\x9f\x98\x80"' % (b"a" * 200_000),
    "a long text with an escaped letter": b'"%b\\u03b1"' % (b"a" * 200_000),
    "a long text with an escaped emoji": b'"%b\\ud83d\\ude00"' % (b"a" * 200_000),
}


@pytest.mark.parametrize("shape", SHAPES)
def test_reading_takes_no_more_than_is_reckoned(shape: str) -> None:
    reckoned = reading_memory(SHAPES[shape])
    loads_first(bytearray(b"[]"))
    tracemalloc.start()
    try:
        loads_first(bytearray(SHAPES[shape]))
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak <= reckoned + SLACK


def test_an_image_of_a_million_short_texts_is_refused() -> None:
    for body in (listed(*[b'"ab"'] * 950_000), listed(*[b"{}"] * 390_000), listed(*[b'"ab"'] * 390_000) * 2):
        with pytest.raises(TooMuchToRead):
            IMAGE_BODY.check(b'{"account_image":{"slices":%b}}' % body)
    with pytest.raises(TooMuchToRead, match=r"would take \d+ MiB of memory, and 56 is the most; send it in parts"):
        IMAGE_BODY.check(listed(*[b'"ab":{}'] * 190_000))


def test_the_image_of_a_large_wallet_is_taken() -> None:
    account = json.dumps({"account": next(iter(RECORDED["accounts"])), "contract_index": 7}).encode()
    body = b'{"account_image":{"slices":%b},"asset_image":{"assets":[]}}' % listed(*[account] * 12_000)
    IMAGE_BODY.check(body)


def test_the_largest_block_is_taken_unless_it_has_letters_that_no_block_has() -> None:
    body = b'{"raw_block":"%b"}' % (b"0" * 20_000_000)
    BLOCK_BODY.check(body)
    for letter in ("😀", "α", "\\u03b1"):
        with pytest.raises(TooMuchToRead):
            BLOCK_BODY.check(body.replace(b"raw", letter.encode()))
