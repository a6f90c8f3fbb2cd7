"""The version of a database that only this program knows: a later one is refused, an earlier one is carried over.

Databases of the reference have its formats and get no such key.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from pybytomd.store.errors import NewerFormat
from pybytomd.store.kv.interface import KeyValueStore
from pybytomd.store.remedies import remedy_for
from pybytomd.store.schema import FORMAT

Step = Callable[[KeyValueStore], None]
"""Carries a database from one version to the next. It may be cut short and is done again then."""
FIRST = 1
"""What a database without a version has: it was made before there were any."""


def require_format(database: KeyValueStore, name: str, steps: Sequence[Step] = ()) -> None:
    """Bring a database to the version this program knows, which is one more than there are steps.

    ``name`` is that of its directory without ``.db``. Raises NewerFormat, and StoreError when the database fails.
    """
    known = FIRST + len(steps)
    stored = database.get(FORMAT)
    version = FIRST if stored is None else _number(stored)
    if version is None or version > known:
        raise NewerFormat(
            f"{name}.db was written by a later version of this program (its format is "
            f"{(stored or b'').decode('ascii', 'replace')}, known here is {known}): use that version, or else "
            f"{remedy_for(name)}"
        )
    for number in range(version, known):
        steps[number - FIRST](database)
        database.put(FORMAT, b"%d" % (number + 1))
    if stored is None and version == known:
        database.put(FORMAT, b"%d" % known)


def _number(text: bytes) -> int | None:
    return int(text) if text.isdigit() and len(text) < 10 and int(text) >= FIRST else None
