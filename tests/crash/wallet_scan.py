"""A process that indexes the recorded chain into a LevelDB wallet, again and again, until it is killed.

``python -m tests.crash.wallet_scan DIRECTORY``; prints a line when it begins to scan.
"""

from __future__ import annotations

import sys
from pathlib import Path

from pybytomd.store.kv.leveldb import LevelDBStore
from pybytomd.store.kv.write_behind import WriteBehind
from tests.unit.wallet.recorded import open_chain, open_wallet


def main() -> None:
    wallet = open_wallet(WriteBehind(LevelDBStore(Path(sys.argv[1]))), open_chain())
    print("scanning", flush=True)
    while True:
        wallet.catch_up()
        wallet.rescan()


if __name__ == "__main__":
    main()
