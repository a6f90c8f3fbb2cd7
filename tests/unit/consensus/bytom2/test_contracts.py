"""The table of contracts as blocks come and go."""

from __future__ import annotations

from pybytomd.consensus.bytom2.contracts import contract_changes
from pybytomd.ledger.bytom2.block import Block, BlockHeader
from pybytomd.ledger.bytom2.transaction import Transaction
from pybytomd.ledger.constants import ZERO_HASH
from pybytomd.vm.bytom2.contracts import contract_hash, register_program
from tests.bytom2_builder import btm, coinbase

ONE, TWO = b"\x51\x51", b"\x52\x52"


def registering(number: int, *contracts: bytes) -> Transaction:
    outputs = tuple(btm(number, register_program(contract)) for contract in contracts)
    return Transaction(1, 0, coinbase(number, extra=b"").inputs, (*outputs, btm(1)))


FIRST, SECOND, BOTH = registering(1, ONE), registering(2, ONE), registering(3, TWO, ONE)


def block(*transactions: Transaction) -> Block:
    return Block(BlockHeader(1, 1, ZERO_HASH, 0, ZERO_HASH), transactions)


def record(tx: Transaction, contract: bytes) -> bytes:
    return tx.id + contract


def test_the_first_registration_counts() -> None:
    changes = contract_changes([], [block(FIRST, SECOND), block(BOTH)], {}.get)
    assert changes == {contract_hash(ONE): record(FIRST, ONE), contract_hash(TWO): record(BOTH, TWO)}


def test_what_is_stored_is_not_registered_again() -> None:
    stored = {contract_hash(ONE): record(FIRST, ONE)}
    assert contract_changes([], [block(SECOND)], stored.get) == {}


def test_only_the_transaction_that_registered_takes_away() -> None:
    stored = {contract_hash(ONE): record(FIRST, ONE)}
    assert contract_changes([block(FIRST)], [], stored.get) == {contract_hash(ONE): None}
    assert contract_changes([block(SECOND)], [], stored.get) == {}


def test_of_several_that_leave_the_lowest_is_looked_at() -> None:
    stored = {contract_hash(ONE): record(FIRST, ONE)}
    assert contract_changes([block(SECOND), block(FIRST)], [], stored.get) == {contract_hash(ONE): None}
    assert contract_changes([block(FIRST, SECOND)], [], stored.get) == {contract_hash(ONE): None}
    assert contract_changes([block(FIRST), block(SECOND)], [], stored.get) == {}


def test_a_contract_that_leaves_and_comes_is_of_the_new_transaction() -> None:
    stored = {contract_hash(ONE): record(FIRST, ONE)}
    changes = contract_changes([block(FIRST)], [block(SECOND)], stored.get)
    assert changes == {contract_hash(ONE): record(SECOND, ONE)}


def test_programs_that_register_nothing_are_passed_over() -> None:
    assert contract_changes([], [block(coinbase(1))], {}.get) == {}
