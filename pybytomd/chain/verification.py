"""Whether a core.db is what it should be: everything in it is read, and worked out anew. For ``db verify``."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable
from concurrent.futures import Future

from pybytomd.chain.index.block_index import BlockIndex
from pybytomd.chain.verification_report import Report, Stopped
from pybytomd.consensus.batch import Verifier
from pybytomd.consensus.block import context_of, validate_body
from pybytomd.consensus.header import BLOCK_VERSION, ParentBlock, validate_header
from pybytomd.consensus.utxo import apply_block
from pybytomd.errors import BytomError, StoreError
from pybytomd.ledger.block import Block, BlockHeader
from pybytomd.ledger.networks.params import NetParams
from pybytomd.ledger.status import TransactionStatus
from pybytomd.ledger.utxo import UtxoEntry
from pybytomd.pow.rule import ProofRule
from pybytomd.pow.verifier import ProofVerifier
from pybytomd.store.block_store import BlockStore

MAX_PROOFS_AHEAD = 128
END_OF_TIME = 1 << 63
"""For headers that are not to be compared to the clock: they were, when they came."""


class DatabaseVerification:
    """One look at a whole database.

    ``proofs`` checks proofs of work, which takes most of the time by far; None leaves them out. ``on_block`` is
    called with the height of each block of the main chain that was looked at, whole or not; ``go_on`` is asked
    all the time and ends everything by being false.
    """

    def __init__(
        self,
        store: BlockStore,
        params: NetParams,
        *,
        proofs: ProofVerifier | None = None,
        verifier: Verifier | None = None,
        on_block: Callable[[int], None] = lambda _: None,
        go_on: Callable[[], bool] = lambda: True,
    ) -> None:
        self._store = store
        self._params = params
        self._proofs = proofs if params.proof is ProofRule.TENSORITY else None
        self._verifier = Verifier() if verifier is None else verifier
        self._on_block = on_block
        self._go_on = go_on
        self._report = Report()
        self._index: BlockIndex | None = None
        self._pending: deque[tuple[BlockHeader, Future[bool]]] = deque()

    def run(self) -> Report:
        """Look at everything. Nothing is changed, and nothing raised but by a failing disk."""
        report = self._report
        try:
            self._check_all()
        except Stopped:
            report.complete = False
        finally:
            for _, proof in self._pending:
                proof.cancel()
        return report

    def _check_all(self) -> None:
        report = self._report
        try:
            state = self._store.chain_state()
        except StoreError as error:
            report.add(str(error))
            return
        if state is None:
            report.add("there is no chain in the database")
            return
        report.best_height, report.best_hash = state.height, state.hash
        index = self._check_headers(state.height)
        if index is None:
            return
        best = index.find(state.hash)
        if best is None or index.height_of(best) != state.height:
            report.add(f"the best block, {state.hash.hex()} at height {state.height}, has no sound header")
            return
        index.set_best(best)
        outputs = self._check_main_chain(index)
        self._check_side_blocks(index)
        self._await_proofs(0)
        self._check_outputs(outputs)

    # --- headers ----------------------------------------------------------------------------------------------

    def _check_headers(self, best_height: int) -> BlockIndex | None:
        """Every header up to the best one against its parent; returns the index of the sound ones."""
        report, genesis = self._report, self._params.genesis.header
        index = BlockIndex(genesis.hash, genesis.timestamp, genesis.bits, self._params.proof)
        found_genesis = False
        try:
            for height, block_hash, header in self._store.headers():
                self._ask()
                if height > 0 and not found_genesis:
                    break
                if height > best_height:
                    report.unconnected += 1
                    continue
                if (header.height, header.hash) != (height, block_hash):
                    report.add(
                        f"the header stored as block {block_hash.hex()} at height {height} is block "
                        f"{header.hash.hex()} at height {header.height}"
                    )
                elif height == 0:
                    found_genesis = found_genesis or block_hash == genesis.hash
                    if block_hash != genesis.hash:
                        report.add(f"block {block_hash.hex()} at height 0 is not of {self._params.chain_id}")
                else:
                    self._check_header(index, header)
                report.headers += 1
        except StoreError as error:
            report.add(str(error))
        if not found_genesis:
            report.add(f"the genesis block of {self._params.chain_id} is missing")
            return None
        return index

    def _check_header(self, index: BlockIndex, header: BlockHeader) -> None:
        where = _name(header)
        parent = index.find(header.previous_block_hash)
        if parent is None:
            self._report.add(f"{where} has no sound parent")
            return
        facts = ParentBlock(
            version=BLOCK_VERSION,
            height=index.height_of(parent),
            hash=index.hash_of(parent),
            next_bits=index.next_bits(parent),
            median_time=index.median_time(parent),
        )
        try:
            validate_header(header, facts, END_OF_TIME, None)
        except BytomError as error:
            self._report.add(f"{where}: {error}")
            return
        index.add(header, parent)

    def _begin_proof(self, index: BlockIndex, position: int, header: BlockHeader) -> None:
        if self._proofs is not None and header.height > 0:
            seed = index.next_seed(index.parent_of(position))
            self._pending.append((header, self._proofs.submit(header.hash, seed, header.bits)))
            self._await_proofs(MAX_PROOFS_AHEAD)

    def _await_proofs(self, leave: int) -> None:
        while len(self._pending) > leave:
            self._ask()
            header, proof = self._pending.popleft()
            if not proof.result():
                self._report.add(f"{_name(header)} has no proof of work")

    # --- blocks -----------------------------------------------------------------------------------------------

    def _check_main_chain(self, index: BlockIndex) -> dict[bytes, UtxoEntry] | None:
        """Every block of the main chain; returns the outputs they leave, None if that cannot be told."""
        height = index.height_of(index.best)
        outputs: dict[bytes, UtxoEntry] | None = {}
        for at in range(height + 1):
            self._ask()
            position = index.at(at)
            assert position is not None  # noqa: S101 - set_best filled in all heights up to this one
            stored = self._check_block(index, position)
            if stored is None:
                outputs = None
            elif outputs is not None:
                outputs = self._replay(outputs, *stored)
            if outputs is not None:
                self._report.sound_height = at
            self._on_block(at)
        return outputs

    def _check_side_blocks(self, index: BlockIndex) -> None:
        for position in range(len(index)):
            if not index.is_main(position):
                self._ask()
                self._report.side_blocks += self._check_block(index, position) is not None

    def _check_block(self, index: BlockIndex, position: int) -> tuple[Block, TransactionStatus] | None:
        """A stored block and its status, if they are sound."""
        block_hash, height = index.hash_of(position), index.height_of(position)
        where = f"block {block_hash.hex()} at height {height}"
        try:
            block = self._store.block(block_hash)
            status = self._store.transaction_status(block_hash)
        except StoreError as error:
            self._report.add(str(error))
            return None
        if block is None:
            self._report.add(f"{where} is missing")
            return None
        if status is None:
            self._report.add(f"the transaction status of {where} is missing")
            return None
        if block.hash != block_hash:
            self._report.add(f"what is stored as {where} is block {block.hash.hex()}")
            return None
        problem = self._body_problem(block, status)
        if problem is not None:
            self._report.add(f"{where}: {problem}")
            return None
        self._report.transactions += len(block.transactions)
        self._begin_proof(index, position, block.header)
        return block, status

    def _body_problem(self, block: Block, status: TransactionStatus) -> str | None:
        if block.height == 0:
            same = block == self._params.genesis and not any(status.fails)
            return None if same else f"it is not the genesis block of {self._params.chain_id}"
        try:
            verdicts = self._verifier.verify_block(block.transactions, context_of(block.header))
            expected = validate_body(block, verdicts)
        except BytomError as error:
            return str(error)
        return None if status == expected else "its transaction status is not what its transactions give"

    # --- outputs ----------------------------------------------------------------------------------------------

    def _replay(
        self, outputs: dict[bytes, UtxoEntry], block: Block, status: TransactionStatus
    ) -> dict[bytes, UtxoEntry] | None:
        try:
            apply_block(outputs, block, status.fails)
        except BytomError as error:
            self._report.add(f"{_name(block.header)}: {error}")
            return None
        _forget_spent(outputs, (output_id for tx in block.transactions for output_id in tx.spent_output_ids))
        return outputs

    def _check_outputs(self, expected: dict[bytes, UtxoEntry] | None) -> None:
        """The stored outputs against those that the blocks leave."""
        report = self._report
        try:
            for output_id, entry in self._store.utxos():
                self._ask()
                report.outputs += 1
                if expected is not None and not _same(entry, expected.pop(output_id, None)):
                    report.add(f"output {output_id.hex()} is stored as {entry}, which the blocks do not give")
        except StoreError as error:
            report.add(str(error))
            return
        for output_id in expected or ():
            report.add(f"output {output_id.hex()} is missing")

    def _ask(self) -> None:
        if not self._go_on():
            raise Stopped


def _forget_spent(outputs: dict[bytes, UtxoEntry], spent: Iterable[bytes]) -> None:
    """Drop what the database does not keep."""
    for output_id in spent:
        entry = outputs.get(output_id)
        if entry is not None and entry.spent and not entry.is_coinbase:
            del outputs[output_id]


def _same(stored: UtxoEntry, replayed: UtxoEntry | None) -> bool:
    """Quirk: an ordinary output that was spent in a block which has left the main chain has lost its height."""
    if replayed is None:
        return False
    restored = UtxoEntry(is_coinbase=False, block_height=0, spent=False)
    return stored == replayed or (stored == restored and not replayed.is_coinbase and not replayed.spent)


def _name(header: BlockHeader) -> str:
    return f"block {header.hash.hex()} at height {header.height}"
