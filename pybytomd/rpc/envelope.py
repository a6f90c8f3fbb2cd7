"""What every answer is wrapped in. Source: rpc-and-cli reference, section 3.5."""

from __future__ import annotations

from pybytomd.codec.json import gojson
from pybytomd.codec.json.gojson import JsonValue
from pybytomd.errors import BytomError
from pybytomd.rpc.errors import TEMPORARY_CODES, ServerRefusal, info_of
from pybytomd.rpc.schema.replies import Rendered, to_json

EMPTY_SUCCESS = b'{"status":"success"}\n'
_SUCCESS_HEAD, _SUCCESS_TAIL = b'{"status":"success","data":', b"}\n"


def success(reply: object) -> bytes:
    """A method's result; None for a method that gives nothing back. Raises TypeError for what has no JSON form."""
    if reply is None:
        return EMPTY_SUCCESS
    if isinstance(reply, Rendered):
        return _SUCCESS_HEAD + reply.data + _SUCCESS_TAIL
    data = to_json(reply)
    return _SUCCESS_HEAD + gojson.dumps(data) + _SUCCESS_TAIL


def failure(error: BytomError) -> bytes:
    """A method's failure, sent with HTTP status 200 all the same."""
    info = info_of(error)
    body: dict[str, JsonValue] = {"status": "fail", "code": info.code, "msg": info.message}
    if detail := str(error):
        body["error_detail"] = detail
    return gojson.dumps(body) + b"\n"


def refusal(error: ServerRefusal) -> tuple[int, bytes]:
    """The HTTP status and the body for a request that reaches no method."""
    info = info_of(error)
    body: dict[str, JsonValue] = {"code": info.code, "msg": info.message, "status": "fail"}
    if detail := str(error):
        body["detail"] = detail
    body["temporary"] = info.code in TEMPORARY_CODES
    return error.status or info.status, gojson.dumps(body) + b"\n"
