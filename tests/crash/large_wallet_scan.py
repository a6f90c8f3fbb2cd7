"""A process whose wallet follows a made chain of some thousand transactions and its reorganisations, until killed.

``python -m tests.crash.large_wallet_scan DIRECTORY SEED``; prints a line when it begins, another at the end.
"""

from __future__ import annotations

import sys
from pathlib import Path
from random import Random

from pybytomd.store.kv.leveldb import LevelDBStore
from pybytomd.store.kv.write_behind import WriteBehind
from tests.property.wallet_world import World, make_accounts, open_wallet

BLOCKS = 2000


def main() -> None:
    database = WriteBehind(LevelDBStore(Path(sys.argv[1])))
    own = make_accounts(database)
    database.flush()
    world = World(Random(int(sys.argv[2])), own)
    world.grow(BLOCKS)
    wallet = open_wallet(database, world, database.together)
    print("scanning", flush=True)
    wallet.catch_up()
    print("caught up", flush=True)
    while True:
        for _ in range(4):
            wallet.step(32)
        world.reorganise(world.random.randrange(1, 60), 61)
        if world.random.random() < 0.05:
            wallet.rescan()


if __name__ == "__main__":
    main()
