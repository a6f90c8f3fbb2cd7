"""Bodies to requests, and replies to JSON."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar

import pytest

from pybytomd.codec.json import gojson
from pybytomd.codec.json.gosyntax import fold
from pybytomd.crypto.chainkd import XPub
from pybytomd.errors import DecodeError
from pybytomd.ledger.networks.params import SOLONET
from pybytomd.rpc import envelope
from pybytomd.rpc.schema.field_types import (
    Flag,
    Hash,
    HexBytes,
    HexList,
    Int,
    RawTransaction,
    Text,
    Uint16,
    Uint64,
    XPubList,
)
from pybytomd.rpc.schema.replies import OMIT_EMPTY, Rendered, schema_of, to_json
from pybytomd.rpc.schema.requests import StructKind, fields_of, read_request

CANNOT = "json: cannot unmarshal"


@dataclass(frozen=True)
class Inner:
    GO_NAME: ClassVar[str] = "types.Inner"
    hash: Hash = b""


@dataclass(frozen=True)
class Thing:
    GO_NAME: ClassVar[str] = "api.Thing"
    name: Text = ""
    on: Flag = False
    port: Uint16 = 0
    count: Uint64 = 0
    quorum: Int = 0
    data: HexBytes = b""
    items: HexList = ()
    xpubs: XPubList = ()
    tx: RawTransaction = None
    inner: Inner | None = None


@dataclass(frozen=True)
class Nameless:
    tx_id: HexBytes = b""
    ip: Text = ""


def test_names_match_in_any_case_and_unknown_ones_are_ignored() -> None:
    assert read_request(Thing, b'{"NAME":"a","Port":7,"unknown":[{}],"on":true} rest') == Thing("a", True, 7)


def test_the_last_of_equal_names_wins() -> None:
    assert read_request(Thing, b'{"name":"a","name":"b","NAME":"c"}').name == "c"


@pytest.mark.parametrize("body", [b"null", b"{}", b'{"name":null,"port":null,"data":null,"inner":null,"tx":null}'])
def test_null_and_absent_leave_the_default(body: bytes) -> None:
    assert read_request(Thing, body) == Thing()


def test_lists_and_structs_inside() -> None:
    key = "ab" * 64
    body = f'{{"items":["AA",null,""],"xpubs":["{key}"],"inner":{{"HASH":"{"0f" * 32}"}}}}'
    request = read_request(Thing, body.encode())
    assert request.items == (b"\xaa", b"", b"")
    assert request.xpubs == (XPub.from_hex(key),)
    assert request.inner == Inner(b"\x0f" * 32)


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (b"[]", "json: cannot unmarshal array into Go value of type api.Thing"),
        (b'{"port":70000}', "json: cannot unmarshal number 70000 into Go struct field Thing.port of type uint16"),
        (b'{"port":"1"}', "json: cannot unmarshal string into Go struct field Thing.port of type uint16"),
        (b'{"port":1.0}', "json: cannot unmarshal number 1.0 into Go struct field Thing.port of type uint16"),
        (b'{"port":-0}', "json: cannot unmarshal number -0 into Go struct field Thing.port of type uint16"),
        (b'{"count":1e3}', "json: cannot unmarshal number 1e3 into Go struct field Thing.count of type uint64"),
        (b'{"on":1}', "json: cannot unmarshal number into Go struct field Thing.on of type bool"),
        (b'{"name":{}}', "json: cannot unmarshal object into Go struct field Thing.name of type string"),
        (b'{"data":5}', "json: cannot unmarshal number into Go struct field Thing.data of type json.HexBytes"),
        (b'{"data":"0"}', "encoding/hex: odd length hex string"),
        (b'{"data":"zz"}', "encoding/hex: invalid byte: U+007A 'z'"),
        (b'{"items":5}', "json: cannot unmarshal number into Go struct field Thing.items of type []json.HexBytes"),
        (b'{"xpubs":["aa"]}', "bad key string"),
        (b'{"tx":"06"}', "unsupported serflags 0x6"),
        (b'{"inner":5}', "json: cannot unmarshal number into Go struct field Thing.inner of type types.Inner"),
        (
            b'{"inner":{"hash":5}}',
            "json: cannot unmarshal number into Go struct field Inner.inner.hash of type string",
        ),
        (b'{"inner":{"hash":"aa"}}', "bad length hash string 2"),
    ],
)
def test_errors_are_the_references(body: bytes, expected: str) -> None:
    with pytest.raises(DecodeError) as raised:
        read_request(Thing, body)
    assert str(raised.value) == expected


def test_text_that_does_not_parse_comes_before_a_wrong_type() -> None:
    with pytest.raises(DecodeError, match="odd length"):
        read_request(Thing, b'{"port":"x","data":"0"}')
    with pytest.raises(DecodeError, match=r"Thing\.port"):
        read_request(Thing, b'{"port":"x","on":5}')


def test_requests_without_a_name() -> None:
    with pytest.raises(DecodeError) as raised:
        read_request(Nameless, b'{"ip":5}')
    assert str(raised.value) == "json: cannot unmarshal number into Go struct field .ip of type string"
    with pytest.raises(DecodeError) as raised:
        read_request(Nameless, b"[]")
    expected = 'struct { TxID json.HexBytes "json:\\"tx_id\\""; Ip string "json:\\"ip\\"" }'
    assert str(raised.value) == f"json: cannot unmarshal array into Go value of type {expected}"


def test_requests_whose_go_type_is_written_out() -> None:
    @dataclass(frozen=True)
    class Written:
        GO_TYPE: ClassVar[str] = "struct { Tx types.Tx }"
        raw: RawTransaction = None

    with pytest.raises(DecodeError, match=r"Go value of type struct \{ Tx types\.Tx \}$"):
        read_request(Written, b"5")


def test_a_field_without_kind_is_refused() -> None:
    @dataclass(frozen=True)
    class Wrong:
        name: float = 0.0

    with pytest.raises(TypeError):
        fields_of(Wrong)


def test_schema_of_a_request() -> None:
    schema = StructKind(Thing).schema()
    assert schema["type"] == "object"
    properties = schema["properties"]
    assert isinstance(properties, Mapping)
    assert properties["port"] == {"type": "integer", "minimum": 0, "maximum": 65535, "description": "The port"}
    assert properties["inner"]["title"] == "InnerRequest"
    assert properties["inner"]["properties"]["hash"]["type"] == "string"


@dataclass(frozen=True)
class Part:
    value: bytes
    note: str = field(default="", metadata=OMIT_EMPTY)


@dataclass(frozen=True)
class Whole:
    parts: list[Part]
    nothing: Part | None = None
    zero: int = field(default=0, metadata=OMIT_EMPTY)
    table: Mapping[str, int] = field(default_factory=dict)


def test_replies_keep_their_order_and_leave_out_what_is_empty() -> None:
    reply = Whole([Part(b"\xab"), Part(b"", "n")], table={"b": 1, "a": 2})
    expected = b'{"parts":[{"value":"ab"},{"value":"","note":"n"}],"nothing":null,"table":{"b":1,"a":2}}'
    assert gojson.dumps(to_json(reply)) == expected


def test_ledger_objects_are_written_as_hex() -> None:
    block = SOLONET.genesis
    assert to_json(block) == block.to_hex()
    assert to_json(block.header) == block.header.to_hex()
    assert to_json(block.transactions[0]) == block.transactions[0].to_hex()
    assert to_json(XPub(bytes(64))) == "00" * 64


def test_what_has_no_json_form_is_refused() -> None:
    with pytest.raises(TypeError):
        to_json(object())


def test_schema_of_a_reply() -> None:
    schema = schema_of(Whole)
    assert schema["required"] == ["parts", "nothing", "table"]
    properties = schema["properties"]
    assert isinstance(properties, Mapping)
    assert properties["parts"]["items"]["properties"]["value"]["type"] == "string"
    assert properties["parts"]["items"]["required"] == ["value"]
    assert properties["parts"]["items"]["properties"]["note"] == {"type": "string", "default": ""}
    assert properties["nothing"]["anyOf"][1] == {"type": "null"}
    assert properties["table"] == {"type": "object", "additionalProperties": {"type": "integer"}}


def test_envelopes_of_success() -> None:
    assert envelope.success(None) == b'{"status":"success"}\n'
    assert envelope.success("") == b'{"status":"success","data":""}\n'
    assert envelope.success(True) == b'{"status":"success","data":true}\n'
    assert envelope.success([]) == b'{"status":"success","data":[]}\n'
    assert envelope.success(Rendered(b"<raw>")) == b'{"status":"success","data":<raw>}\n'
    assert envelope.success({"a": "<"}) == b'{"status":"success","data":{"a":"\\u003c"}}\n'


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ('{"port":"x","port":1}', f"{CANNOT} string into Go struct field Thing.port of type uint16"),
        ('{"port":"x","PORT":1}', f"{CANNOT} string into Go struct field Thing.port of type uint16"),
        ('{"inner":5,"inner":{}}', f"{CANNOT} number into Go struct field Thing.inner of type types.Inner"),
        ('{"data":"zz","data":""}', "encoding/hex: invalid byte: U+007A 'z'"),
        ('{"port":1,"port":70000}', f"{CANNOT} number 70000 into Go struct field Thing.port of type uint16"),
    ],
)
def test_each_of_equal_names_is_read(body: str, expected: str) -> None:
    with pytest.raises(DecodeError) as raised:
        read_request(Thing, body.encode())
    assert str(raised.value) == expected


def test_a_struct_that_stands_twice_is_read_into_the_same() -> None:
    full, other = "0f" * 32, "0e" * 32

    @dataclass(frozen=True)
    class Two:
        GO_NAME: ClassVar[str] = "types.Two"
        hash: Hash = b""
        name: Text = ""

    @dataclass(frozen=True)
    class Outer:
        GO_NAME: ClassVar[str] = "api.Outer"
        two: Two | None = None

    globals()["Two"] = Two  # annotations are text here
    body = f'{{"two":{{"hash":"{full}","name":"a"}},"two":{{"hash":"{other}"}}}}'
    assert read_request(Outer, body.encode()).two == Two(bytes.fromhex(other), "a")


def test_null_takes_back_lists_and_bytes_and_nothing_else() -> None:
    body = b'{"name":"a","name":null,"port":5,"port":null,"data":"00","data":null,"items":["00"],"items":null}'
    assert read_request(Thing, body) == Thing(name="a", port=5)


def test_names_fold_as_unicode() -> None:
    body = '{"\u0131tems":["00"],"xpub\u017f":["' + "ab" * 64 + '"],"item\u017f":["01"],"\u212aey":1}'
    request = read_request(Thing, body.encode())
    assert request.items == (b"\x01",)
    assert len(request.xpubs) == 1
    assert (fold("\u212aEY\u017f"), fold("\u0130")) == ("keys", "i\u0307")


def test_large_bodies_are_held_once() -> None:
    body = bytearray(b'{"name":"a"} rest')
    assert read_request(Thing, body).name == "a"
    assert body == b""
    broken = bytearray(b' {"name":"a"')
    with pytest.raises(DecodeError, match="unexpected EOF"):
        read_request(Thing, broken)
