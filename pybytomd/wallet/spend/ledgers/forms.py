"""What the building of transactions has to know of a ledger: one object for each chain."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from pybytomd.wallet.forms import AnyUtxo
from pybytomd.wallet.spend.arguments import ReadArgument
from pybytomd.wallet.spend.template import AnyTemplate


@dataclass(frozen=True, slots=True)
class SpendingForms:
    """How transactions of a ledger are made. What is made is handed on, and not looked at elsewhere."""

    template: type[AnyTemplate[Any]]
    """A transaction that is to be signed."""
    transaction: Callable[[int, int, tuple[Any, ...], tuple[Any, ...]], Any]
    """A transaction of its version, time range, inputs and outputs."""
    fee: Callable[[Any], int]
    """What one pays, in neu."""
    spend_input: Callable[[Any], Any]
    """The input that spends an output, without arguments."""
    output: Callable[[bytes, int, bytes], Any]
    """An ordinary output: asset, amount, program."""
    utxo: Callable[[bytes, bytes, bytes, int, int, bytes], AnyUtxo]
    """An output that was just made: id, source, asset, amount, position, program."""
    arguments: Mapping[str, ReadArgument]
    """The types of arguments for contracts."""
