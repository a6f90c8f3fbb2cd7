"""Bad command lines, typed into the reference's client and into ours: both end the same way and print the same.

Every command gets too few and too many words, flags that are none, values that are no values, and rubbish for each
of its words. Each client has a node of ours to itself, from the same home, and types the same lines in order.
"""

from __future__ import annotations

import asyncio
import re
import subprocess
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from click.testing import CliRunner

from pybytomd.cli.bytomcli import CALLS, OWN_NAME, Client
from pybytomd.cli.calls.call import Call
from pybytomd.cli.flags import Flag
from pybytomd.node.settings.value_types import Kind
from tests.functional.node_process import environment, node
from tests.functional.recorded_home import unpacked
from tests.interop.test_clients import CREATORS, MOMENT, Printed
from tests.interop.test_command_lines import CLIENTS, is_1_1_1, needs_client

COMMAND_SECONDS = 60.0
NO_FLAGS = ("--nope", "-Z", "--=x", "---x", "--", "-", "-h=zz", "--help=zz", "-hZ", "--nope=1")
BAD_VALUES = {
    Kind.SWITCH: ("=zz", "=", "=T", "=TRUE", "=yes", "=2"),
    Kind.INTEGER: (
        "",
        "=",
        "=x",
        "=1.5",
        "=-1",
        "=99999999999999999999",
        "=0x10",
        "=010",
        "=1_0",
        "= 1",
        "=+5",
        "=08",
    ),
    Kind.TEXT: ("", "="),
}
RUBBISH = (
    "", " ", "zz", "-5", "00" * 31, "gg" * 32, "00" * 32, "00" * 33, "00" * 64, "1e3", "1.5",
    "18446744073709551616", "0x10",
    "007", "{", "[]", "null", "false", "{}", '"x"', '{"raw_transaction":5}', '{"raw_transaction":null}',
    '{"raw_transaction":"zz"}', '{"raw_transaction":"07"}', '{"raw_transaction":"0701"}', '{"a":1}{', "{'a':1}",
    '{"allow_additional_actions":"x"}', '{"raw_transaction":"070100010000"}',
    '{"signing_instructions":[{"position":-1}]}', "[" * 20_000, "é", "\udcff", "a\tb\nc", "x" * 70_000,
)  # fmt: skip
ROOT_LINES = (
    ("nosuch",), ("get-blok-count",), ("--nope",), ("-x",), ("--nope", "get-block-count"), ("help", "nosuch"),
    ("help", "nosuch", "more"), ("help", "get-block", "more"), ("",), (" ",), ("--", "get-block-count"),
    ("--help=zz",), ("-h=zz",), ("--help", "nosuch"), ("nosuch", "--help"), ("get-block-count", "--help", "x"),
    ("GET-BLOCK-COUNT",), ("get_block_count",), ("x", "get-block-count"), ("--x=1", "get-block-count"),
    ("help", "--nope"), ("-", "get-block-count"), ("\udcff",), ("help", "-x"), ("help", "get-block", "--nope"),
    ("help", "--help", "nosuch"), ("help", "-h"), ("--", "--help"), ("-", "--help"), ("-h", "nosuch"),
)  # fmt: skip
BUILD = ("alice", "BTM", "5", "--alias", "-t", "retire")
BUILD_LINES = (
    BUILD[:-2], (*BUILD[:-1], ""), (*BUILD[:-1], "nonsense"), (*BUILD, "-g", "x"), (*BUILD, "-g", "-5"),
    (*BUILD, "-g", ""), (*BUILD, "-v", "zz"), ("alice", "BTM", "x", *BUILD[3:]),
    ("alice", "BTM", "1.5", *BUILD[3:]),
    ("alice", "BTM", "99999999999999999999", *BUILD[3:]), ("alice", "BTM", "", *BUILD[3:]),
    (*BUILD[:-1], "spend", "-r", "zz"), (*BUILD[:-1], "spend"), (*BUILD[:-1], "address"), (*BUILD[:-1], "issue"),
    (*BUILD[:-1], "unlock"), (*BUILD[:-1], "unlock", "-c", "Nonsense"), (*BUILD[:-1], "program", "-p", "zz"),
    *[("alice", "BTM", "5", "00" * 32, "--alias", "-t", "unlock", "-c", name) for name in (
        "LockWithPublicKey", "LockWithMultiSig", "LockWithPublicKeyHash", "RevealPreimage", "TradeOffer", "Escrow",
        "CallOption", "LoanCollateral", "lockwithpublickey", "",
    )],
    *[("alice", "BTM", "5", "00" * 32, *["x"] * count, "--alias", "-t", "unlock", "-c", name)
      for name in ("LockWithPublicKey", "LockWithMultiSig", "TradeOffer", "Escrow") for count in range(1, 9)],
)  # fmt: skip
MASKS = ((MOMENT, ""), (re.compile(r'(?<=")[0-9A-Z]{13}(?=")'), "ACCOUNT"), (re.compile(r"sm1q\w+"), "ADDRESS"))
"""What two nodes make up."""
MADE_UP = CREATORS | {"list-accounts", "list-keys", "list-access-tokens", "list-assets", "list-addresses"}
"""Commands whose answers hold more of that: of these it is enough that there is one."""
PERSONAL = (("--help", "get-block-count"), ("-h", "get-block-count"))
"""What ends alike, and shows a person more: the help of the command, where the reference's has that of all."""


def lines() -> Iterator[tuple[str, ...]]:
    """All command lines, in order."""
    yield from ROOT_LINES
    for call in CALLS.values():
        if not call.own:
            yield from _lines_of(call)
    yield from (("build-transaction", *line) for line in BUILD_LINES)


def _lines_of(call: Call) -> Iterator[tuple[str, ...]]:
    least = call.arity.least
    most = least + 2 if call.arity.most is None else call.arity.most
    words = ["x"] * least
    for count in sorted({0, max(0, least - 1), most + 1, most + 4}):
        if not least <= count <= most:
            yield (call.name, *["x"] * count)
    for text in NO_FLAGS:
        yield (call.name, *words, text)
    for flag in call.flags:
        for text in _bad_values(flag):
            yield (call.name, *words, text)
    for count in {least, most} - {0}:
        for rubbish in RUBBISH:
            yield (call.name, *[rubbish] * count)
            if count > 1:
                yield (call.name, *["x"] * (count - 1), rubbish)


def _bad_values(flag: Flag) -> Iterator[str]:
    for value in BAD_VALUES[flag.kind]:
        yield f"--{flag.name}{value}"
        if flag.short:
            yield f"-{flag.short}{value}"


def typed_into_theirs(binary: Path, url: str, line: Sequence[str]) -> Printed:
    done = subprocess.run(
        [binary, *line], env=environment(BYTOM_URL=url), capture_output=True, stdin=subprocess.DEVNULL,
        timeout=COMMAND_SECONDS, check=False,
    )  # fmt: skip
    return Printed(done.stdout.decode("utf-8", "replace"), done.stderr.decode("utf-8", "replace"), done.returncode)


def typed_into_ours(url: str, line: Sequence[str]) -> Printed:
    done = CliRunner().invoke(Client(), list(line), env={"BYTOM_URL": url}, prog_name=OWN_NAME)
    assert done.exception is None or isinstance(done.exception, SystemExit), (line, done.exception)
    return Printed(done.stdout, done.stderr, done.exit_code)


def masked(line: Sequence[str], printed: Printed) -> Printed:
    out = printed.out
    for pattern, instead in MASKS:
        out = pattern.sub(instead, out)
    if line[0] in MADE_UP and printed.status == 0:
        out = str(bool(out))
    return Printed(out, printed.err, printed.status)


@needs_client
async def test_bad_command_lines_end_the_same(tmp_path: Path) -> None:
    """Those of 1.1.1: it is what ours follows where 1.0.5 is another."""
    binary = next((binary for binary in CLIENTS if is_1_1_1(binary)), None)
    if binary is None:
        pytest.skip("BYTOMCLI_REFERENCE names no Go bytomcli 1.1.1")
    different: list[str] = []
    count = 0
    async with node(unpacked(tmp_path / "theirs")) as for_theirs, node(unpacked(tmp_path / "ours")) as for_ours:
        for line in lines():
            count += 1
            theirs = masked(line, await asyncio.to_thread(typed_into_theirs, binary, for_theirs.url, line))
            ours = masked(line, await asyncio.to_thread(typed_into_ours, for_ours.url, line))
            if theirs != ours:
                shown = " ".join(word[:60] for word in line)
                different.append(f"{shown}\n  bytomcli   {theirs}\n  pybytomcli {ours}")
        for line in PERSONAL:
            theirs, ours = typed_into_theirs(binary, for_theirs.url, line), typed_into_ours(for_ours.url, line)
            assert (theirs.status, theirs.err) == (ours.status, ours.err) == (0, "")
    assert count > 3000
    assert not different, f"{len(different)} of {count} differ:\n" + "\n".join(different[:20])
