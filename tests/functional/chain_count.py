"""What accounts own, counted over the blocks of a running node. Asks the wallet for nothing but public keys."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from pybytomd.crypto.chainkd import XPub
from pybytomd.crypto.hashes import ripemd160, sha3_256
from pybytomd.ledger.block import Block
from pybytomd.ledger.constants import BTM_ASSET_ID
from pybytomd.ledger.inputs import SpendInput
from tests.functional.node_process import RunningNode

Holdings = dict[tuple[str, str], int]
"""By account id and asset id."""
LOOK_AHEAD = 30
"""Addresses of a branch beyond the last that was seen in use."""


@dataclass(frozen=True)
class CountedBlock:
    """A block and which of its transactions moved nothing but gas."""

    block: Block
    fails: list[bool]


@dataclass
class Programs:
    """The control programs of one account by BIP-44, put together byte by byte, as many as it takes."""

    account: dict[str, Any]
    found: dict[bytes, int] = field(default_factory=dict)
    made: int = 0

    def extend(self, count: int) -> None:
        """Have at least so many of each branch."""
        xpubs = [XPub.from_hex(text) for text in self.account["xpubs"]]
        for index in range(self.made + 1, count + 1):
            for branch in (0, 1):
                path = [
                    number.to_bytes(4, "little") for number in (44, 153, self.account["key_index"], branch, index)
                ]
                self.found[self._program([xpub.derive(path).public_key for xpub in xpubs])] = index
        self.made = max(self.made, count)

    def _program(self, keys: list[bytes]) -> bytes:
        if len(keys) == 1:
            return b"\x00\x14" + ripemd160(keys[0])
        script = b"\xae" + b"".join(b"\x20" + key for key in keys)
        script += bytes((0x50 + self.account["quorum"], 0x50 + len(keys))) + b"\xad"
        return b"\x00\x20" + sha3_256(script)

    def holds(self, program: bytes) -> bool:
        """Whether the program is the account's; looks further ahead when it is one of the last."""
        index = self.found.get(program)
        if index is not None and index + LOOK_AHEAD > self.made:
            self.extend(index + LOOK_AHEAD)
        return index is not None


class ChainCount:
    """Follows the main chain of a node over its API; a block it has is not asked for again."""

    def __init__(self) -> None:
        self.blocks: list[CountedBlock] = []
        self._accounts: dict[str, Programs] = {}

    def watch(self, account: dict[str, Any]) -> None:
        """Count what this account owns, as create-account or list-accounts describe it."""
        programs = self._accounts.setdefault(account["id"], Programs(account))
        programs.extend(LOOK_AHEAD)

    def unwatch(self, account_id: str) -> None:
        """Count no longer what this account owns."""
        del self._accounts[account_id]

    async def follow(self, node: RunningNode) -> None:
        """Have the blocks the node has now."""
        best = await node.height()
        found: list[CountedBlock] = []
        for height in range(best, -1, -1):
            raw = await node.call("get-raw-block", block_height=height)
            block = Block.from_hex(raw["raw_block"])
            if height < len(self.blocks) and self.blocks[height].block.hash == block.hash:
                break
            fails = [status.get("status_fail", False) for status in raw["transaction_status"]["verify_status"]]
            found.append(CountedBlock(block, fails))
        self.blocks[best + 1 - len(found) :] = reversed(found)
        assert [entry.block.height for entry in self.blocks] == list(range(best + 1))

    def unspent(self) -> dict[bytes, tuple[bytes, int, bytes]]:
        """Asset, amount and program of all unspent outputs. Fails when one is spent that is not there."""
        unspent: dict[bytes, tuple[bytes, int, bytes]] = {}
        for entry in self.blocks:
            for tx, failed in zip(entry.block.transactions, entry.fails, strict=True):
                for tx_input, spent in zip(tx.inputs, tx.ids.prevout_ids, strict=True):
                    if isinstance(tx_input, SpendInput) and not (failed and tx_input.asset_id != BTM_ASSET_ID):
                        assert spent is not None
                        del unspent[spent]
                for output_id, output in zip(tx.result_ids, tx.outputs, strict=True):
                    if output.asset_id == BTM_ASSET_ID or not failed:
                        unspent[output_id] = (output.asset_id or b"", output.amount, output.control_program)
        return unspent

    def holdings(self) -> Holdings:
        """What each account owns."""
        totals: Holdings = {}
        for asset_id, amount, program in self.unspent().values():
            for account_id, programs in self._accounts.items():
                if programs.holds(program):
                    holding = (account_id, asset_id.hex())
                    totals[holding] = totals.get(holding, 0) + amount
        return totals
