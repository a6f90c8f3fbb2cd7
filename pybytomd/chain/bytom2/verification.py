"""Whether a core.db of Bytom 2 is what it should be: everything in it is read, and worked out anew."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace

from pybytomd.chain.verification_report import Report, Stopped
from pybytomd.consensus.bytom2.batch import Verifier
from pybytomd.consensus.bytom2.block import check_body, check_header, context_of
from pybytomd.consensus.bytom2.casper.epoch import genesis_checkpoint, grown, next_epoch
from pybytomd.consensus.bytom2.casper.validators import effective_validators
from pybytomd.consensus.bytom2.contracts import contract_changes
from pybytomd.consensus.bytom2.utxo import apply_block
from pybytomd.errors import BytomError, StoreError
from pybytomd.ledger.bytom2.block import Block, BlockHeader
from pybytomd.ledger.bytom2.checkpoint import Checkpoint
from pybytomd.ledger.bytom2.params import FOREVER, NetParams, VoteLock
from pybytomd.ledger.bytom2.utxo import COINBASE, UtxoEntry
from pybytomd.store.bytom2.core_store import TX_ID_SIZE, CoreStore
from pybytomd.store.bytom2.records import ChainState

END_OF_TIME = 1 << 63
"""For headers that are not to be compared to the clock: they were, when they came."""


@dataclass(slots=True)
class _Replay:
    """What the blocks so far add up to."""

    header: BlockHeader
    ended: Checkpoint
    """Of the last epoch that has ended."""
    growing: Checkpoint
    outputs: dict[bytes, UtxoEntry] = field(default_factory=dict)
    contracts: dict[bytes, bytes] = field(default_factory=dict)

    def contract(self, contract_hash: bytes) -> bytes | None:
        """The program of a contract that was registered up to here."""
        record = self.contracts.get(contract_hash)
        return None if record is None else record[TX_ID_SIZE:]


class DatabaseVerification:
    """One look at a whole database. Side branches are left alone: nothing is built on them.

    ``on_block`` is called with the height of each block of the main chain that was looked at; ``go_on`` is asked
    before each, and ends everything by being false.
    """

    def __init__(
        self,
        store: CoreStore,
        params: NetParams,
        *,
        verifier: Verifier | None = None,
        on_block: Callable[[int], None] = lambda _: None,
        go_on: Callable[[], bool] = lambda: True,
    ) -> None:
        self._store = store
        self._params = params
        self._verifier = Verifier() if verifier is None else verifier
        self._on_block = on_block
        self._go_on = go_on
        self._report = Report()
        # Quirk: a vote that a reorganisation brought back has lost its lock, so blocks may take votes back early.
        self._unlocked = replace(params.casper, vote_locks=(VoteLock(0, FOREVER, 0),))

    def run(self) -> Report:
        """Look at everything. Nothing is changed, and nothing raised but by a failing disk."""
        try:
            self._check_all()
        except Stopped:
            self._report.complete = False
        except StoreError as error:
            self._report.add(str(error))
        return self._report

    def _check_all(self) -> None:
        report, state = self._report, self._store.chain_state()
        if state is None:
            report.add("there is no chain in the database")
            return
        report.best_height, report.best_hash = state.height, state.hash
        replay = self._check_main_chain(state)
        if replay is None:
            return
        if replay.header.hash != state.hash:
            end = replay.header.hash.hex()
            report.add(f"the best block is {state.hash.hex()}, and the main chain ends with {end}")
        if self._store.main_chain_hash(state.finalized_height) != state.finalized_hash:
            report.add(f"the finalized block {state.finalized_hash.hex()} is not on the main chain")
        self._check_outputs(replay.outputs)
        self._check_contracts(replay.contracts)

    # --- blocks -------------------------------------------------------------------------------------------------

    def _check_main_chain(self, state: ChainState) -> _Replay | None:
        """Every block up to the best one; what they add up to, None if one is not whole."""
        genesis = self._params.genesis
        ended = genesis_checkpoint(genesis)
        replay = _Replay(genesis.header, ended, next_epoch(ended))
        for height in range(state.height + 1):
            if not self._go_on():
                raise Stopped
            problem = self._problem_at(height, replay)
            if problem is not None:
                self._report.add(f"block {height}: {problem}")
                return None
            self._report.sound_height = height
            self._on_block(height)
        return replay

    def _problem_at(self, height: int, replay: _Replay) -> str | None:
        """What is wrong with a block, after it was added to what those before it add up to."""
        try:
            block_hash = self._store.main_chain_hash(height)
            block = None if block_hash is None else self._store.block(block_hash)
            if block is None or block_hash is None:
                return "it is missing"
            if block.hash != block_hash or block_hash not in self._store.hashes_at(height):
                return f"it is stored as {block_hash.hex()}, and has the hash {block.hash.hex()}"
            if height == 0:
                if block.hash != self._params.genesis.hash:
                    return f"it is not that of {self._params.option}"
            else:
                self._check_block(block, replay)
            apply_block(replay.outputs, block, self._unlocked)
            return self._add(block, replay)
        except BytomError as error:
            return str(error)

    def _check_block(self, block: Block, replay: _Replay) -> None:
        casper = self._params.casper
        validators = effective_validators(replay.ended, casper)
        check_header(block.header, replay.header, replay.ended, validators, END_OF_TIME, casper)
        verdicts = self._verifier.verify_block(block.transactions, context_of(block.header), replay.contract)
        check_body(block, verdicts, replay.ended.rewards, casper)

    def _add(self, block: Block, replay: _Replay) -> str | None:
        """Count a block, but for its outputs; what is wrong with the checkpoint that it ends, if it ends one."""
        report, blocks_per_epoch = self._report, self._params.casper.blocks_per_epoch
        report.headers += 1
        report.transactions += len(block.transactions)
        replay.header = block.header
        for tx in block.transactions:  # what is spent is forgotten, as in the database
            for output_id in tx.spent_output_ids:
                entry = replay.outputs.get(output_id)
                if entry is not None and entry.kind != COINBASE:
                    del replay.outputs[output_id]
        for contract_hash, record in contract_changes([], [block], replay.contracts.get).items():
            if record is not None:
                replay.contracts[contract_hash] = record
        if block.height:
            replay.growing = grown(replay.growing, block, blocks_per_epoch)
        if block.height % blocks_per_epoch:
            return None
        if block.height:
            replay.ended, replay.growing = replay.growing, next_epoch(replay.growing)
        stored = self._store.checkpoint(block.height, block.hash)
        if stored is None:
            return "its checkpoint is missing"
        expected = replace(replay.ended, status=stored.status, sup_links=stored.sup_links)
        return None if stored == expected else "its checkpoint has other votes or rewards than its blocks"

    # --- what they add up to ------------------------------------------------------------------------------------

    def _check_outputs(self, expected: dict[bytes, UtxoEntry]) -> None:
        report = self._report
        for output_id, entry in self._store.utxos():
            report.outputs += 1
            if not _same(entry, expected.pop(output_id, None)):
                report.add(f"output {output_id.hex()} is not as the blocks leave it")
        for output_id in expected:
            report.add(f"output {output_id.hex()} is missing")

    def _check_contracts(self, expected: dict[bytes, bytes]) -> None:
        for contract_hash, record in self._store.contracts():
            if expected.pop(contract_hash, None) != record:
                self._report.add(f"contract {contract_hash.hex()} is not as the blocks register it")
        for contract_hash in expected:
            self._report.add(f"contract {contract_hash.hex()} is missing")


def _same(stored: UtxoEntry, replayed: UtxoEntry | None) -> bool:
    """Whether an entry is as the blocks leave it. Quirk: one that a reorganisation brought back has no height."""
    if replayed is None or (stored.kind, stored.spent) != (replayed.kind, replayed.spent):
        return False
    is_restored = stored.block_height == 0 and stored.kind != COINBASE
    return is_restored or stored.block_height == replayed.block_height
