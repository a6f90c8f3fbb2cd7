"""Why an export of Parquet files cannot begin or go on."""

from __future__ import annotations

from pybytomd.errors import ChainError


class ExportError(ChainError):
    """What is wrong with the directory, the chain or this installation, and what to do about it."""
