"""Bodies that mean harm, made for a method from the fields its request has."""

from __future__ import annotations

import json
from collections.abc import Iterator

from pybytomd.rpc.schema.registry import Method
from pybytomd.rpc.schema.requests import StructKind, fields_of
from tests.functional.odd_wallet_requests import REQUESTS

LONG_STRING = 10_000_000
DEEP = 12_000

NESTED = b'{"a":' * 9_999 + b"1" + b"}" * 9_999
"""The reference reads this; we do not, see ``codec.gosyntax.MAX_DEPTH``."""
BODIES: tuple[bytes, ...] = (
    b"", b" \n", b"{", b"}", b"nope", b"NaN", b"[]", b'"x"', b"5", b"\x00", b"\xff\xfe{}", b"\xef\xbb\xbf{}",
    b"{,}",
    b"{'a':1}", b'{"a":1,}', b'{"a" 1}', b'{"a":NaN}', b'{"a":Infinity}', b'{"a":01}', b'{"a":1.}', b'{"a":"\\x"}',
    b'{"a":"\\ud800"}', b'{"a":"\n"}', b'{"a":"\xff\xfe"}', b'{"":0}', b'{"a":1e999}', b'{"a":-}', b'{"a":tru}',
    b"[" * DEEP, b'{"a":' * DEEP, b"[" * DEEP + b"]" * DEEP, NESTED,
    b'{"__proto__":{},"constructor":5,"self":1,"cls":2}',
)  # fmt: skip
"""For any method."""
VALUES: tuple[bytes, ...] = (
    b"null", b"true", b"-1", b"1.5", b"1e3", b"-0", b"1e400", b"18446744073709551615", b"18446744073709551616",
    b"-9223372036854775809", b"9" * 5000, b"NaN", b"[]", b"{}", b'""', b'"x"', b'" "', b'"zz"', b'"00"', b'"0"',
    b'"\xff\xfe"', b'"\\ud800"', b'"\\u0000"', b'"' + b"00" * 32 + b'"', b'"' + b"ff" * 64 + b'"', b"[[[[]]]]",
    b"[null]", b"[{}]", b'[""]', b'[5,"x",null]', b'{"a":{"a":{}}}', b"[" * 9_000 + b"]" * 9_000,
    b'"../../etc/passwd"', b"\"'; DROP TABLE x; --\"", b'"<script>"', b'"%s%n{0}"',
)  # fmt: skip
"""For any field."""


def bodies_for(method: Method) -> Iterator[bytes]:
    """The method's plain request with each field given each value, twice, and in capitals; structs inside, too."""
    yield from BODIES
    if method.request is None:
        return
    plain = {name: json.dumps(value).encode() for name, value in REQUESTS.get(method.name, {}).items()}
    for name, kind in fields_of(method.request):
        for value in VALUES:
            yield _object({**plain, name: value})
        if isinstance(kind, StructKind):
            for inner, _ in fields_of(kind.cls):
                for value in VALUES:
                    yield _object({**plain, name: _object({inner: value})})
        yield _object({**plain, name: b'"00","%b":5' % name.encode()})
        yield _object({**plain, name.upper(): b"5"})


def huge_body_for(method: Method) -> bytes:
    """A text of ten million letters in the first field."""
    names = [name for name, _ in fields_of(method.request)] if method.request is not None else ["a"]
    return _object({names[0]: b'"%b"' % (b"0" * LONG_STRING)})


def _object(members: dict[str, bytes]) -> bytes:
    return b"{" + b",".join(b'"%b":%b' % (name.encode(), value) for name, value in members.items()) + b"}"
