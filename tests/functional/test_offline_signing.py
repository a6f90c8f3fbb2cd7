"""Payments that travel as files between a node with a chain and one that has keys and no network."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.functional.client_process import type_in
from tests.functional.node_process import RunningNode, node
from tests.functional.recorded_home import RECORDED, unpacked
from tests.functional.test_payments import address, balance, mine

ALICE = RECORDED["keys"][0]["password"]
VAULT = ("--vault_mode", "--chain_id", "solonet")


@pytest.fixture
async def online(tmp_path: Path) -> AsyncIterator[RunningNode]:
    async with node(unpacked(tmp_path / "online")) as started:
        yield started


@pytest.fixture
async def vault(tmp_path: Path) -> AsyncIterator[RunningNode]:
    async with node(tmp_path / "vault", *VAULT) as started:
        yield started


async def test_two_of_two_sign_on_two_machines(online: RunningNode, vault: RunningNode, tmp_path: Path) -> None:
    one = await online.call("create-key", alias="hot", password="hot word")
    other = await vault.call("create-key", alias="cold", password="cold word")
    await online.call("create-account", alias="shared", root_xpubs=[one["xpub"], other["xpub"]], quorum=2)
    sent = await type_in(
        online, "send", "--from", "alice", await address(online, "shared"), "10", "--yes", stdin=ALICE
    )
    assert sent.status == 0, sent.text
    await mine(online, 1)
    to, before = await address(online, "bob"), await balance(online, "bob")
    payment, hot, cold, both = (str(tmp_path / name) for name in ("payment", "hot", "cold", "both"))

    exported = await type_in(online, "tx", "export", "--from", "shared", to, "1.5", "--into", payment, "--json")
    assert exported.status == 0, exported.text
    tx_ids = json.loads(exported.out)["tx_ids"]
    again = await type_in(online, "tx", "export", "--from", "shared", to, "1.5", "--into", payment)
    assert (again.status, again.out) == (1, "")
    assert "is there already" in again.err

    shown = await type_in("http://127.0.0.1:1", "tx", "show", payment)
    assert shown.status == 0, shown.text
    assert f"  Pay      1.5 BTM to {to}\n" in shown.out
    assert "  Signed   0 of 2 for input 0\n" in shown.out
    assert shown.out.count("  Pay  ") == shown.out.count("  Return  ") == shown.out.count("  Spend  ") == 1
    assert shown.out.count(", which is of the keys that pay\n") == 1

    early = await type_in(online, "tx", "submit", payment, "--yes")
    assert (early.status, early.out) == (1, "")
    wrong = await type_in(vault, "tx", "sign", payment, "--into", cold, "--yes", stdin="hot word")
    assert (wrong.status, wrong.out) == (1, "")
    no = await type_in(vault, "tx", "sign", payment, "--into", cold, stdin="n\n")
    assert (no.status, no.out) == (5, "")
    for where, file, password in ((vault, cold, "cold word"), (online, hot, "hot word")):
        signed = await type_in(where, "tx", "sign", payment, "--into", file, "--yes", "--json", stdin=password)
        assert signed.status == 0, signed.text
        assert json.loads(signed.out) == {"file": file, "tx_ids": tx_ids, "sign_complete": False}
        assert f"  Pay      1.5 BTM to {to}\n" in signed.err

    combined = await type_in("http://127.0.0.1:1", "tx", "combine", hot, cold, "--into", both, "--json")
    assert combined.status == 0, combined.text
    assert json.loads(combined.out) == {"file": both, "tx_ids": tx_ids, "sign_complete": True}
    submitted = await type_in(online, "tx", "submit", both, "--yes", "--json")
    assert submitted.status == 0, submitted.text
    assert json.loads(submitted.out) == {"tx_ids": tx_ids, "confirmations": 0}
    await mine(online, 1)
    assert await balance(online, "bob") == before + 150_000_000


async def test_signatures_also_go_round_from_one_to_the_next(
    online: RunningNode, vault: RunningNode, tmp_path: Path
) -> None:
    one = await online.call("create-key", alias="hot", password="hot word")
    other = await vault.call("create-key", alias="cold", password="cold word")
    await online.call("create-account", alias="shared", root_xpubs=[one["xpub"], other["xpub"]], quorum=2)
    sent = await type_in(
        online, "send", "--from", "alice", await address(online, "shared"), "10", "--yes", stdin=ALICE
    )
    assert sent.status == 0, sent.text
    await mine(online, 1)
    to = await address(online, "bob")
    payment, hot, both = (str(tmp_path / name) for name in ("payment", "hot", "both"))
    exported = await type_in(online, "tx", "export", "--from", "shared", to, "1", "--into", payment)
    assert exported.status == 0, exported.text
    await type_in(online, "tx", "sign", payment, "--into", hot, "--yes", stdin="hot word")
    signed = await type_in(vault, "tx", "sign", hot, "--into", both, "--yes", "--json", stdin="cold word")
    assert signed.status == 0, signed.text
    assert json.loads(signed.out)["sign_complete"] is True
    submitted = await type_in(online, "tx", "submit", both, "--yes")
    assert submitted.status == 0, submitted.text
    assert (await online.call("list-unconfirmed-transactions"))["tx_ids"] == [submitted.out.strip()]
