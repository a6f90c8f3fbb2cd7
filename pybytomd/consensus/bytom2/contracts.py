"""What blocks do to the table of registered contracts (BCRP), forwards and backwards.

Source: bytom2-ledger-and-consensus reference, section 4.5; ``protocol/state/contract_view.go``,
``database/contract_view.go``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from pybytomd.ledger.bytom2.block import Block
from pybytomd.vm.bytom2.contracts import contract_hash, registered_contract

Records = dict[bytes, bytes]
"""By the hash of a contract: the id of the transaction that registered it, and the contract."""


def contract_changes(
    detached: Sequence[Block], attached: Sequence[Block], stored: Callable[[bytes], bytes | None]
) -> dict[bytes, bytes | None]:
    """What changes in the table when blocks leave the main chain, newest first, and others join it, oldest first.

    The first registration of a contract counts, and only the transaction that made it takes it away.

    Quirk: of several registrations among the detached blocks the lowest is compared with what is stored, and a
    contract that stays stored is not registered again.
    """
    leaving: Records = {}
    for block in detached:
        for tx in reversed(block.transactions):
            leaving.update(_registrations(tx.id, [output.control_program for output in tx.outputs]))
    joining: Records = {}
    for block in attached:
        for tx in block.transactions:
            for key, record in _registrations(tx.id, [output.control_program for output in tx.outputs]):
                joining.setdefault(key, record)
    changes: dict[bytes, bytes | None] = {key: None for key, record in leaving.items() if stored(key) == record}
    for key, record in joining.items():
        if key in changes or stored(key) is None:
            changes[key] = record
    return changes


def _registrations(tx_id: bytes, programs: Sequence[bytes]) -> Iterator[tuple[bytes, bytes]]:
    for program in programs:
        contract = registered_contract(program)
        if contract is not None:
            yield contract_hash(contract), tx_id + contract
