"""``validation_block.json``: blocks against a chain of ancestors, without their unspent outputs."""

import time

from pybytomd.consensus.batch import Verifier
from pybytomd.consensus.block import context_of, validate_body
from pybytomd.consensus.difficulty import median_time, next_bits, next_seed
from pybytomd.consensus.header import ParentBlock, validate_header
from pybytomd.errors import BytomError
from pybytomd.ledger.block import Block, BlockHeader
from pybytomd.ledger.constants import BLOCKS_PER_RETARGET
from pybytomd.ledger.status import TransactionStatus
from pybytomd.pow.tensority import meets_target
from tests.vectors.families.validation_tx import expected_outcome, outcome_of
from tests.vectors.registry import Case, family


def seed_after(ancestors: list[BlockHeader]) -> bytes:
    seed = b""
    for header in ancestors:
        seed = next_seed(header.height, header.hash, seed)
    return seed


def validate(block: Block, parent: ParentBlock, seed: bytes) -> TransactionStatus:
    header = block.header
    has_proof = lambda: meets_target(header.hash, seed, header.bits)  # noqa: E731 - reads as the question it is
    validate_header(header, parent, int(time.time()), has_proof)
    verdicts = Verifier().verify_block(block.transactions, context_of(header))
    return validate_body(block, verdicts)


@family("validation_block")
def check_validation_block(case: Case, _document: Case) -> None:
    ancestors = [BlockHeader.from_hex(text) for text in case["ancestors"]]
    last = ancestors[-1]
    period_start = ancestors[max(0, (last.height - 1) // BLOCKS_PER_RETARGET * BLOCKS_PER_RETARGET)].timestamp
    parent = ParentBlock(
        version=last.version,
        height=last.height,
        hash=last.hash,
        next_bits=next_bits(last.height, last.bits, last.timestamp, period_start),
        median_time=median_time([header.timestamp for header in ancestors]),
    )
    seed = seed_after(ancestors)
    assert parent.next_bits == case["next_bits"]
    assert parent.median_time == case["median_time"]
    assert seed.hex() == case["seed"]
    block = Block.from_hex(case["raw_block"])
    try:
        status = validate(block, parent, seed)
    except BytomError as error:
        assert error.root == case["error"]
        assert str(error) == case["error_full"]
        assert error.name == case["error_name"].rpartition(".")[2]
        return
    assert case["error"] is None
    assert list(status.fails) == case["status_fail"]


@family("validation_block_memory")
def check_validation_block_memory(case: Case, _document: Case) -> None:
    """``validation_block_memory.json``: an append writes on into the transactions behind it in the block."""
    block = Block.from_hex(case["raw_block"])
    verdicts = Verifier().verify_block(block.transactions, context_of(block.header))
    for verdict, expected in zip(verdicts, case["results"], strict=True):
        assert outcome_of(verdict) == expected_outcome(expected)
        assert str(verdict.error or "") == (expected["error_full"] or "")
