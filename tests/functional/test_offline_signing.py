"""Payments that travel as files between a node with a chain and one that has keys and no network."""

from __future__ import annotations

import asyncio
import json
import os
import pty
import signal
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.functional.client_process import type_in
from tests.functional.node_process import RunningNode, environment, node
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


async def shared_account(online: RunningNode, vault: RunningNode) -> None:
    """An account that both machines must sign for, with 10 BTM."""
    one = await online.call("create-key", alias="hot", password="hot word")
    other = await vault.call("create-key", alias="cold", password="cold word")
    await online.call("create-account", alias="shared", root_xpubs=[one["xpub"], other["xpub"]], quorum=2)
    to = await address(online, "shared")
    sent = await type_in(online, "send", "--from", "alice", to, "10", "--yes", stdin=ALICE)
    assert sent.status == 0, sent.text
    await mine(online, 1)


async def test_payments_travel_as_qr_codes(online: RunningNode, vault: RunningNode, tmp_path: Path) -> None:
    """From screen to camera and back, as pictures; the vault never sees a file of the payment."""
    await shared_account(online, vault)
    to, before = await address(online, "bob"), await balance(online, "bob")
    shown, hot, cold, both = (str(tmp_path / name) for name in ("shown", "hot.gif", "cold", "both.gif"))
    exported = await type_in(online, "tx", "export", "--from", "shared", to, "1.5", "--qr-into", shown, "--json")
    assert exported.status == 0, exported.text
    told = json.loads(exported.out)
    pictures = sorted(Path(shown).iterdir())  # noqa: ASYNC240 - a few names
    assert (told["pictures"], told["frames"], told["sign_complete"]) == (shown, len(pictures), False)
    assert len(pictures) > 1

    read = await type_in("http://127.0.0.1:1", "tx", "show", "--frames", shown)
    assert f"  Pay      1.5 BTM to {to}\n" in read.out
    partly = await type_in("http://127.0.0.1:1", "tx", "show", "--frames", *map(str, pictures[1:]))
    assert (partly.status, "1 are missing: 1" in partly.err, "Traceback" in partly.err) == (1, True, False)

    for where, into, password in ((vault, cold, "cold word"), (online, hot, "hot word")):
        signed = await type_in(
            where, "tx", "sign", "--frames", *map(str, reversed(pictures)), "--qr-into", into, "--yes",
            stdin=password,
        )  # fmt: skip
        assert (signed.status, signed.out) == (0, f"{into}\tto be signed\n"), signed.text
        assert f"  Pay      1.5 BTM to {to}\n" in signed.err
    combined = await type_in("http://127.0.0.1:1", "tx", "combine", "--frames", cold, hot, "--qr-into", both)
    assert (combined.status, combined.out) == (0, f"{both}\tsigned\n"), combined.text
    submitted = await type_in(online, "tx", "submit", "--frames", both, "--yes", "--json")
    assert submitted.status == 0, submitted.text
    assert json.loads(submitted.out)["tx_ids"] == told["tx_ids"]
    await mine(online, 1)
    assert await balance(online, "bob") == before + 150_000_000


async def test_where_a_payment_goes_is_said(online: RunningNode, tmp_path: Path) -> None:
    to = await address(online, "bob")
    for words, text in (
        ((), "say where the payment is to go"),
        (("--qr", "--json"), "--qr draws on the terminal"),
        (("--qr-into", str(tmp_path)), "is there already"),
        (("--qr-into", "-"), "cannot be written to standard output"),
    ):
        refused = await type_in(online, "tx", "export", "--from", "alice", to, "1", *words)
        assert (refused.status, refused.out, text in refused.err) == (1, "", True), refused.text
    assert (await online.call("list-reservations")) == []


async def test_a_terminal_shows_one_code_after_the_other_until_ctrl_c(online: RunningNode) -> None:
    to = await address(online, "bob")
    master, slave = pty.openpty()
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", "from pybytomd.cli.bytomcli import main; main()",
        "tx", "export", "--from", "alice", to, "1", "--qr",
        env=environment(BYTOM_URL=online.url, TERM="xterm", COLUMNS="100", LINES="50"),
        stdin=slave, stdout=slave, stderr=asyncio.subprocess.DEVNULL,
    )  # fmt: skip
    os.close(slave)
    shown = b""
    try:
        async with asyncio.timeout(120):
            while b"2 of 2" not in shown and shown.count(b"Ctrl-C ends") < 3:
                shown += await asyncio.to_thread(os.read, master, 65536)
            process.send_signal(signal.SIGINT)
            while await asyncio.to_thread(_read, master):
                pass
            assert await process.wait() == 0
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
        os.close(master)
    assert "▀".encode() in shown


def _read(terminal: int) -> bytes:
    """What a terminal shows, nothing once the program has left it."""
    try:
        return os.read(terminal, 65536)
    except OSError:
        return b""
