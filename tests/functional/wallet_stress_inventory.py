"""Which keys, accounts and assets a wallet under stress must have, also when a request for one was cut off."""

from __future__ import annotations

import json
import stat
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.functional.node_process import RunningNode

KEY_FILE_MODE = 0o600


@dataclass
class Inventory:
    """What was confirmed by an answer, and what was asked for without one, by the alias it was to have."""

    keystore: Path
    keys: dict[str, tuple[str, str]] = field(default_factory=dict)
    """Extended public key and password, by alias."""
    assets: dict[str, str] = field(default_factory=dict)
    """Ids by alias."""
    begun: set[str] = field(default_factory=set)
    """Aliases of keys, accounts and assets that may be there or not."""
    leaving: set[str] = field(default_factory=set)
    """Ids of accounts that may be gone."""

    def check_files(self) -> None:
        """Every key file is whole, and its owner's alone. What a kill left half-written begins with a dot."""
        for path in self.keystore.iterdir():
            if not path.name.startswith("."):
                contents = json.loads(path.read_bytes())
                assert contents["xpub"]
                assert contents["crypto"]["ciphertext"]
                assert stat.S_IMODE(path.stat().st_mode) == KEY_FILE_MODE

    async def settle(self, node: RunningNode, accounts: dict[str, dict[str, Any]]) -> list[dict[str, Any]]:
        """Find out what came of requests without an answer, each of which is done whole or not at all.

        Follows ``accounts``, which are removed or renamed, and returns those that are new.
        """
        self.check_files()
        listed = {one["id"]: one for one in await node.call("list-accounts")}
        for name, account in list(accounts.items()):
            found = listed.pop(account["id"], None)
            if found is None:
                assert account["id"] in self.leaving, f"{name} is gone"
                del accounts[name]
            elif found["alias"] != account["alias"]:
                assert found["alias"] in self.begun
                account["alias"] = found["alias"]
        await self._settle_keys(node)
        for one in await node.call("list-assets"):
            if one["alias"] in self.begun:
                self.assets[one["alias"]] = one["id"]
        new = [one for one in listed.values() if one.get("alias") in self.begun]
        self.begun.clear()
        self.leaving.clear()
        return new

    async def _settle_keys(self, node: RunningNode) -> None:
        for one in await node.call("list-keys"):
            if one["alias"] in self.begun:
                self.keys[one["alias"]] = (one["xpub"], one["alias"])
                answer = await node.call("check-key-password", xpub=one["xpub"], password=one["alias"])
                assert answer["check_result"]

    async def check(self, node: RunningNode) -> None:
        """All keys and assets are there."""
        keys = {one["alias"]: one["xpub"] for one in await node.call("list-keys")}
        assets = {one["alias"]: one["id"] for one in await node.call("list-assets")}
        assert {alias: xpub for alias, (xpub, _) in self.keys.items()}.items() <= keys.items()
        assert self.assets.items() <= assets.items()
