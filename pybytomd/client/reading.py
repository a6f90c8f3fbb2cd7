"""From the bytes of an answer to what a method returns, or to the error that the node tells of."""

from __future__ import annotations

from functools import cache
from typing import Any

import msgspec

from pybytomd.client.errors import NoAnswer, OddAnswer, Refused

SUCCESS = "success"


class _Answer(msgspec.Struct):
    """What all answers have in common; ``data`` is not read yet."""

    status: str = ""
    data: msgspec.Raw = msgspec.Raw(b"null")
    code: str = ""
    msg: str = ""
    error_detail: str = ""


_ANSWERS = msgspec.json.Decoder(_Answer)


@cache
def _decoder(shape: Any) -> msgspec.json.Decoder[Any]:
    return msgspec.json.Decoder(shape)


def request_body(arguments: object) -> bytes:
    """A request in JSON; nothing for a method that takes nothing."""
    return b"" if arguments is None else msgspec.json.encode(arguments)


def read_answer(body: bytes, *shapes: Any) -> Any:
    """The data of an answer, as the first of ``shapes`` that it has. Raises Refused, NoAnswer, OddAnswer."""
    try:
        answer = _ANSWERS.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise NoAnswer.because("the answer is not one of this API") from error
    if answer.status != SUCCESS:
        if not answer.status:
            raise NoAnswer.because("the answer has no status")
        raise Refused(answer.msg, detail=answer.error_detail, code=answer.code)
    return read_data(answer.data, *shapes)


def read_data(data: bytes | msgspec.Raw, *shapes: Any) -> Any:
    """JSON as the first of some shapes that it has. Raises OddAnswer."""
    wrong: Exception | None = None
    for shape in shapes:
        try:
            return _decoder(shape).decode(data)
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            wrong = error
    raise OddAnswer.because(str(wrong)) from wrong
