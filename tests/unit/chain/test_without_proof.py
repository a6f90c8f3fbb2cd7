"""The network dev, where any nonce is a proof of work: its blocks, and that no other network has it so easy."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from pybytomd.chain.archive.file_format import ChainArchive
from pybytomd.chain.archive.transfer import export_chain, import_chain
from pybytomd.chain.chain import Chain
from pybytomd.chain.verification import DatabaseVerification
from pybytomd.clock import ManualClock
from pybytomd.consensus.errors import BadBlock
from pybytomd.ledger.block import Block, BlockHeader
from pybytomd.ledger.constants import BLOCKS_PER_RETARGET, BTM_ASSET_ID
from pybytomd.ledger.inputs import SpendInput, TxOutput
from pybytomd.ledger.networks.params import DEV, MAINNET, SOLONET, TESTNET, NetParams
from pybytomd.ledger.transaction import Transaction
from pybytomd.mining.coinbase import NoAccount, OneProgram
from pybytomd.mining.generate import generate
from pybytomd.mining.proposer import BlockProposer
from pybytomd.pow.verifier import ProofVerifier
from pybytomd.store.kv.memory_db import MemoryStore
from tests.chain_builder import open_chain

NOW = 1_700_000_000.0
MATURITY = 100


class UnusedVerifier(ProofVerifier):
    """Fails the test when a proof is to be checked."""

    def submit(self, header_hash: bytes, seed: bytes, bits: int) -> object:  # type: ignore[override]
        raise AssertionError("a proof of work is hashed")


def dev_chain(database: MemoryStore | None = None) -> tuple[Chain, BlockProposer]:
    clock = ManualClock(now=NOW)
    chain = open_chain(database, params=DEV, clock=clock)
    return chain, BlockProposer(chain, NoAccount(DEV), clock)


def other(header: BlockHeader, **changes: Any) -> BlockHeader:
    fields = ("version", "height", "previous_block_hash", "timestamp", "transactions_merkle_root")
    fields += ("transaction_status_hash", "nonce", "bits")
    return BlockHeader(**{name: getattr(header, name) for name in fields} | changes)


def test_more_blocks_than_a_period_keep_their_target(monkeypatch: pytest.MonkeyPatch) -> None:
    """Their times are nearly the same, which elsewhere would give a target that nothing meets."""
    monkeypatch.setattr("pybytomd.pow.tensority.tensority", lambda *_: pytest.fail("a proof of work is hashed"))
    database = MemoryStore()
    chain, proposer = dev_chain(database)
    generate(chain, proposer, BLOCKS_PER_RETARGET + 3)
    assert chain.best_height == BLOCKS_PER_RETARGET + 3
    assert chain.best_header.bits == DEV.genesis.header.bits
    assert chain.work(chain.best_hash) == 2 * (BLOCKS_PER_RETARGET + 4)
    again, _ = dev_chain(database)
    assert again.best_hash == chain.best_hash
    assert again.next_bits(again.best_hash) == DEV.genesis.header.bits
    with UnusedVerifier(1) as proofs:
        report = DatabaseVerification(chain.store, DEV, proofs=proofs).run()
    assert report.is_sound, report.problems


def test_every_other_rule_holds() -> None:
    chain, proposer = dev_chain()
    template = proposer.propose()
    header = template.header
    for wrong in (
        other(header, bits=MAINNET.genesis.header.bits),
        other(header, timestamp=int(NOW) + 3601),
        other(header, transactions_merkle_root=bytes(32)),
    ):
        with pytest.raises(BadBlock):
            chain.process_block(Block(wrong, template.transactions))
    assert chain.process_block(template) is False
    assert chain.best_hash == template.hash


@pytest.mark.parametrize("params", [MAINNET, TESTNET, SOLONET], ids=lambda params: params.chain_id)
def test_elsewhere_a_nonce_must_be_a_proof(params: NetParams) -> None:
    clock = ManualClock(now=NOW)
    chain = open_chain(params=params, clock=clock)
    template = BlockProposer(chain, OneProgram(b"\x51"), clock).propose()
    with pytest.raises(BadBlock, match="invalid difficulty proof of work"):
        chain.process_block(template)
    assert chain.best_height == 0


def test_a_reward_goes_where_it_was_asked_to_and_matures() -> None:
    chain, proposer = dev_chain()
    program = b"\x51"
    generate(chain, proposer.paying(OneProgram(program)), 1)
    coinbase = chain.block_at(1).transactions[0]
    assert coinbase.outputs[0].control_program == program
    reward = coinbase.outputs[0].amount
    spend = SpendInput(coinbase.mux_id, BTM_ASSET_ID, reward, 0, 1, program)
    tx = Transaction(1, 0, (spend,), (TxOutput(BTM_ASSET_ID, reward - 10_000_000, program),))
    generate(chain, proposer, MATURITY - 1)
    chain.validate_transaction(tx)
    generate(chain, proposer, 1)
    assert tx in chain.block_at(MATURITY + 1).transactions


def test_archives(tmp_path: Path) -> None:
    chain, proposer = dev_chain()
    generate(chain, proposer, 5)
    path = tmp_path / "chain.blocks"
    export_chain(chain, path, lambda _: None)
    other, _ = dev_chain()
    with ChainArchive.open(path) as archive, UnusedVerifier(1) as proofs:
        done = import_chain(other, archive, proofs, lambda _: None)
    assert (done.added, other.best_hash) == (5, chain.best_hash)
