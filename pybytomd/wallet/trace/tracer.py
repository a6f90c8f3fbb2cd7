"""The instances that are followed block by block, found by the outputs they are in."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from pybytomd.wallet.trace.instance import Instance, Status
from pybytomd.wallet.trace.transfer import Transfer


class Tracer:
    """Instances by id and by output. Several may be in the same output; all of them move.

    Where we differ: the reference forgets all but one of those, and misses the second move in one block.
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

    def apply(self, transfers: Sequence[Transfer], height: int) -> dict[str, Instance]:
        """Follow the transfers of a block, one after another. Returns the instances that changed."""
        changed: dict[str, Instance] = {}
        for transfer in transfers:
            if transfer.spent:
                for instance in self._in_output(transfer.spent[0].output_id):
                    if instance.status != Status.ENDED:
                        changed[instance.trace_id] = instance.moved(transfer, height)
                        self.put(changed[instance.trace_id])
        return changed

    def undo(self, transfers: Sequence[Transfer]) -> dict[str, Instance]:
        """Follow the transfers of a block backwards. Returns the instances that changed."""
        changed: dict[str, Instance] = {}
        for transfer in reversed(transfers):
            # What the transfer made, or if it ended the contract, what that was in.
            outputs = transfer.made or transfer.spent
            for instance in self._in_output(outputs[0].output_id):
                if transfer.made or instance.status == Status.ENDED:
                    changed[instance.trace_id] = instance.moved_back(transfer)
                    self.put(changed[instance.trace_id])
        return changed

    def _in_output(self, output_id: bytes) -> list[Instance]:
        return [self._instances[trace_id] for trace_id in sorted(self._by_output.get(output_id, ()))]
