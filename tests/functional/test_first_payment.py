"""From nothing to a payment in five typed commands; and the other things that people do with a wallet."""

from __future__ import annotations

import json
import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.functional.client_process import type_in
from tests.functional.node_process import RunningNode, node, run
from tests.functional.recorded_home import RECORDED, unpacked

MATURITY = 101
"""Blocks until the first reward can be spent."""
BTM = "ff" * 32


@pytest.mark.timeout(600)
async def test_the_first_payment_takes_five_commands(tmp_path: Path) -> None:
    home = tmp_path / "home"
    assert (await run("init", "--chain_id", "solonet", "--home", home)).status == 0  # 1
    async with node(home) as running:  # 2
        created = await type_in(running, "wallet", "create", "alice", "--json", stdin="a password\n")  # 3
        assert created.status == 0, created.text
        wallet = json.loads(created.out)
        assert len(wallet["mnemonic"].split()) == 12
        mined = await type_in(running, "generate", str(MATURITY))  # 4
        assert mined.status == 0, mined.text
        sent = await type_in(
            running, "send", wallet["address"], "1.5", "--yes", "--json", stdin="a password\n"
        )  # 5
        assert sent.status == 0, sent.text
        waiting = await running.call("list-unconfirmed-transactions")
        assert waiting["tx_ids"] == [json.loads(sent.out)["tx_id"]]


@pytest.fixture
async def running(tmp_path: Path) -> AsyncIterator[RunningNode]:
    async with node(unpacked(tmp_path / "home")) as started:
        yield started


async def test_the_words_of_a_key_are_told_though_its_account_cannot_be_made(running: RunningNode) -> None:
    xpub = RECORDED["keys"][0]["xpub"]
    assert (await type_in(running, "create-account", "erin", xpub)).status == 0
    created = await type_in(running, "wallet", "create", "erin", "--json", stdin="a password\n")
    assert (created.status, created.out) == (4, "")
    told = re.search("Its words, shown only now: (.*)", created.err)
    assert told, created.err
    assert len(told[1].split()) == 12


async def test_a_wallet_moves_by_its_words_and_by_its_image(running: RunningNode, tmp_path: Path) -> None:
    image = tmp_path / "wallet.json"
    written = await type_in(running, "wallet", "backup", str(image))
    assert written.status == 0, written.text
    assert json.loads(image.read_text()) == await running.call("backup-wallet")
    assert image.stat().st_mode & 0o777 == 0o600
    again = await type_in(running, "wallet", "backup", str(image))
    assert (again.status, again.out) == (1, "")
    assert "not replaced" in again.err
    words = tmp_path / "words"
    words.write_text(RECORDED["keys"][2]["mnemonic"] + "\n")
    async with node(unpacked_empty(tmp_path / "other")) as other:
        restored = await type_in(other, "wallet", "restore", "--image", str(image))
        assert restored.status == 0, restored.text
        assert await other.call("list-accounts") == await running.call("list-accounts")
    async with node(unpacked_empty(tmp_path / "third")) as third:
        restore = ("wallet", "restore", "dora", "--mnemonic-file", str(words), "--json")
        refused = await type_in(third, *restore, "--language", "en", stdin="new\n")
        assert (refused.status, refused.out) == (1, ""), "the recorded words are Spanish"
        assert "word 1 is not in the list of the language en" in refused.err
        restored = await type_in(third, *restore, stdin="new\n")
        assert restored.status == 0, restored.text
        assert json.loads(restored.out)["xpub"] == RECORDED["keys"][2]["xpub"]


async def test_a_wallet_in_another_language_finds_its_money_again(tmp_path: Path) -> None:
    """Made in Chinese, paid, and restored on another machine that has the chain; the search is watched."""
    homes, words, archive = [tmp_path / "one", tmp_path / "two"], tmp_path / "words", tmp_path / "chain"
    for home in homes:
        assert (await run("init", "--chain_id", "dev", "--home", home)).status == 0
    async with node(homes[0]) as running:
        made = await type_in(
            running, "wallet", "create", "alice", "--language", "zh_CN", "--json", stdin="a password\n"
        )
        assert made.status == 0, made.text
        wallet = json.loads(made.out)
        assert not any(word.isascii() for word in wallet["mnemonic"].split())
        unknown = await type_in(running, "wallet", "create", "bob", "--language", "de", stdin="pw\n")
        assert (unknown.status, "--language takes one of en, zh_CN" in unknown.err) == (1, True)
        await running.call("generate", count=150)
        owned = await running.call("list-balances")
        await running.stop()
    assert (await run("chain", "export", archive, "--home", homes[0])).status == 0
    assert (await run("chain", "import", archive, "--home", homes[1])).status == 0
    async with node(homes[1]) as other:
        restore = ("wallet", "restore", "alice", "--mnemonic-file", str(words), "--json")
        swapped = wallet["mnemonic"].split()
        swapped[0], swapped[1] = swapped[1], swapped[0]
        words.write_text(" ".join(swapped))
        declined = await type_in(other, *restore, stdin="n\n")
        assert (declined.status, declined.out) == (5, "")
        assert "does not fit the others" in declined.err
        assert await other.call("list-keys") == []
        words.write_text(wallet["mnemonic"].replace(" ", ""))
        restored = await type_in(other, *restore, stdin="another password\n")
        assert restored.status == 0, restored.text
        answer = json.loads(restored.out)
        assert (answer["xpub"], len(answer["accounts"])) == (wallet["xpub"], 1)
        assert "searching blocks 150 of 150 (100 %)" in restored.err
        assert "Found the account " in restored.err
        assert [one["amount"] for one in await other.call("list-balances")] == [one["amount"] for one in owned]
        await other.stop()


def unpacked_empty(home: Path) -> Path:
    home.mkdir()
    (home / "config.toml").write_text('fast_sync = true\nchain_id = "solonet"\n')
    return home


async def test_views(running: RunningNode) -> None:
    accounts = await type_in(running, "accounts")
    assert "alice\t4B4NOB17G0A02\t1 of 1\n" in accounts.out
    assert "multi_renamed\t4B4NOB1900A06\t2 of 3\n" in accounts.out
    balances = await running.call("list-balances")
    owned = next(one["amount"] for one in balances if one["account_alias"] == "alice" and one["asset_id"] == BTM)
    balance = await type_in(running, "balance", "alice")
    assert f"alice\t{owned // 10**8}.{owned % 10**8:08d} BTM\n" in balance.out
    assert "GOLD2" in balance.out
    assert json.loads((await type_in(running, "balance", "--json")).out) == balances
    drawn = await type_in(running, "balance", "-o", "table", NO_COLOR="1")
    assert "account" in drawn.out
    assert "\x1b" not in drawn.out
    history = await type_in(running, "history", "bob", "-n", "5")
    assert history.status == 0, history.text
    assert history.out.count("\n") >= 5
    assert {line.split("\t")[1] for line in history.out.splitlines()} == {"bob"}
    told = [line.split("\t")[4] for line in history.out.splitlines()]
    assert len(set(told)) == 5
    rest = await type_in(running, "history", "bob", "-n", "2", "--from", "3")
    assert {line.split("\t")[4] for line in rest.out.splitlines()} == set(list(dict.fromkeys(told))[3:])
    made = await type_in(running, "receive", "bob", "--qr")
    assert made.status == 0, made.text
    address = made.out.splitlines()[-1]
    found = await running.call("list-addresses", account_alias="bob")
    assert address in [one["address"] for one in found]
    assert made.out.count("\n") > 10
    nobody = await type_in(running, "receive", "nobody")
    assert (nobody.status, nobody.out) == (1, "")


async def test_status(running: RunningNode) -> None:
    shown = await type_in(running, "status")
    assert shown.status == 0, shown.text
    height = await running.height()
    assert f"block\t{height} of {height}, " in shown.out
    assert "network\tsolonet\n" in shown.out
    assert "wallet\tup to date\n" in shown.out
    assert set(json.loads((await type_in(running, "status", "--json")).out)) >= {"sync", "peers", "wallet"}
