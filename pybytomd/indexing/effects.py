"""What the transactions of a block do, as an index sees it: a pure function of the block and its status.

Source: chain-and-storage reference, section 7.4; wallet-and-keys reference, section 6.5. A transaction that failed
is named by all its programs and assets, and moves nothing but BTM.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from pybytomd.chain.events import AnyJudgedBlock
from pybytomd.indexing.forms import IndexForms
from pybytomd.indexing.keys import asset_key, is_digest, place, program_key
from pybytomd.ledger.constants import BTM_ASSET_ID, ZERO_HASH
from pybytomd.ledger.creation import IssuanceInput, SpendingInput
from pybytomd.ledger.entries import is_retirement

VOTE, VETO = "vote", "veto"
"""Kinds of outputs and inputs. There are none of them on 1.x."""


class Consumed(NamedTuple):
    """An output that is spent, as the input describes it."""

    output_id: bytes
    program: bytes
    """The program key."""
    asset: bytes
    """The asset key."""
    amount: int
    position: int
    source_id: bytes
    is_vote: bool


class Created(NamedTuple):
    """An output; ``is_effective`` unless it is retired, of nothing, or a failed transaction did not move it."""

    output_id: bytes
    program: bytes
    asset: bytes
    amount: int
    position: int
    is_effective: bool
    is_vote: bool


class Effects:
    """What one transaction does. Programs and assets are named by their keys."""

    __slots__ = (
        "assets",
        "consumed",
        "created",
        "failed",
        "flows",
        "issuances",
        "long_programs",
        "offset",
        "place",
        "position",
        "tx",
        "votes",
    )

    def __init__(self, tx: Any, height: int, position: int, failed: bool, offset: int, forms: IndexForms) -> None:
        """``offset`` is where its bytes begin in the serialization of its block."""
        self.tx = tx
        self.position = position
        self.place = place(height, position)
        self.failed = failed
        self.offset = offset
        self.consumed: list[Consumed] = []
        self.created: list[Created] = []
        self.flows: dict[bytes, dict[bytes, list[int]]] = {}
        """By program, all that are named, and asset: what was received and sent, and how many more unspent outputs
        there are.
        """
        self.assets: dict[bytes, list[int]] = {}
        """By asset, all that are named: what was issued, retired and paid to outputs.

        Of BTM the fee counts as taken back, and what a coinbase pays as issued: over a block that is its subsidy.
        """
        self.votes: dict[bytes, int] = {}
        """By program and key, one after the other: how many neu more vote for it."""
        self.issuances: list[IssuanceInput] = []
        self.long_programs: dict[bytes, bytes] = {}
        """Programs by their keys, those that have to be kept."""
        self._read_inputs()
        self._read_outputs(forms.counts_empty)

    @property
    def is_first(self) -> bool:
        """Whether its outputs are those of a coinbase. Quirk: the place decides, whatever its inputs."""
        return self.position == 0

    def _read_inputs(self) -> None:
        ids = self.tx.ids
        seen: set[bytes] = set()
        for tx_input, prevout in zip(self.tx.inputs, ids.prevout_ids, strict=True):
            if isinstance(tx_input, SpendingInput):
                asset = asset_key(tx_input.asset_id)
                program = self._name(tx_input.control_program)
                moves = self._asset(asset)
                is_btm = tx_input.asset_id == BTM_ASSET_ID
                if prevout is None or prevout in seen or (self.failed and not is_btm):
                    continue  # an equal input has it already, or nothing is moved
                seen.add(prevout)
                amount = tx_input.amount
                is_vote = tx_input.kind == VETO
                self.consumed.append(
                    Consumed(
                        prevout, program, asset, amount, tx_input.source_position, tx_input.source_id, is_vote
                    )
                )
                if is_vote:
                    self._vote(program, tx_input, -amount)
                flow = self._flow(program, asset)
                flow[1] += amount
                flow[2] -= 1
                if is_btm:
                    moves[0] -= amount
            elif isinstance(tx_input, IssuanceInput):
                self.issuances.append(tx_input)
                moves = self._asset(asset_key(tx_input.asset_id))
                if not self.failed:
                    moves[0] += tx_input.amount

    def _vote(self, program: bytes, item: Any, amount: int) -> None:
        key = program + item.vote
        self.votes[key] = self.votes.get(key, 0) + amount

    def _read_outputs(self, counts_empty: bool) -> None:
        failed = self.failed
        for position, (output, output_id) in enumerate(zip(self.tx.outputs, self.tx.ids.result_ids, strict=True)):
            asset_id = output.asset_id or ZERO_HASH
            is_btm = asset_id == BTM_ASSET_ID
            asset = asset_key(asset_id)
            moves = self._asset(asset)
            amount = output.amount
            is_moved = is_btm or not failed
            if is_btm:
                moves[0] += amount
            if is_retirement(output.control_program):
                if is_moved:
                    moves[1] += amount
                self.created.append(Created(output_id, b"", asset, amount, position, False, False))
                continue
            program = self._name(output.control_program)
            is_moved = is_moved and (amount > 0 or counts_empty)
            is_vote = output.kind == VOTE
            self.created.append(Created(output_id, program, asset, amount, position, is_moved, is_vote))
            if is_moved and is_vote:
                self._vote(program, output, amount)
            if is_moved:
                moves[2] += amount
                flow = self._flow(program, asset)
                flow[0] += amount
                flow[2] += 1

    def _name(self, program: bytes) -> bytes:
        key = program_key(program)
        if key not in self.flows:
            self.flows[key] = {}
            if is_digest(key):
                self.long_programs[key] = program
        return key

    def _flow(self, program: bytes, asset: bytes) -> list[int]:
        by_asset = self.flows[program]
        flow = by_asset.get(asset)
        if flow is None:
            flow = by_asset[asset] = [0, 0, 0]
        return flow

    def _asset(self, asset: bytes) -> list[int]:
        moves = self.assets.get(asset)
        if moves is None:
            moves = self.assets[asset] = [0, 0, 0]
        return moves


def effects_of(judged: AnyJudgedBlock, forms: IndexForms, start: int = 0) -> Iterator[Effects]:
    """What the transactions of a block do, in order, from a position on."""
    block = judged.block
    height = block.height
    offset = forms.start(block)
    for position, (tx, failed) in enumerate(zip(block.transactions, judged.fails, strict=True)):
        if position >= start:
            yield Effects(tx, height, position, failed, offset, forms)
        offset += len(tx.to_bytes())
