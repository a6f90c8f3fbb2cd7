"""The API over an index that is there already, in its own process: ``python -m tests.bench.index_server DIR``.

Prints its port, and serves until its input ends. The chain it asks knows no more than its height.
"""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path
from typing import Any, cast

from pybytomd.chain.ports import ChainWriter
from pybytomd.clock import SystemClock
from pybytomd.indexing.bytom1 import Bytom1Forms
from pybytomd.indexing.service import NAME, IndexService
from pybytomd.rpc.access.tokens import CredentialStore
from pybytomd.rpc.api import Api
from pybytomd.rpc.transport.server import ApiServer
from pybytomd.store.kv.leveldb import LevelDBStore
from pybytomd.store.kv.memory_db import MemoryStore
from tests.bench.made_chain import MadeChain


async def serve(directory: Path) -> None:
    clock = SystemClock()
    chain: Any = MadeChain(0, 1)
    with LevelDBStore(directory / f"{NAME}.db") as database:
        index = IndexService(database, chain, clock, forms=Bytom1Forms(chain), begin_anew=lambda same: same)
        chain.best_height = index.status().height
        tokens = CredentialStore(MemoryStore(), clock)
        api = Api(chain=cast("ChainWriter", chain), clock=clock, tokens=tokens, index=index)
        async with ApiServer(api, host="127.0.0.1", port=0) as server:
            print(server.address[1], flush=True)
            await asyncio.to_thread(sys.stdin.read)


if __name__ == "__main__":
    asyncio.run(serve(Path(sys.argv[1])))
