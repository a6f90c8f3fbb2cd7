"""``bytom2_validation_block.json``: blocks against parent and checkpoint, without unspent outputs."""

import time

from pybytomd.consensus.bytom2.batch import Verifier
from pybytomd.consensus.bytom2.block import check_body, check_header, context_of
from pybytomd.consensus.bytom2.casper.validators import effective_validators, producer
from pybytomd.errors import BytomError
from pybytomd.ledger.bytom2.block import Block, BlockHeader
from tests.vectors.families.bytom2_reward import checkpoint_of
from tests.vectors.families.bytom2_validators import casper_params
from tests.vectors.registry import Case, family


@family("bytom2_validation_block")
def check_bytom2_validation_block(case: Case, _document: Case) -> None:
    params, checkpoint = casper_params(case["params"]), checkpoint_of(case["checkpoint"])
    parent, block = BlockHeader.from_hex(case["parent"]), Block.from_hex(case["raw_block"])
    validators = effective_validators(checkpoint, params)
    expected = producer(validators, checkpoint, block.header.timestamp, params)
    assert {"order": expected.order, "pub_key": expected.key} == case["expected_validator"]
    try:
        check_header(block.header, parent, checkpoint, validators, int(time.time() * 1000), params)
        verdicts = Verifier().verify_block(block.transactions, context_of(block.header), lambda _: None)
        check_body(block, verdicts, checkpoint.rewards, params)
    except BytomError as error:
        assert error.root == case["error"]
        if case["error_full"] and "mismatched block" not in case["error"]:
            assert str(error) == case["error_full"]
        return
    assert case["error"] is None
