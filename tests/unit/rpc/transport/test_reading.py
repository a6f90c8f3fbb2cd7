"""Bytes to requests, without a connection around the reader."""

from __future__ import annotations

import pytest

from pybytomd.rpc.transport.reading import MAX_HEAD, Exchange, RequestReader
from pybytomd.rpc.transport.server import ApiServer
from tests.unit.rpc.recorded import NoPrograms, make_api, recorded_chain


class Taken(list[Exchange]):
    """What a reader made of its bytes: a connection that is always free."""

    is_free = True
    take = list.append

    def put_off(self) -> None: ...


@pytest.fixture
def taken() -> Taken:
    return Taken()


@pytest.fixture
def reader(taken: Taken) -> RequestReader:
    server = ApiServer(make_api(recorded_chain(0), wallet=NoPrograms()), port=0)
    return RequestReader(taken, "127.0.0.1", server.dispatcher, server.heads, server.room)  # type: ignore[arg-type]


def post(path: str, body: bytes = b"") -> bytes:
    return f"POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body


def test_the_end_of_a_body_is_no_part_of_the_next_head(reader: RequestReader, taken: Taken) -> None:
    large = post("/decode-program", b'{"program":"' + b"51" * MAX_HEAD + b'"}')
    for _ in range(3):
        reader.feed(large[: -MAX_HEAD - 1])
        reader.feed(large[-MAX_HEAD - 1 :])
        reader.feed(post("/get-block-count"))
    assert [exchange.response for exchange in taken] == [None] * 6
    assert [len(exchange.body) for exchange in taken[:2]] == [2 * MAX_HEAD + 14, 0]


def test_a_head_in_many_pieces_is_limited(reader: RequestReader, taken: Taken) -> None:
    reader.feed(b"POST /get-block-count HTTP/1.1\r\n")
    for number in range(MAX_HEAD // 64):
        reader.feed(f"X-{number}: {'x' * 64}\r\n".encode())
    assert [exchange.response.status for exchange in taken if exchange.response] == [431]
    assert reader.is_deaf
