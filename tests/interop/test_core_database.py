"""One core.db, opened by both in turn: what we write a Go node reads and goes on with, and the other way round."""

from __future__ import annotations

import shutil
from pathlib import Path

from pybytomd.chain.chain import Chain
from pybytomd.chain.verification import DatabaseVerification
from pybytomd.ledger.networks.params import SOLONET
from pybytomd.store.block_store import BlockStore
from pybytomd.store.kv.leveldb import LevelDBStore
from tests.chain_builder import Coin, btm, extend, make_block, make_branch, mature_coins, mine, open_chain, spend
from tests.interop.reference_node import each_reference, needs_reference, reference_node, version_of

FEE = 10**8


def fill(chain: Chain) -> None:
    """Blocks, spends, a reorganisation that brings outputs back, and a block that cannot be connected on top."""
    coins = mature_coins(chain, 3)
    fork = chain.block_at(chain.best_height)
    first = spend([coins[0]], [btm(coins[0].amount - FEE)])
    base = make_block(fork, [first], fees=FEE)
    lost = make_block(base, [spend([Coin.of(first)], [btm(coins[0].amount - 2 * FEE)])], fees=FEE)
    for block in (base, lost, *make_branch(base, 3)):
        assert chain.process_block(block, proof=True) is False
    extend(chain, 200)  # over a change of seed


@needs_reference
@each_reference
async def test_go_node_opens_what_we_wrote_and_we_what_it_wrote(binary: Path, tmp_path: Path) -> None:
    directory = tmp_path / "home" / "data" / "core.db"
    with LevelDBStore(directory) as database, open_chain(database) as chain:
        fill(chain)
        best_height, best_hash = chain.best_height, chain.best_hash
        hashes = [block_hash.hex() for height in range(best_height + 1) if (block_hash := chain.hash_at(height))]
        tip = chain.block(best_hash)
        coin = Coin.of(chain.block_at(2).transactions[0])
        transactions = [spend([coin], [btm(coin.amount - FEE)])]
        new = mine(make_block(tip, transactions, fees=FEE), chain.next_seed(best_hash))
    shutil.copytree(directory, tmp_path / "copy.db")
    takes_blocks = await version_of(binary) != "1.0.5"

    async with reference_node(binary, tmp_path / "home", "--wallet.disable") as node:
        assert await node.call("get-block-count") == {"block_count": best_height}
        assert await node.call("get-block-hash") == {"block_hash": best_hash.hex()}
        for height in range(0, best_height + 1, 7):
            block = await node.call("get-block", block_height=height)
            assert (block["hash"], block["height"]) == (hashes[height], height)
        if takes_blocks:
            assert await node.call("submit-block", raw_block=new.to_hex()) is True
            assert await node.call("get-block-hash") == {"block_hash": new.hash.hex()}

    with LevelDBStore(directory, create=False) as database, open_chain(database) as chain:
        expected = new.hash if takes_blocks else best_hash
        assert chain.best_hash == expected
        assert DatabaseVerification(BlockStore(database), SOLONET).run().problems == []
        theirs = dict(database.iterate())
        assert chain.process_block(new, proof=True) is False
        assert chain.best_hash == new.hash
        extend(chain, 2)
    with LevelDBStore(tmp_path / "copy.db", create=False) as database, open_chain(database) as chain:
        if takes_blocks:
            assert chain.process_block(new, proof=True) is False
        assert dict(database.iterate()) == theirs
