"""The typed client over a real node: a payment from one end to the other, credentials, events, and types."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from contextlib import aclosing
from pathlib import Path

import pytest

from pybytomd.client import AsyncClient, Event, Refused, TurnedAway
from pybytomd.client.types import ControlAddress, SpendAccount, WalletTransaction
from pybytomd.testing import DevNode, FundedAccount, funded_account, mine, node  # noqa: F401 - fixtures
from tests.conventions.source import ROOT
from tests.functional.node_process import node as solonet_node
from tests.functional.node_process import run

pytestmark = pytest.mark.timeout(300)


Mine = Callable[..., list[str]]


def test_a_payment(node: DevNode, funded_account: FundedAccount, mine: Mine) -> None:  # noqa: F811
    client = node.client
    address = client.create_account_receiver(account_alias=funded_account.alias).address
    template = client.build_transaction(
        actions=[
            SpendAccount(account_alias=funded_account.alias, asset_alias="BTM", amount=150_500_000),
            ControlAddress(asset_alias="BTM", amount=150_000_000, address=address),
        ],
        ttl="10m",
    )
    assert template.fee == 500_000
    assert client.estimate_transaction_gas(transaction_template=template).total_neu > 0
    with pytest.raises(Refused) as caught:
        client.create_account(root_xpubs=[], quorum=1, alias="bob")
    assert (caught.value.code, caught.value.text) == ("BTM202", "At least one xpub is required")
    half = client.sign_transaction(password="wrong", transaction=template)
    assert not half.sign_complete
    signed = client.sign_transaction(password=funded_account.password, transaction=half.transaction)
    assert signed.sign_complete
    assert signed.transaction.raw_transaction is not None
    assert client.check_transaction(raw_transaction=signed.transaction.raw_transaction).is_accepted
    tx_id = client.submit_transaction(raw_transaction=signed.transaction.raw_transaction).tx_id
    assert client.list_unconfirmed_transactions().tx_ids == [tx_id]
    mine(1)
    found = client.get_transaction(tx_id=tx_id)
    assert 150_000_000 in {output.amount for output in found.outputs}
    (listed,) = client.list_transactions(id=tx_id, detail=True)
    assert isinstance(listed, WalletTransaction)
    assert listed.tx_id == tx_id


async def test_events_and_what_happens_meanwhile(node: DevNode) -> None:  # noqa: F811
    async with AsyncClient(node.url) as client:
        height = (await client.get_block_count()).block_count
        async with aclosing(client.events("blocks", {"detail": "summary"}, from_height=height)) as events:
            assert (await anext(events)).height == height
            hashes = (await client.generate(count=2)).block_hashes
            heard: list[Event] = []
            while len(heard) < 2:
                event = await anext(events)
                if event.event == "block_connected":
                    heard.append(event)
        assert [event.block_hash for event in heard] == hashes
        async with aclosing(client.events("blocks", {"detail": "summary"}, cursor=heard[0].cursor)) as events:
            assert (await anext(events)).block_hash == hashes[1]


async def test_credentials_are_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """By the cookie of the home; by a token, which opens what its roles open; and without any nothing is said."""
    home = tmp_path / "home"
    assert (await run("init", "--chain_id", "solonet", "--home", home)).status == 0
    for name in ("BYTOM_URL", "BYTOM_ACCESS_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    async with solonet_node(home, "--auth.local") as running, AsyncClient(home=str(home)) as admin:
        assert (await admin.net_info()).network_id == "solonet"
        made = await admin.create_access_token(id="shop", type="read")
        async with AsyncClient(running.url, made.token) as reader:
            assert (await reader.get_block_count()).block_count == 0
            with pytest.raises(TurnedAway) as caught:
                await reader.list_accounts()
            assert (caught.value.status, caught.value.code) == (403, "BTM861")
        address = running.url.removeprefix("http://")
        async with AsyncClient(f"http://{made.token}@{address}") as reader:
            assert (await reader.check_access_token(id="shop", secret=made.token.partition(":")[2])) is None
        async with AsyncClient(running.url, "shop:wrong") as stranger:
            with pytest.raises(TurnedAway, match="wants an access token"):
                await stranger.get_block_count()


def test_callers_are_checked() -> None:
    """By mypy, over a program whose wrong lines are marked: a mark on what is right would be an error, too."""
    caller = Path(__file__).with_name("client_caller.py")
    done = subprocess.run(
        [sys.executable, "-m", "mypy", "--strict", "--no-error-summary", str(caller)],
        cwd=ROOT, capture_output=True, text=True, check=False, timeout=240,
    )  # fmt: skip
    assert (done.stdout, done.returncode) == ("", 0)
