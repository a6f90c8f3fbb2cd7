"""How the blocks and transactions of a chain are shown to who is told of them: one object for each chain.

That of 1.x is ``push.bytom1_view``, that of Bytom 2 ``rpc.bytom2.view``.
"""

from __future__ import annotations

from typing import Any, Protocol

from pybytomd.chain.annotated import JsonObject, OwnerOf, Place
from pybytomd.codec.json.gojson import JsonValue


class ShowsTransactions(Protocol):
    """Makes the JSON objects of transactions: an ``Annotator`` of either chain."""

    def transaction(self, tx: Any, place: Place) -> JsonObject:
        """A transaction, as list-transactions shows it."""


class LedgerView(Protocol):
    """What is told of blocks and transactions. From any thread."""

    def annotator(self, owner_of: OwnerOf | None = None) -> ShowsTransactions:
        """Shows transactions; with the names of accounts if ``owner_of`` tells whose a program is."""

    def block(self, judged: Any) -> JsonValue:
        """A block with its transactions, as get-block shows it. Raises ChainError and StoreError."""

    def summary(self, block: Any) -> JsonValue:
        """A block in short."""
