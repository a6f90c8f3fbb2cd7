"""A process that adds blocks is killed at any moment: what it leaves behind is always a chain to go on with."""

import asyncio
import random
import sys
from pathlib import Path

from pybytomd.chain.verification import DatabaseVerification
from pybytomd.ledger.networks.params import SOLONET
from pybytomd.store.block_store import BlockStore
from pybytomd.store.kv.leveldb import LevelDBStore
from tests.chain_builder import extend, open_chain

KILLS = 5
MIN_BLOCKS = 5
"""Reported before the process is killed, so that it is always killed while it works."""

WRITER = """
import sys
from pathlib import Path
from pybytomd.store.kv.leveldb import LevelDBStore
from tests.chain_builder import Coin, btm, make_block, make_branch, open_chain, spend

chain = open_chain(LevelDBStore(Path(sys.argv[1])))
print("open", flush=True)
while True:
    # Two blocks, then a branch of three in place of the second: reorganisations all the time, with spends.
    fork = chain.block(chain.best_hash)
    reward = chain.block_at(fork.height - 99).transactions[0]
    fees = reward.outputs[0].amount - 10**9 - 1000
    transactions = [spend([Coin.of(reward)], [btm(1000), btm(10**9)])]
    for block in (make_block(fork, transactions, fees=fees), *make_branch(fork, 2)):
        chain.process_block(block, proof=True)
        print(chain.best_height, chain.best_hash.hex(), flush=True)
"""


async def killed_while_writing(directory: Path, chance: random.Random) -> tuple[int, bytes]:
    """The last best block that the process told of before it was killed."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", WRITER, directory, stdout=asyncio.subprocess.PIPE, limit=1 << 20
    )
    assert process.stdout is not None
    try:
        assert await process.stdout.readline() == b"open\n"
        for _ in range(MIN_BLOCKS + chance.randrange(60)):
            line = await process.stdout.readline()
            assert line
    finally:
        process.kill()
        await process.wait()
    *_, last = [
        line,
        *[text for text in (await process.stdout.read()).splitlines(keepends=True) if text.endswith(b"\n")],
    ]
    height, block_hash = last.split()
    return int(height), bytes.fromhex(block_hash.decode())


async def test_every_start_after_a_kill_is_clean(tmp_path: Path) -> None:
    chance = random.Random(2)
    directory = tmp_path / "core.db"
    with LevelDBStore(directory) as database, open_chain(database) as chain:
        best_before = extend(chain, 110)[-1].height
    for _ in range(KILLS):
        told_height, told_hash = await killed_while_writing(directory, chance)
        with LevelDBStore(directory, create=False) as database:
            report = DatabaseVerification(BlockStore(database), SOLONET).run()
            assert report.problems == []
            with open_chain(database) as chain:
                assert chain.best_height >= told_height > best_before
                assert chain.has_block(told_hash)
                best_before = extend(chain, 1)[0].height
                assert chain.best_height == best_before
