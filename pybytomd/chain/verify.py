"""Looks through core.db: is the main chain whole, and do the unspent outputs follow from it?"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import Future
from dataclasses import dataclass, field

from pybytomd.consensus.difficulty import next_seed
from pybytomd.consensus.utxo import apply_block
from pybytomd.errors import BytomError, StoreError
from pybytomd.ledger.block import Block, BlockHeader
from pybytomd.ledger.merkle import status_root, transaction_root
from pybytomd.ledger.params import NetParams
from pybytomd.ledger.status import TransactionStatus
from pybytomd.ledger.utxo import UtxoEntry
from pybytomd.store.block_store import BlockStore

MAX_PROBLEMS = 20
"""More are only counted."""

SubmitProof = Callable[[bytes, bytes, int], Future[bool]]
"""Begins to check block hash, seed and bits."""


@dataclass(slots=True)
class Findings:
    """What was looked at, and what is wrong with it."""

    blocks: int = 0
    outputs: int = 0
    sound_height: int = -1
    """Up to here every block is whole."""
    problem_count: int = 0
    problems: list[str] = field(default_factory=list)

    def add(self, problem: str) -> None:
        """Note that something is wrong."""
        self.problem_count += 1
        if len(self.problems) < MAX_PROBLEMS:
            self.problems.append(problem)


class ChainVerifier:
    """Goes through a database once. ``proof`` checks proofs of work too, which takes most of the time by far."""

    def __init__(
        self,
        params: NetParams,
        store: BlockStore,
        on_block: Callable[[int], None],
        *,
        proof: SubmitProof | None = None,
    ) -> None:
        self._params = params
        self._store = store
        self._on_block = on_block
        self._proof = proof
        self._found = Findings()
        self._unspent: dict[bytes, UtxoEntry] = {}
        self._waiting: list[tuple[int, Future[bool]]] = []

    def run(self) -> Findings:
        """All findings. Raises StoreError only when there is nothing that could be looked through."""
        hashes = self._main_chain()
        seed = b""
        for height, block_hash in enumerate(hashes):
            problem = self._check_block(height, block_hash, hashes[height - 1] if height else bytes(32))
            if problem is not None:
                self._found.add(f"block {height} {block_hash.hex()}: {problem}")
                return self._found  # what follows builds on it
            if self._proof is not None and height:
                header = self._store.header(height, block_hash)
                assert header is not None  # noqa: S101 - the block was just compared with it
                self._waiting.append((height, self._proof(block_hash, seed, header.bits)))
                self._collect(keep=64)
            seed = next_seed(height, block_hash, seed)
            self._found.sound_height = height
            self._on_block(height)
        self._collect(keep=0)
        self._check_outputs()
        return self._found

    def _main_chain(self) -> list[bytes]:
        """Hashes from genesis to the best block. Raises StoreError where the headers do not lead there."""
        state = self._store.chain_state()
        if state is None:
            raise StoreError("the database is empty")
        hashes = [b""] * (state.height + 1)
        block_hash = state.hash
        for height in range(state.height, -1, -1):
            hashes[height] = block_hash
            header = self._store.header(height, block_hash)
            if header is None:
                raise StoreError(f"header {block_hash.hex()} of block {height} is missing")
            block_hash = header.previous_block_hash
        if hashes[0] != self._params.genesis.hash:
            raise StoreError(f"the database is of another network than {self._params.chain_id}")
        return hashes

    def _check_block(self, height: int, block_hash: bytes, parent_hash: bytes) -> str | None:
        """What is wrong with a block of the main chain, None if nothing. Applies it to the outputs."""
        try:
            header = self._store.header(height, block_hash)
            block = self._store.block(block_hash)
            status = self._store.transaction_status(block_hash)
        except BytomError as error:
            return str(error)
        if header is None or block is None or status is None:
            return "it is missing, or its transaction status is"
        problem = next(_contradictions(block_hash, parent_hash, header, block, status), None)
        if problem is not None:
            return problem
        try:
            apply_block(self._unspent, block, status.fails)
        except BytomError as error:
            return f"it spends what it cannot: {error}"
        self._forget_spent(block)
        self._found.blocks += 1
        return None

    def _forget_spent(self, block: Block) -> None:
        """Keep what the database keeps: spent outputs only of coinbases."""
        for tx in block.transactions:
            for output_id in tx.spent_output_ids:
                entry = self._unspent.get(output_id)
                if entry is not None and entry.spent and not entry.is_coinbase:
                    del self._unspent[output_id]

    def _collect(self, *, keep: int) -> None:
        while len(self._waiting) > keep:
            height, answer = self._waiting.pop(0)
            if not answer.result():
                self._found.add(f"block {height}: its proof of work is wrong")

    def _check_outputs(self) -> None:
        """Compare what follows from the blocks with what is stored; spent ones of other branches are fine."""
        expected = self._unspent
        for output_id, stored in self._store.utxos():
            self._found.outputs += 1
            known = expected.pop(output_id, None)
            if known is None:
                if not stored.spent:
                    self._found.add(f"output {output_id.hex()} is stored, but no block of the main chain has it")
            elif known != stored:
                self._found.add(f"output {output_id.hex()} is stored as {stored}, but should be {known}")
        for output_id, entry in expected.items():
            if not entry.spent:
                self._found.add(f"output {output_id.hex()} is missing")


def _contradictions(
    block_hash: bytes, parent_hash: bytes, header: BlockHeader, block: Block, status: TransactionStatus
) -> Iterator[str]:
    if header.hash != block_hash or block.hash != block_hash:
        yield "it has another hash"
    if header.previous_block_hash != parent_hash:
        yield "it does not follow the block before it"
    if transaction_root([tx.id for tx in block.transactions]) != header.transactions_merkle_root:
        yield "its transactions are not those of its header"
    if status_root(status.fails) != header.transaction_status_hash:
        yield "its transaction status is not that of its header"
