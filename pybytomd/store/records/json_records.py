"""Records that are JSON objects, as wallet.db and trace.db hold them, and sets of changes to a database."""

from __future__ import annotations

import base64
from typing import Annotated

import msgspec
import orjson

from pybytomd.codec.json.gofields import Fields
from pybytomd.errors import DecodeError, StoreError
from pybytomd.store.remedies import remedy_for

Changes = dict[bytes, bytes | None]
"""Keys of a database with their new values, None to remove one."""

MAX_UINT64 = (1 << 64) - 1
Whole = Annotated[int, msgspec.Meta(ge=0)]
"""A number of a record. Its upper bound, ``MAX_UINT64``, is more than ``Meta`` can be told."""


def damaged(key: bytes, wrong: Exception | str, database: str = "wallet") -> StoreError:
    """The error for a record that is not as it should be."""
    return StoreError(
        f"the {database} database is damaged at {key!r}: {wrong}; {database}.db: {remedy_for(database)}"
    )


def parse_record(data: bytes, struct: str) -> Fields:
    """The fields of a record without numbers that a float could not hold. Raises DecodeError.

    Three times as fast as ``gojson.loads``, which matters for lists of many addresses.
    """
    try:
        return Fields(orjson.loads(data), struct)
    except orjson.JSONDecodeError as error:
        raise DecodeError(f"not JSON: {error}") from error


def from_base64(text: str, what: str) -> bytes:
    """Bytes as Go writes them into JSON; ``what`` they are, an error says. Raises DecodeError."""
    try:
        return base64.b64decode(text, validate=True)
    except ValueError as error:  # binascii.Error is one, and so is what is said of letters beyond ASCII
        raise DecodeError(f"{what} is not base64") from error
