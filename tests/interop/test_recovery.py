"""Accounts are found again from their root keys alone, the same by a Go node and by us."""

from __future__ import annotations

import asyncio
import json
import shutil
import tarfile
from pathlib import Path
from typing import Any

import pytest

from pybytomd.rpc.transport.server import ApiServer
from tests.interop.reference_node import each_reference, needs_reference, reference_node, version_of
from tests.unit.rpc.recorded import make_api
from tests.unit.wallet.recorded import FOLDER, memory, open_chain, open_wallet

pytestmark = needs_reference

RECOVERY_SECONDS = 120
HEIGHT = 270


def root_key(alias: str) -> str:
    """A recorded root key. Several at once would be those of one account."""
    keys = json.loads((FOLDER / "accounts.json").read_bytes())["keys"]
    return next(key["xpub"] for key in keys if key["alias"] == alias)


async def ask(session: Any, port: int, method: str, **arguments: object) -> Any:
    async with session.post(f"http://127.0.0.1:{port}/{method}", json=arguments) as response:
        answer = await response.json(content_type=None)
    assert answer["status"] == "success", answer
    return answer.get("data")


async def found(session: Any, port: int, accounts: int) -> dict[str, Any]:
    """What a node knows when its recovery has found so many accounts; ids depend on time and become numbers."""
    async with asyncio.timeout(RECOVERY_SECONDS):
        while True:
            info = await ask(session, port, "wallet-info")
            known = await ask(session, port, "list-accounts")
            if info["wallet_height"] == HEIGHT and len(known or []) >= accounts:
                break
            await asyncio.sleep(0.05)  # nobody tells
    known.sort(key=lambda account: (account["xpubs"], account["key_index"]))
    answers: dict[str, Any] = {"accounts": known}
    for account in known:
        answers[account["id"]] = await ask(session, port, "list-addresses", account_id=account["id"])
    answers["balances"] = await ask(session, port, "list-balances")
    answers["outputs"] = await ask(session, port, "list-unspent-outputs")
    transactions = await ask(session, port, "list-transactions", detail=True, count=1000)
    answers["transactions"] = [entry["tx_id"] for entry in transactions]
    text = json.dumps(answers)
    for number, account in enumerate(known):
        text = text.replace(account["alias"], f"alias {number}").replace(account["id"], f"account {number}")
        text = text.replace(account["id"].lower(), f"account {number}")
    return in_any_order(json.loads(text))


def in_any_order(answers: dict[str, Any]) -> dict[str, Any]:
    """Answers are listed by account id there, so by chance."""
    for value in answers.values():
        if isinstance(value, list):
            value.sort(key=json.dumps)
    return answers


@each_reference
@pytest.mark.parametrize("alias", ["alice", "bob"])
async def test_both_find_the_same(binary: Path, tmp_path: Path, alias: str) -> None:
    if await version_of(binary) != "1.1.1":
        pytest.skip("other versions cannot do it")
    home = tmp_path / "go"
    with tarfile.open(FOLDER / "datadir.tar.gz") as archive:
        archive.extractall(home, filter="data")
    shutil.rmtree(home / "data" / "wallet.db")
    chain = open_chain()
    wallet = open_wallet(memory({}), chain)
    async with (
        reference_node(binary, home) as node,
        ApiServer(make_api(chain, wallet=wallet), port=0) as server,  # type: ignore[arg-type]
    ):
        with wallet:
            await ask(node.session, server.address[1], "recovery-wallet", xpubs=[root_key(alias)])
            ours = await found(node.session, server.address[1], 1)
        await ask(node.session, node.api_port, "recovery-wallet", xpubs=[root_key(alias)])
        theirs = await found(node.session, node.api_port, len(ours["accounts"]))
    assert ours["outputs"]
    assert ours == theirs
