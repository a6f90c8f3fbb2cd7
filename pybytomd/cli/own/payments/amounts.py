"""Amounts as people write them, ``1.5``, and as the chain has them, in whole smallest units. Never floats."""

from __future__ import annotations

import re

from pybytomd.errors import ConfigError

MAX_AMOUNT = (1 << 63) - 1
MAX_DECIMALS = 18
"""An asset that claims more is shown in its smallest unit."""
_AMOUNT = re.compile(r"([0-9]{1,20})(?:\.([0-9]{1,20}))?")


def parse_amount(text: str, decimals: int) -> int:
    """Smallest units of a decimal number: 150000000 of ``1.5`` with 8 decimals. Raises ConfigError."""
    found = _AMOUNT.fullmatch(text)
    if found is None:
        raise ConfigError(f"{text!r} is no amount; write it like 1.5, without signs, commas and units")
    whole, fraction = found[1], (found[2] or "").rstrip("0")
    if len(fraction) > decimals:
        raise ConfigError(f"{text} has more than the {decimals} decimals that the asset has")
    units = int(whole + fraction.ljust(decimals, "0"))
    if not 0 < units <= MAX_AMOUNT:
        raise ConfigError(f"{text} is out of range; from {format_amount(1, decimals)} on it can be sent")
    return units


def format_amount(units: int, decimals: int) -> str:
    """The decimal number of smallest units, without zeros that say nothing: ``1.5``."""
    sign, digits = ("-" if units < 0 else ""), str(abs(units)).rjust(decimals + 1, "0")
    if not decimals:
        return sign + digits
    return f"{sign}{digits[:-decimals]}.{digits[-decimals:]}".rstrip("0").rstrip(".")
