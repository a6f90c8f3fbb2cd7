"""The units of each asset that a transaction has brought in and not yet paid out. The same on both chains.

A balance is kept in int64, as the reference keeps it: what does not fit breaks a rule. Source: vm-and-validation
reference, section 3.4; ``protocol/validation/tx.go``.
"""

from __future__ import annotations

from pybytomd.consensus.errors import AmountOverflow, NoSource, Unbalanced
from pybytomd.ledger.constants import MAX_AMOUNT

MIN_AMOUNT = -(1 << 63)

Balance = dict[bytes, int]
"""Amounts by asset id, in the order in which the inputs name them."""


def bring_in(balance: Balance, position: int, asset_id: bytes, amount: int) -> None:
    """Add the value of the input at a position. Raises AmountOverflow."""
    before = balance.get(asset_id, 0)
    total = before + amount
    if total > MAX_AMOUNT:
        raise AmountOverflow.because(
            f"adding {amount} units of asset {asset_id.hex()} from mux source {position} "
            f"to total {before} overflows int64"
        )
    balance[asset_id] = total


def pay_out(balance: Balance, position: int, asset_id: bytes, amount: int) -> None:
    """Take away the value of the output at a position. Raises NoSource or AmountOverflow."""
    if asset_id not in balance:
        raise NoSource.because(f"mux destination {position}, asset {asset_id.hex()}, has no corresponding source")
    before = balance[asset_id]
    total = before - amount
    if total < MIN_AMOUNT:
        raise AmountOverflow.because(
            f"subtracting {amount} units of asset {asset_id.hex()} from mux destination {position} "
            f"from total {before} underflows int64"
        )
    balance[asset_id] = total


def check_balanced(asset_id: bytes, total: int) -> None:
    """Of an asset that is not BTM nothing is left over. Raises Unbalanced."""
    if total:
        raise Unbalanced.because(f"asset {asset_id.hex()} sources - destinations = {total} (should be 0)")
