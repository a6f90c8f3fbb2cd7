"""Homes of a private network of Bytom 2 for both programs: keys of the tests, and blocks that are made at once.

The first validator is key 0 alone, as on any solonet of bytomd 2.0.7, whose federation is its own key. Votes in
the second epoch elect keys 0 and 1 for the third and all later ones.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from pybytomd.chain.bytom2.chain import Chain
from pybytomd.chain.bytom2.signer import KeySigner
from pybytomd.ledger.bytom2.block import Block
from pybytomd.ledger.bytom2.params import NetParams
from pybytomd.ledger.bytom2.transaction import Transaction
from pybytomd.store.kv.leveldb import LevelDBStore
from tests.bytom2_builder import Builder, btm, key, network, open_chain, spend
from tests.interop.reference_node import ReferenceNode

BINARY = Path(os.environ.get("BYTOM2_REFERENCE") or "-")
needs_bytom2_reference = pytest.mark.skipif(not BINARY.is_file(), reason="BYTOM2_REFERENCE names no Go bytomd 2.x")
EPOCH = 100
VOTING_HEIGHT = EPOCH + 20
"""By then the reward of the first epoch can be spent."""
STAKE = 10_00000000
FEE = 1_00000000

CONFIGURATION = """\
fast_sync = true
db_backend = "leveldb"
api_addr = "127.0.0.1:9888"
chain_id = "solonet"
[p2p]
laddr = "tcp://0.0.0.0:46658"
seeds = ""
"""


def solonet() -> NetParams:
    """The network whose federation is key 0, with the numbers that bytomd 2.0.7 has built in."""
    return network(validators=1, blocks_per_epoch=EPOCH)


def make_home(home: Path, number: int) -> Path:
    """A home whose key is that of the number, as either program makes one."""
    home.mkdir(parents=True)
    (home / "config.toml").write_text(CONFIGURATION)
    (home / "node_key.txt").write_text(key(number).raw.hex())
    (home / "node_key.txt").chmod(0o600)
    return home


def core_of(home: Path) -> Path:
    """Where both programs keep blocks."""
    return home / "data" / "core.db"


def make_blocks(home: Path, height: int) -> None:
    """Put a chain of so many blocks into a home. Key 0 signs the checkpoints."""
    params = solonet()
    with LevelDBStore(core_of(home)) as database, open_chain(params, database, signer=KeySigner(key(0))) as chain:
        extend(chain, height)


def extend(chain: Chain, height: int) -> None:
    """Add blocks up to a height, with the votes in theirs."""
    builder = Builder(chain)
    while chain.best_height < height:
        is_time_to_vote = chain.best_height + 1 == VOTING_HEIGHT
        chain.process_block(builder.block(transactions=[votes(chain)] if is_time_to_vote else ()))


def votes(chain: Chain) -> Transaction:
    """Elects keys 0 and 1 with what the first epoch has earned."""
    rewards = block_at(chain, EPOCH + 1).transactions[0]
    position, reward = next((n, output) for n, output in enumerate(rewards.outputs) if output.amount)
    stakes = [btm(STAKE, vote=key(number).xpub.raw) for number in (0, 1)]
    return spend(rewards, [*stakes, btm(reward.amount - 2 * STAKE - FEE)], position)


def block_at(chain: Chain, height: int) -> Block:
    """The block of the main chain."""
    block_hash = chain.hash_at(height)
    assert block_hash is not None
    return chain.block(block_hash)


async def make_blocks_there(go: ReferenceNode) -> None:
    """Have a Go node make blocks, for which it needs an account."""
    made = await go.call("create-key", alias="validator", password="123456")
    await go.call("create-account", root_xpubs=[made["xpub"]], quorum=1, alias="validator")
    await go.call("set-mining", is_mining=True)
