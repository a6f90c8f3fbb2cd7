"""Arguments of a contract as they are typed on a command line. Source: equity reference, section 14."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence

from pybytomd.codec.golang.goquote import quote
from pybytomd.codec.hextext import decode_hex
from pybytomd.equity.errors import ArgumentTextError
from pybytomd.equity.instantiation import Argument
from pybytomd.equity.source.syntax import Contract
from pybytomd.equity.tables import Type
from pybytomd.errors import DecodeError
from pybytomd.vm.numbers import MAX_INT64, MIN_INT64

FLAGS: Mapping[str, bool] = {"true": True, "1": True, "false": False, "0": False}
HASH_DIGITS = 64
MAX_UINT64 = (1 << 64) - 1
_SIGNED = re.compile(r"[+-]?[0-9]+")
_UNSIGNED = re.compile(r"[0-9]+")
_MAX_DIGITS = 20
"""Of a number in range; longer texts are not converted."""


def read_arguments(contract: Contract, texts: Sequence[str]) -> list[Argument | None]:
    """The arguments that texts stand for, one for each parameter. Raises ArgumentTextError.

    Texts beyond the parameters are passed over. Quirk: for a list or a predicate nothing is taken, whatever is
    typed: None.
    """
    try:
        return [
            READERS[parameter.type](text) if parameter.type in READERS else None
            for parameter, text in zip(contract.parameters, texts, strict=False)
        ]
    except DecodeError as error:
        raise ArgumentTextError(str(error)) from error


def _read_flag(text: str) -> Argument:
    if text not in FLAGS:
        raise ArgumentTextError("mismatch Boolean argument")
    return FLAGS[text]


def _read_number(text: str, syntax: re.Pattern[str], function: str, low: int, high: int) -> int:
    if syntax.fullmatch(text) is None:
        raise ArgumentTextError(f"strconv.{function}: parsing {quote(text)}: invalid syntax")
    digits = text.lstrip("+-").lstrip("0") or "0"
    if len(digits) <= _MAX_DIGITS:
        number = -int(digits) if text.startswith("-") else int(digits)
        if low <= number <= high:
            return number
    raise ArgumentTextError(f"strconv.{function}: parsing {quote(text)}: value out of range")


def _read_integer(text: str) -> Argument:
    return _read_number(text, _SIGNED, "ParseInt", MIN_INT64, MAX_INT64)


def _read_amount(text: str) -> Argument:
    amount = _read_number(text, _UNSIGNED, "ParseUint", 0, MAX_UINT64)
    if amount > MAX_INT64 + 1:
        raise ArgumentTextError("the Amount argument exceeds max int64")
    # Quirk: the first amount that is too large becomes a negative one (equity/equity/util/instance.go).
    return amount if amount <= MAX_INT64 else MIN_INT64


def _read_hash(text: str) -> Argument:
    if len(text.encode(errors="surrogateescape")) != HASH_DIGITS:
        raise ArgumentTextError("mismatch length for Asset/Hash/PublicKey argument")
    return _read_bytes(text)


def _read_bytes(text: str) -> Argument:
    return decode_hex(text.encode(errors="surrogateescape"))


def _read_text(text: str) -> Argument:
    return text.encode(errors="surrogateescape")


READERS: Mapping[Type, Callable[[str], Argument]] = {
    Type.BOOLEAN: _read_flag,
    Type.AMOUNT: _read_amount,
    Type.INTEGER: _read_integer,
    Type.ASSET: _read_hash,
    Type.HASH: _read_hash,
    Type.PUBLIC_KEY: _read_hash,
    Type.PROGRAM: _read_bytes,
    Type.STRING: _read_text,
}
"""How the text for a parameter is read."""
