"""The instances that are followed block by block, found by the outputs they are in."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Sequence
from dataclasses import dataclass

from pybytomd.tracing.forms import ContractOutput
from pybytomd.tracing.instance import Instance, Status
from pybytomd.tracing.transfer import Transfer


@dataclass(frozen=True, slots=True)
class Move:
    """What a block did to an instance."""

    before: Instance
    after: Instance


class Tracer:
    """Instances by id and by output. Several may be in the same output; all of them move.

    Where we differ: the reference forgets all but one of those, misses the second move in one block, and moves
    only what is in the first of the outputs that a transfer spends.
    """

    def __init__(self, instances: Iterable[Instance] = ()) -> None:
        self._instances: dict[str, Instance] = {}
        self._by_output: dict[bytes, set[str]] = {}
        for instance in instances:
            self.put(instance)

    def __len__(self) -> int:
        return len(self._instances)

    def __iter__(self) -> Iterator[Instance]:
        return iter(list(self._instances.values()))

    def get(self, trace_id: str) -> Instance | None:
        """The instance with an id."""
        return self._instances.get(trace_id)

    def put(self, instance: Instance) -> None:
        """Follow an instance, in the place of what it was before."""
        self.remove(instance.trace_id)
        self._instances[instance.trace_id] = instance
        for utxo in instance.utxos:
            self._by_output.setdefault(utxo.output_id, set()).add(instance.trace_id)

    def remove(self, trace_id: str) -> None:
        """Follow an instance no longer; unknown ones are passed over."""
        instance = self._instances.pop(trace_id, None)
        for utxo in instance.utxos if instance else ():
            ids = self._by_output.get(utxo.output_id, set())
            ids.discard(trace_id)
            if not ids:
                self._by_output.pop(utxo.output_id, None)

    def apply(self, transfers: Sequence[Transfer], height: int) -> list[Move]:
        """Follow the transfers of a block, one after another. Returns what changed."""
        moves: dict[str, Move] = {}
        for transfer in transfers:
            for instance in self._in_any(transfer.spent):
                if instance.status != Status.ENDED:
                    moved = instance.moved(transfer, height)
                    known = moves.get(instance.trace_id)
                    moves[instance.trace_id] = Move(known.before if known else instance, moved)
                    self.put(moved)
        return list(moves.values())

    def undo(self, transfers: Sequence[Transfer], *, but_for: Container[str] = ()) -> list[Instance]:
        """Follow the transfers of a block backwards, but for some instances. Returns those that changed."""
        changed: dict[str, Instance] = {}
        for transfer in reversed(transfers):
            # What the transfer made, or if it ended the contract, what that was in.
            for instance in self._in_any(transfer.made or transfer.spent):
                if instance.trace_id not in but_for and (transfer.made or instance.status == Status.ENDED):
                    changed[instance.trace_id] = instance.moved_back(transfer)
                    self.put(changed[instance.trace_id])
        return list(changed.values())

    def _in_any(self, utxos: Sequence[ContractOutput]) -> list[Instance]:
        ids = {trace_id for utxo in utxos for trace_id in self._by_output.get(utxo.output_id, ())}
        return [self._instances[trace_id] for trace_id in sorted(ids)]
