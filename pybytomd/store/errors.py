"""The failures of a database that are treated in a way of their own: damaged, in use, of a later version."""

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
