"""A process that indexes the recorded chain into a LevelDB database, a few changes at a time, until it is killed.

``python -m tests.crash.index_scan DIRECTORY STEPS``; prints a line after so many steps, takes one more, and waits:
however late it is killed, the chain is not indexed to its end.
"""

from __future__ import annotations

import sys
from pathlib import Path

from pybytomd.clock import SystemClock
from pybytomd.indexing import service
from pybytomd.indexing.bytom1 import Bytom1Forms
from pybytomd.indexing.service import IndexService
from pybytomd.store.kv.interface import KeyValueStore
from pybytomd.store.kv.leveldb import LevelDBStore
from tests.unit.wallet.recorded import open_chain

CHANGES_AT_ONCE = 40
"""Two blocks or so, so that there are a hundred moments to be killed between."""


def main() -> None:
    service.CHANGES_AT_ONCE = CHANGES_AT_ONCE
    database = LevelDBStore(Path(sys.argv[1]))

    def begin_anew(_: KeyValueStore) -> KeyValueStore:
        raise AssertionError("the index was found damaged")

    chain = open_chain()
    index = IndexService(database, chain, SystemClock(), forms=Bytom1Forms(chain), begin_anew=begin_anew)
    for _ in range(int(sys.argv[2])):
        assert index.step()
    print("stepped", flush=True)
    index.step()
    sys.stdin.read()


if __name__ == "__main__":
    main()
