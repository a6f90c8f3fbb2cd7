"""``encoding.json``: the primitives of blocks and transactions."""

from collections.abc import Callable
from typing import Any

from pybytomd.codec.wire import writer
from pybytomd.codec.wire.reader import Reader
from pybytomd.errors import DecodeError
from tests.vectors.registry import Case, family

READERS: dict[str, Callable[[Reader], Any]] = {
    "read_varint31": Reader.uint31,
    "read_varint63": Reader.uint63,
    "read_varstr31": lambda reader: reader.string().hex(),
    "read_varstr_list": lambda reader: [item.hex() for item in reader.string_list()],
}
WRITERS: dict[str, Callable[[Any], bytes]] = {
    "write_varint31": writer.uint31,
    "write_varint63": writer.uint63,
    "write_varstr31": lambda value: writer.string(bytes.fromhex(value)),
    "write_varstr_list": lambda value: writer.string_list([bytes.fromhex(item) for item in value]),
    "write_extensible_varint63": lambda value: writer.string(
        writer.uint63(value["value"]) + bytes.fromhex(value["suffix"])
    ),
}


def read(case: Case) -> dict[str, Any]:
    reader = Reader(bytes.fromhex(case["input"]))
    result: dict[str, Any] = {}
    if case["op"] == "read_extensible_varint63":
        outer = reader.enter()
        result["value"] = reader.uint63()
        result["suffix"] = reader.leave(outer).hex()
    else:
        result["value"] = READERS[case["op"]](reader)
    return {**result, "rest": reader.fixed(reader.remaining).hex()}


@family("encoding")
def check_encoding(case: Case, _document: Case) -> None:
    try:
        result = {"output": WRITERS[case["op"]](case["input"]).hex()} if case["op"] in WRITERS else read(case)
    except DecodeError as error:
        assert str(error) == case["error"]
        return
    assert case["error"] is None
    for key, value in result.items():
        assert case[key] == value, key
