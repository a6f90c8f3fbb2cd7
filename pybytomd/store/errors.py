"""What may be wrong with a database, beyond that it failed: each kind that somebody treats in a way of its own."""

from __future__ import annotations

from pybytomd.errors import StoreError


class DamagedDatabase(StoreError):
    """Files of a database are missing or hold something else than was written. The text says what to do.

    ``reason`` is the part of it that says what is wrong.
    """

    reason = ""


class DatabaseInUse(StoreError):
    """Another process has the database open."""


class NewerFormat(StoreError):
    """A later version of this program has written a database, and this one does not know how to read it."""
