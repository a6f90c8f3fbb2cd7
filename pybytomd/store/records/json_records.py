"""Records that are JSON objects, as wallet.db and trace.db hold them, and sets of changes to a database."""

from __future__ import annotations

import orjson

from pybytomd.codec.json.gofields import Fields
from pybytomd.errors import DecodeError, StoreError
from pybytomd.store.remedies import remedy_for

Changes = dict[bytes, bytes | None]
"""Keys of a database with their new values, None to remove one."""


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
