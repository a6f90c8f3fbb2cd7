"""``bytom2_proposal.json``: when a block is due, and what it looks like."""

from pybytomd.consensus.bytom2.casper.verification import signed_message
from pybytomd.crypto.chainkd import XPrv
from pybytomd.ledger.bytom2.block import BlockHeader
from pybytomd.ledger.bytom2.params import SOLONET
from pybytomd.ledger.bytom2.sup_link import SupLink
from pybytomd.mining.bytom2.coinbase import coinbase_transaction
from pybytomd.mining.bytom2.proposer import unsigned_block
from pybytomd.mining.bytom2.slots import slot_time
from tests.vectors.registry import Case, family


@family("bytom2_proposal")
def check_bytom2_proposal(case: Case, _document: Case) -> None:
    casper = SOLONET.casper
    if case["op"] == "slot":
        assert slot_time(case["best_timestamp"], case["now"], casper.block_interval) == case["timestamp"]
        return
    key, parent = XPrv.from_hex(case["node_xprv"]), BlockHeader.from_hex(case["previous_header"])
    program = bytes.fromhex(case["control_program"])
    coinbase = coinbase_transaction(program, b"", parent.height + 1, case["rewards"])
    block = unsigned_block(parent, case["timestamp"], [coinbase])
    signed = block.with_header(block.header.with_witness(key.sign(block.hash)))
    assert signed.header.witness.hex() == case["witness"]
    assert signed.to_hex() == case["block"]
    assert block.hash.hex() == case["hash"]
    processed = BlockHeader.from_hex(case["header_after_process"])
    assert processed.with_sup_links(()) == signed.header
    ends_epoch = block.height % casper.blocks_per_epoch == 0
    assert len(processed.sup_links) == ends_epoch
    for link in processed.sup_links:
        own = key.sign(signed_message(link.source_hash, block.hash))
        assert link == SupLink(link.source_height, link.source_hash).with_signature(0, own)
