"""A client that another program makes of /openapi.json knows every method, and pays somebody on a real node."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest

from pybytomd.rpc.methods import load_methods
from pybytomd.testing import DevNode, node  # noqa: F401 - a fixture

pytestmark = pytest.mark.timeout(300)
PAYMENT = """
import asyncio, json, sys
from made_client import Client, models
from made_client.api.blocks import get_block, get_block_count
from made_client.api.build import build_transaction, sign_transaction
from made_client.api.mining import generate
from made_client.api.transactions import list_unconfirmed_transactions, submit_transaction

url, account, password, address = sys.argv[1:]
node = Client(base_url=url)
missing = get_block.sync(client=node, body=models.BlockRequest(block_height=99999))
template = build_transaction.sync(client=node, body=models.BuildTransactionRequest(actions=[
    models.SpendAccount(type_="spend_account", account_alias=account, asset_alias="BTM", amount=150_500_000),
    models.ControlAddress(type_="control_address", asset_alias="BTM", amount=150_000_000, address=address),
])).data
signed = sign_transaction.sync(
    client=node, body=models.SignTransactionRequest(password=password, transaction=template)
).data
paid = submit_transaction.sync(
    client=node, body=models.TransactionRequest(raw_transaction=signed.transaction.raw_transaction)
).data
waiting = list_unconfirmed_transactions.sync(client=node).data
made = generate.sync(client=node, body=models.GenerateRequest(count=1)).data
block = get_block.sync(client=node, body=models.BlockRequest(block_hash=made.block_hashes[0])).data
count = asyncio.run(get_block_count.asyncio(client=node)).data
print(json.dumps({
    "missing": [type(missing).__name__, missing.code.value, missing.msg],
    "fee": template.fee,
    "complete": signed.sign_complete,
    "waits": waiting.tx_ids == [paid.tx_id],
    "mined": block.transactions[1].id == paid.tx_id,
    "amounts": sorted(output.amount for output in block.transactions[1].outputs)[0],
    "height": [block.height, count.block_count],
}))
"""


def run(*arguments: str | Path, cwd: Path) -> str:
    done = subprocess.run(
        [sys.executable, *map(str, arguments)], cwd=cwd, env={**os.environ, "PYTHONPATH": str(cwd)},
        capture_output=True, text=True, check=False, timeout=240,
    )  # fmt: skip
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"
    return done.stdout


def test_a_client_that_another_program_makes(node: DevNode, tmp_path: Path) -> None:  # noqa: F811
    with urllib.request.urlopen(f"{node.url}/openapi.json", timeout=60) as answer:
        (tmp_path / "openapi.json").write_bytes(answer.read())
    (tmp_path / "config.json").write_text('{"post_hooks": []}')
    run(
        "-m", "openapi_python_client", "generate", "--path", "openapi.json", "--config", "config.json",
        "--meta", "none", "--output-path", tmp_path / "made_client", "--fail-on-warning", cwd=tmp_path,
    )  # fmt: skip
    functions = {path.stem.rstrip("_") for path in (tmp_path / "made_client/api").glob("*/*.py")}
    assert {name.replace("-", "_") for name in load_methods()} - functions == set()
    account = node.account
    told = json.loads(run("-c", PAYMENT, node.url, account.alias, account.password, account.address, cwd=tmp_path))
    assert told == {
        "missing": ["Failure", "BTM000", "Bytom API Error"],
        "fee": 500_000,
        "complete": True,
        "waits": True,
        "mined": True,
        "amounts": 150_000_000,
        "height": [110, 110],
    }
