"""Assets by the names that people have for them, and how their amounts are written."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from pybytomd.cli.client.answers import integer, records, text
from pybytomd.cli.own.payments.amounts import MAX_DECIMALS, format_amount
from pybytomd.codec.json.gojson import JsonValue
from pybytomd.errors import ConfigError
from pybytomd.ledger.constants import BTM_ASSET_ID

Ask = Callable[[str, JsonValue], JsonValue]
"""Calls an API method: its name, the request, the data of the answer."""
BTM_DECIMALS = 8
_ID = re.compile(r"[0-9a-fA-F]{64}")


@dataclass(frozen=True, slots=True)
class Asset:
    """An asset: its id in hex, what it is called, the decimals of its amounts."""

    id: str
    name: str
    decimals: int

    def show(self, units: int) -> str:
        """An amount with the name: ``1.5 BTM``."""
        return f"{format_amount(units, self.decimals)} {self.name}"


BTM = Asset(BTM_ASSET_ID.hex(), "BTM", BTM_DECIMALS)


def decimals_of(definition: JsonValue) -> int:
    """The decimals that an asset's definition tells, 0 if it tells none that make sense."""
    told = integer(definition.get("decimals")) if isinstance(definition, Mapping) else None
    return told if told is not None and 0 <= told <= MAX_DECIMALS else 0


def known_asset(asset_id: str, alias: str, definition: JsonValue) -> Asset:
    """An asset as lists of the wallet describe it."""
    if asset_id == BTM.id:
        return BTM
    return Asset(asset_id, alias or f"{asset_id[:8]}...", decimals_of(definition))


def find_asset(ask: Ask, name: str) -> Asset:
    """The asset with an alias or id. Raises ConfigError for an alias that the node does not know."""
    if name.upper() == BTM.name or name.lower() == BTM.id:
        return BTM
    for found in records(ask("list-assets", {})):
        if name.upper() == text(found, "alias").upper() or name.lower() == text(found, "id"):
            return known_asset(text(found, "id"), text(found, "alias"), found.get("definition"))
    if _ID.fullmatch(name):
        return Asset(name.lower(), f"{name[:8].lower()}...", 0)
    raise ConfigError(f"there is no asset called {name!r} here; pybytomcli list-assets shows those that are")
