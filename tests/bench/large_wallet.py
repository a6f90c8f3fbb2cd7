"""A wallet of many payments, in its own process: ``python -m tests.bench.large_wallet make|open DIR PAYMENTS``.

``make`` has a wallet follow a made chain of which every payment is ours; ``open`` opens it as a start of the node
does, and asks for pages. Both print figures as JSON.
"""

from __future__ import annotations

import json
import os
import sys
import time
from pathlib import Path
from typing import Any, cast

from pybytomd.chain.pool import TxPool
from pybytomd.chain.ports import ChainReader
from pybytomd.clock import SystemClock
from pybytomd.crypto.chainkd import XPrv
from pybytomd.ledger.constants import BTM_ASSET_ID
from pybytomd.ledger.networks.params import SOLONET
from pybytomd.store import schema
from pybytomd.store.kv.leveldb import LevelDBStore
from pybytomd.store.kv.write_behind import WriteBehind
from pybytomd.vm.programs.address import address_of_program
from pybytomd.wallet.accounts.account_records import ControlProgram
from pybytomd.wallet.accounts.manager import AccountManager
from pybytomd.wallet.assets.registry import AssetRegistry
from pybytomd.wallet.keys.pseudohsm import PseudoHSM
from pybytomd.wallet.query.lists import Page
from pybytomd.wallet.wallet import Wallet
from tests.bench.made_chain import BUSY, COINS, MadeChain, address
from tests.bench.registry import best_seconds

A_BLOCK = 100
ROWS = 20
ALIAS = "exchange"
PAGE_SECONDS = 0.5


class OwnChain(MadeChain):
    """Every payment is from an account of the wallet, and to it; one that is opened is at the wallet's block."""

    def __init__(self, payments: int) -> None:
        super().__init__(payments, A_BLOCK, busy_each=1)
        self.pool = TxPool(SystemClock(), self.events, unspent=lambda _: True)

    def block_hex(self, block_hash: bytes) -> bytes | None:
        return b""


def main() -> None:
    command, directory, payments = sys.argv[1], Path(sys.argv[2]), int(sys.argv[3])
    with LevelDBStore(directory / "wallet.db") as database:
        figures = {"make": make, "open": reopen}[command](WriteBehind(database), directory, payments)
    print(json.dumps(figures))


def make(database: WriteBehind, directory: Path, payments: int) -> dict[str, float]:
    """Follow the chain. Growth is that of the process from a fifth of the payments on."""
    accounts = AccountManager(database, SOLONET, SystemClock())
    account = accounts.create([XPrv.from_seed(bytes(32)).xpub], 1, ALIAS)
    for index, program in enumerate((BUSY, *map(address, range(COINS))), 1):
        own = ControlProgram(account.id, address_of_program(program, SOLONET.address_prefix), index, program)
        database.put(schema.program_key(own.hash), own.to_json())
    chain = OwnChain(payments)
    wallet = _wallet(database, directory, chain)
    wallet.step(1)  # the block that makes the coins: the chain cannot be read ahead beyond it
    while wallet.cursor.work_height < chain.best_height // 5:
        wallet.step(32)
    first, before, made = wallet.cursor.work_height, resident(), chain.making_seconds
    started, used = time.perf_counter(), time.process_time()
    wallet.catch_up()
    making, done = chain.making_seconds - made, (chain.best_height - first) * A_BLOCK
    return {
        "payments_a_second": done / (time.perf_counter() - started - making),
        "payments_a_processor_second": done / (time.process_time() - used - making),
        "growth": (resident() - before) * 1024 / done,
    }


def reopen(database: WriteBehind, directory: Path, payments: int) -> dict[str, float]:
    """Open it, and ask."""
    chain = OwnChain(payments)
    started, used = time.perf_counter(), time.process_time()
    wallet = _wallet(database, directory, chain)
    figures = {
        "seconds": time.perf_counter() - started,
        "processor_seconds": time.process_time() - used,
        "resident": resident(),
        "transactions": wallet.queries.transaction_count("", unconfirmed=True),
    }
    account = wallet.accounts.find(alias=ALIAS).id
    queries, half = wallet.queries, payments // 2
    for name, start in (("newest", 0), ("middle", half)):
        page = Page(start, ROWS)
        figures[f"transactions, {name}"] = _best(
            lambda page=page: queries.transactions(account, page, detail=False, unconfirmed=True)
        )
        figures[f"unspent outputs, {name}"] = _best(
            lambda page=page: queries.unspent_outputs(account, "", page, unconfirmed=True, contracts=False)
        )
    figures["balances"] = _best(lambda: queries.balances(""))
    figures["choosing coins"] = _best(
        lambda: wallet.keeper.cancel(wallet.keeper.reserve(account, BTM_ASSET_ID, 1_500, 60).id)
    )
    figures["resident at the end"] = resident()
    return figures


def _wallet(database: WriteBehind, directory: Path, chain: OwnChain) -> Wallet:
    clock = SystemClock()
    accounts, hsm = AccountManager(database, SOLONET, clock), PseudoHSM(directory / "keystore", clock)
    reader = cast("ChainReader", chain)
    return Wallet(database, reader, accounts, AssetRegistry(database), hsm, clock, together=database.together)


def _best(work: Any) -> float:
    return 1000 * best_seconds(work, PAGE_SECONDS)


def resident() -> float:
    """Memory of this process in MiB, 0 where the system does not tell."""
    statm = Path("/proc/self/statm")
    if not statm.exists():
        return 0.0
    return int(statm.read_text().split()[1]) * cast("Any", os).sysconf("SC_PAGE_SIZE") / (1 << 20)


if __name__ == "__main__":
    main()
