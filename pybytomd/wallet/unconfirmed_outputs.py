"""Outputs of transactions that wait to be in a block. They are not stored, as the pool is not."""

from __future__ import annotations

import threading
from collections.abc import Iterable

from pybytomd.wallet.utxos import Utxo


class UnconfirmedOutputs:
    """Outputs of accounts and contracts that no block has confirmed. Safe to use from several threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._outputs: dict[bytes, Utxo] = {}

    def __len__(self) -> int:
        return len(self._outputs)

    def add(self, utxos: Iterable[Utxo]) -> None:
        """A transaction with these outputs entered the pool."""
        with self._lock:
            self._outputs.update((utxo.output_id, utxo) for utxo in utxos)

    def remove(self, output_ids: Iterable[bytes]) -> None:
        """A transaction with these outputs left the pool; unknown ids are passed over."""
        with self._lock:
            for output_id in output_ids:
                self._outputs.pop(output_id, None)

    def get(self, output_id: bytes) -> Utxo | None:
        """The output with an id."""
        return self._outputs.get(output_id)

    def list(self, account_id: str = "", *, contracts: bool = False) -> list[Utxo]:
        """Outputs in order of arrival: of one account or all, or those of contracts, which are of no account."""
        with self._lock:
            return [
                utxo
                for utxo in self._outputs.values()
                if utxo.is_contract == contracts and account_id in ("", utxo.account_id)
            ]
