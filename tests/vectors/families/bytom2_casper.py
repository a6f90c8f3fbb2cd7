"""``bytom2_casper.json``: blocks and signatures given to a node one after another, and its state after each."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from pybytomd.chain.bytom2.chain import Chain
from pybytomd.chain.bytom2.events import VerificationAccepted
from pybytomd.chain.bytom2.signer import KeySigner
from pybytomd.clock import ManualClock
from pybytomd.consensus.bytom2.casper.verification import Verification
from pybytomd.crypto.chainkd import XPrv
from pybytomd.errors import BytomError
from pybytomd.events import EventDispatcher
from pybytomd.ledger.bytom2.block import Block
from pybytomd.ledger.bytom2.checkpoint import Checkpoint
from pybytomd.ledger.bytom2.params import SOLONET, NetParams
from pybytomd.store.bytom2 import schema
from pybytomd.store.bytom2.core_store import CoreStore
from pybytomd.store.bytom2.records import ChainState, hashes_from_json
from pybytomd.store.kv.memory_db import MemoryStore
from tests.vectors.families.bytom2_validators import casper_params
from tests.vectors.registry import Case, family

RECORDED = 1_800_000_000.0
"""A time after all blocks."""
Fields = dict[str, Any]


class ScriptedNode:
    """A node that is told what to do, step by step."""

    def __init__(self, params: NetParams, key: str) -> None:
        self.params = params
        self.signer = KeySigner(XPrv.from_hex(key))
        self.database = MemoryStore()
        self.start()

    def start(self) -> None:
        """Open the chain in the database."""
        events = EventDispatcher()
        self.accepted = events.subscribe(VerificationAccepted)
        self.chain = Chain.open(
            self.params,
            CoreStore(self.database),
            ManualClock(now=RECORDED),
            events,
            signer=self.signer,
            threads=1,
        )

    def take(self, step: Fields) -> Fields:
        """The answer to a step, as the vectors have it."""
        orphan = error = None
        try:
            match step["op"]:
                case "block":
                    orphan = False
                    orphan = self.chain.process_block(Block.from_hex(step["raw"]))
                case "verification":
                    stays = self.chain.process_verification(verification_of(step["message"]))
                    error = None if stays is None else stays.root
                case "restart":
                    self.chain.close()
                    self.start()
                case op:
                    raise AssertionError(f"unknown op {op}")
        except BytomError as refusal:
            error = refusal.root
        announced = [message_of(event.verification) for event in self.accepted.drain()]
        return {"is_orphan": orphan, "error": error, "announced": sorted(announced, key=str)}


def verification_of(fields: Fields) -> Verification:
    return Verification(
        bytes.fromhex(fields["source_hash"]),
        bytes.fromhex(fields["target_hash"]),
        fields["pub_key"],
        bytes.fromhex(fields["signature"]),
    )


def message_of(verification: Verification) -> Fields:
    return {
        "pub_key": verification.key,
        "signature": verification.signature.hex(),
        "source_hash": verification.source_hash.hex(),
        "target_hash": verification.target_hash.hex(),
    }


def checkpoint_fields(checkpoint: Checkpoint, depth: int) -> Fields:
    return {
        "depth": depth,
        "height": checkpoint.height,
        "hash": checkpoint.hash.hex(),
        "parent_hash": checkpoint.parent_hash.hex(),
        "timestamp": checkpoint.timestamp,
        "status": checkpoint.status,
        "votes": checkpoint.votes,
        "rewards": checkpoint.rewards,
        "sup_links": [
            {
                "source_height": link.source_height,
                "source_hash": link.source_hash.hex(),
                "signed_slots": link.signed_slots,
            }
            for link in checkpoint.sup_links
        ],
    }


def tree_of(chain: Chain) -> list[Fields]:
    depths = {}
    fields = []
    for node in chain._casper.tree.nodes():
        depths[node] = 0 if node.parent is None else depths[node.parent] + 1
        fields.append(checkpoint_fields(node.checkpoint, depths[node]))
    return fields


def check_best(chain: Chain, state: Fields) -> None:
    assert chain.best_height == state["best_height"]
    assert chain.best_hash.hex() == state["best_hash"]


def check_state(chain: Chain, state: Fields, *, switch_failed: bool) -> None:
    if not switch_failed:
        assert chain._casper.tree.best().hash.hex() == state["casper_best"]
    assert (chain.finalized.height, chain.finalized.hash.hex()) == (
        state["finalized_height"],
        state["finalized_hash"],
    )
    assert (chain.justified.height, chain.justified.hash.hex()) == (
        state["justified_height"],
        state["justified_hash"],
    )
    assert tree_of(chain) == state["tree"]


def check_database(node: ScriptedNode, expected: Fields, *, restarted: bool) -> None:
    """All that is stored is what the reference stores, but for what it leaves behind above a lower best block.

    After a restart it may name an older finalized block, having begun anew from there.
    """
    theirs = {bytes.fromhex(key): bytes.fromhex(value) for key, value in expected.items()}
    end = schema.main_chain_key(node.chain.best_height)
    theirs = {k: v for k, v in theirs.items() if not k.startswith(schema.MAIN_CHAIN_PREFIX) or k <= end}
    ours = dict(node.database.iterate())
    assert ours.keys() == theirs.keys()
    for key, value in theirs.items():
        if key.startswith(schema.HASHES_PREFIX):  # a block that comes again is listed again there
            assert hashes_from_json(ours[key]) == hashes_from_json(value)
        elif key == schema.CHAIN_STATE and restarted:
            ahead, behind = ChainState.from_json(ours[key]), ChainState.from_json(value)
            assert ahead.finalized_height >= behind.finalized_height
            assert (ahead.height, ahead.hash) == (behind.height, behind.hash)
        else:
            assert ours[key] == value, key.hex()


@family("bytom2_casper")
def check_bytom2_casper(case: Case, _document: Case) -> None:
    params = replace(SOLONET, genesis=Block.from_hex(case["genesis"]), casper=casper_params(case["params"]))
    node = ScriptedNode(params, case["node_xprv"])
    restarted = False
    for number, step in enumerate(case["steps"]):
        where = f"step {number} {step['op']} {step.get('name') or step.get('note')}"
        try:
            answer = node.take(step)
            assert answer["announced"] == sorted(step["announced"], key=str)
            if step.get("panic"):
                assert answer["error"] is not None
            else:
                assert answer["error"] == step.get("error")
            if step["op"] == "block":
                assert answer["is_orphan"] == step["is_orphan"]
            restarted = restarted or step["op"] == "restart"
            if step.get("state"):
                check_best(node.chain, step["state"])
                if not restarted and not step.get("hazard"):
                    check_state(node.chain, step["state"], switch_failed=bool(answer["error"]))
            if step.get("stored_header") and not restarted and not step.get("hazard"):
                check_header(node.chain, step)
        except AssertionError as error:
            error.add_note(where)
            raise
    main_chain = [node.chain.header_at(height).hash.hex() for height in range(node.chain.best_height + 1)]
    assert main_chain == case["main_chain_hashes"]
    if "final_db" in case:
        check_database(node, case["final_db"], restarted=restarted)
    node.chain.close()


def check_header(chain: Chain, step: Fields) -> None:
    if step["op"] == "block":
        block_hash = Block.from_hex(step["raw"]).hash
    else:
        block_hash = bytes.fromhex(step["message"]["target_hash"])
    assert chain.header(block_hash).to_hex() == step["stored_header"]
