"""A chain for who develops: no proof of work, no peers, and an account with money from the start.

It is the network ``dev``, of which ``ledger.networks.params`` tells what makes it differ.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from pybytomd.cli.node.dev_home import check_dev_home, reset_dev_home
from pybytomd.errors import ConfigError
from pybytomd.ledger.constants import COINBASE_MATURITY
from pybytomd.ledger.networks.params import DEV
from pybytomd.mining.coinbase import OneProgram
from pybytomd.mining.generate import generate
from pybytomd.node.home.databases import MEMORY
from pybytomd.node.run import run_node
from pybytomd.node.settings.value_types import Value
from pybytomd.rpc.api import Api, ApiParts
from pybytomd.wallet.errors import AccountNotFound
from pybytomd.wallet.wallet import Wallet

ALIAS = "dev"
"""Of the key and the account."""
PASSWORD = "dev"  # noqa: S105 - no secret: it is printed, and guards coins without value
SPENDABLE_REWARDS = 10
FUNDING_BLOCKS = COINBASE_MATURITY + SPENDABLE_REWARDS - 1
"""So many blocks are mined at the first start: the next one may spend the first ten rewards."""
DATA_NAME, KEYS_NAME = "data", "keystore"
SETTINGS: Mapping[str, Value] = {
    "chain_id": DEV.chain_id,
    "db_dir": DATA_NAME,
    "keys_dir": KEYS_NAME,
    "wallet.disable": False,
    "mining": False,
    "web.closed": True,
}


@dataclass(frozen=True, slots=True)
class FundedAccount:
    """The account that is paid for the first blocks, by its address."""

    address: str
    is_new: bool


def run_dev_chain(
    home: Path | None, flags: Mapping[str, Value], variables: Mapping[str, str], reset: bool
) -> None:
    """Run a node of the network ``dev`` until a signal ends it, in memory if there is no ``home``.

    ``flags`` are settings of the node, ``variables`` is the environment. With ``reset`` what was in the home is
    removed before. Raises BytomError.
    """
    settings = {**flags, **SETTINGS}
    with ExitStack() as stack:
        if home is None:
            home = Path(stack.enter_context(TemporaryDirectory(prefix="pybytomd-dev-")))
            settings["db_backend"] = MEMORY
        else:
            check_dev_home(home, DEV.chain_id)
            if reset:
                reset_dev_home(home, DEV.chain_id, (DATA_NAME, KEYS_NAME))
        run_node(home, settings, variables, when_up=_fund_and_tell)


async def _fund_and_tell(api: ApiParts, url: str, say: Callable[[str], None]) -> None:
    assert isinstance(api, Api)  # noqa: S101 - that of a node of 1.x, as dev is
    account = await asyncio.to_thread(fund, api)
    say("")
    say(f"account   {ALIAS}")
    say(f"address   {account.address}")
    say(f"password  {PASSWORD}{'' if account.is_new else ' (unless it was changed)'}")
    say(f"API       {url}")
    say("")
    say(f"More blocks: pybytomcli --url {url} generate 10 --to {account.address}")


def fund(api: Api) -> FundedAccount:
    """Make key and account, and mine for it until it can spend ten rewards; what is there already stays.

    Blocks for a second or less. Raises BytomError.
    """
    wallet, proposer = api.wallet, api.proposer
    if wallet is None or proposer is None:
        raise ConfigError(f"a chain of {DEV.chain_id} needs its wallet; leave out wallet.disable")
    is_new = _make_account(wallet)
    program = wallet.accounts.mining.current()
    missing = FUNDING_BLOCKS - api.chain.best_height
    if missing > 0:
        generate(api.chain, proposer.paying(OneProgram(program.program)), missing)
    wallet.catch_up()
    return FundedAccount(program.address, is_new)


def _make_account(wallet: Wallet) -> bool:
    """Make what is missing of key, account and the address that is paid; whether the key is new."""
    known = next((key for key in wallet.hsm.list() if key.alias == ALIAS), None)
    key = wallet.hsm.create(ALIAS, PASSWORD)[0] if known is None else known
    try:
        wallet.accounts.find(alias=ALIAS)
    except AccountNotFound:
        wallet.accounts.create([key.xpub], 1, ALIAS)
    return known is None
