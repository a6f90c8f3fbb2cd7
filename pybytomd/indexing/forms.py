"""What the index has to know of a ledger: one object for each chain, made by ``bytom1`` or ``bytom2``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

from pybytomd.chain.annotated import JsonObject

Figures = Mapping[str, object]
"""Members of an answer that only this chain has."""


class IndexForms(Protocol):
    """The forms of a ledger. From any thread."""

    @property
    def counts_empty(self) -> bool:
        """Whether an output of amount 0 is one that can be spent."""

    @property
    def maturity(self) -> int:
        """Blocks before an output of a block's first transaction can be spent."""

    def vote_lock(self, height: int) -> int:
        """For how many blocks a vote that is made at a height cannot be taken back."""

    # --- blocks -------------------------------------------------------------------------------------------------

    def seconds(self, header: Any) -> int:
        """The time of a block, in Unix seconds."""

    def bits(self, header: Any) -> int:
        """The target of a block in compact form, 0 where there is none."""

    def work(self, header: Any) -> int:
        """The hashes that a block takes on average."""

    def size(self, block: Any) -> int:
        """The bytes of a block, which never change."""

    def start(self, block: Any) -> int:
        """Where its first transaction begins in what ``text`` cuts from."""

    def text(self, block_hash: bytes, offset: int, size: int) -> bytes | None:
        """The hex text of some bytes of a stored block, None if it is not stored. Raises StoreError."""

    # --- transactions -------------------------------------------------------------------------------------------

    def transaction(self, text: bytes) -> Any:
        """A transaction of its hex text. Raises DecodeError."""

    def inputs(self, tx: Any) -> list[JsonObject]:
        """What it spends, as it is shown."""

    def outputs(self, tx: Any) -> list[JsonObject]:
        """What it pays, as it is shown."""

    def address(self, program: bytes) -> str:
        """The address that pays to a program, empty if it has none."""

    # --- answers ------------------------------------------------------------------------------------------------

    def status(self, failed: bool) -> Figures:
        """What is told of whether a transaction failed."""

    def block_figures(self, block_hash: bytes, bits: int, maker: bytes) -> Figures:
        """How hard a block of any branch was to make, and who made it: ``maker`` is the program that it pays to.

        Raises ChainError and StoreError.
        """

    def interval_figures(self, hashes: int, blocks: int, seconds: int) -> Figures:
        """How hard the blocks of an interval were to make."""

    def vote_figures(self, votes: Mapping[bytes, int]) -> Figures:
        """What is told of the votes of an address, in neu by key."""

    def output_figures(self, is_vote: bool) -> Figures:
        """What is told of an unspent output besides what all have."""
