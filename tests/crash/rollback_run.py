"""A process that takes blocks of a chain back, or adds them again, a step for each line it reads.

``python -m tests.crash.rollback_run DATABASE back|forward``; prints a line after each block.
"""

from __future__ import annotations

import sys
from pathlib import Path

from pybytomd.chain.archive import rollback
from pybytomd.chain.chain import Chain
from pybytomd.clock import SystemClock
from pybytomd.events import EventDispatcher
from pybytomd.ledger.networks.params import SOLONET
from pybytomd.store.block_store import BlockStore
from pybytomd.store.kv.leveldb import LevelDBStore

BLOCKS_AT_ONCE = 4
"""So that there are many moments to be killed between."""


def main() -> None:
    rollback.BLOCKS_AT_ONCE = BLOCKS_AT_ONCE

    def stepped(height: int) -> None:
        print(height, flush=True)
        sys.stdin.readline()

    with LevelDBStore(Path(sys.argv[1])) as database:
        chain = Chain.open(SOLONET, BlockStore(database), SystemClock(), EventDispatcher(), threads=1)
        if sys.argv[2] == "back":
            rollback.roll_back(chain, 0, stepped)
        else:
            rollback.connect_stored(chain, stepped)
        chain.close()


if __name__ == "__main__":
    main()
