"""The reference's client against our node, and ours against the reference's node: command by command, the same.

Both nodes begin with the recorded home, so what a client prints is what the recording says. Commands the recording
has not are compared with each other. What a node makes up (keys, account ids, secrets, the time) is translated to
what the recorded node made up.
"""

from __future__ import annotations

import asyncio
import gzip
import json
import os
import re
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest

from tests.functional.node_process import environment
from tests.functional.node_process import node as our_node
from tests.functional.recorded_home import FOLDER, unpacked
from tests.interop.reference_node import each_reference, needs_reference, reference_node, version_of

CLIENT = os.environ.get("BYTOMCLI_REFERENCE", "").partition(os.pathsep)[0]
pytestmark = [
    needs_reference,
    pytest.mark.skipif(not CLIENT, reason="BYTOMCLI_REFERENCE names no Go bytomcli 1.1.1 to test with"),
    pytest.mark.timeout(600),
]

CASES: list[dict[str, Any]] = json.loads(gzip.decompress((FOLDER / "cli.json.gz").read_bytes()))["cases"]
MOMENT = re.compile(r"(?<=^ERROR )\d{4}/\d\d/\d\d \d\d:\d\d:\d\d", re.MULTILINE)
NONCE = re.compile(r"(?<=012b0008)[0-9a-f]{16}")
"""The random bytes of an issuance, which have this in front in the recorded transaction."""
TIME = re.compile(r'(?<="block_time": )\d+')
"""Of a transaction that waits, this is when it came."""
NUMBER = re.compile(r"^\d+ :$", re.MULTILINE)
"""In front of each entry of a list."""
BY_MADE_UP_ID = frozenset({"list-assets"})
"""Lists in the order of ids that come of random keys: of a node's own ids, which differ from node to node."""
MADE_UP = frozenset(
    {"xpub", "file", "mnemonic", "token", "created_at", "id", "issue_program", "address", "control_program"}
)
CREATORS = frozenset(
    {"create-key", "create-account", "create-asset", "create-account-receiver", "create-access-token"}
)
PYBYTOMCLI = "from pybytomd.cli.bytomcli import main; main()"
COMMAND_SECONDS = 60.0
ZED = "f27e41f7e8c8639e4e6cb9a39b7b1a84d7941e46fdcb98a8a48ae174f3ccb84d4ca841924e28f5fe81a48956a91d5db8d55f62ac3a93c101f73cc170490f0beb"  # noqa: E501 - a key in hex
ADDRESS = "sm1qpd59sj5g4fakhwmf3v28adsvraczdc6vk8fz5h"
GOLD = "dc13dcc42470264e65e4a9866ef8be99aeda012a78304c307396a0a4c38baa79"

MORE: tuple[tuple[str, ...], ...] = (
    ("list-transactions", "--unconfirmed"),
    ("list-transactions", "--unconfirmed", "--detail"),
    ("list-unspent-outputs", "--from", "3", "--count", "2"),
    ("list-unspent-outputs", "--account_alias", "bob"),
    ("list-unspent-outputs", "--account_alias", "nobody"),
    ("list-unspent-outputs", "--account_id", "4B4NOB1900A06"),
    ("list-addresses", "--alias", "nobody"),
    ("list-assets",),
    ("list-balances",),
    ("update-asset-alias", GOLD, "goldcli"),
    ("update-asset-alias", GOLD, "btm"),
    ("update-asset-alias", GOLD, ""),
    ("update-account-alias", "--alias", "nobody", "x"),
    ("update-account-alias", "--alias", "bob", "alice"),
    ("update-account-alias", "--id", "4B4NOB18G0A04", "bobby"),
    ("update-key-alias", ZED, "other"),
    ("create-key", "", "x"),
    ("create-key", "ALICE", "x"),
    ("create-account", "", ZED),
    ("create-account", "one", ZED, "-q", "2"),
    ("create-asset", "btm", ZED),
    ("create-asset", "x", ZED, "--quorom", "7"),
    ("create-asset", "prog", ZED, "--issueprogram", "51"),
    ("get-asset", "zz"),
    ("get-block", "1234567890123456789012"),
    ("list-pubkeys", "multi"),
    ("validate-address", ""),
    ("decode-program", ""),
    ("decode-raw-transaction", "07"),
    ("sign-message", ADDRESS, "00", "wrong"),
    ("sign-message", "bad", "00", "pub-Bob-2"),
    ("verify-message", "bad", "00" * 64, "00", "00"),
    ("submit-transaction", '{"raw_transaction":"0701"}'),
    ("submit-transaction", "{}"),
    ("sign-transaction", "{}", "-p", "x"),
    ("build-transaction", "nobody", "BTM", "5", "--alias", "-t", "address", "-a", ADDRESS),
    ("build-transaction", "alice", "NOPE", "5", "--alias", "-t", "address", "-a", ADDRESS),
    ("build-transaction", "alice", "BTM", "5", "--alias", "-t", "address", "-a", "bad"),
    ("build-transaction", "alice", "BTM", "0", "--alias", "-t", "address", "-a", ADDRESS),
    ("build-transaction", "alice", "BTM", "-5", "--alias", "-t", "address", "-a", ADDRESS),
    ("build-transaction", "alice", "BTM", "18446744073709551615", "--alias", "-t", "retire"),
    ("build-transaction", "alice", "BTM", "5", "--alias", "-t", "program", "-p", "51"),
    ("build-transaction", "4B4NOB1900A06", "ff" * 32, "5", "-t", "retire", "-v", "zz"),
    ("create-transaction-feed", "bad", "asset_id = nonsense'"),
    ("create-transaction-feed", "feed1", "asset_id='x'"),
    ("update-transaction-feed", "none", "asset_id='x'"),
    ("delete-transaction-feed", "none"),
    ("create-access-token", ""),
    ("delete-access-token", "none"),
    ("check-access-token", "none", "00"),
    ("delete-account",),
    ("delete-account", "--alias", "nobody"),
    ("delete-account", "--alias", "zmulti"),
    ("list-accounts",),
    ("list-keys",),
    ("set-mining", "true"),
    ("set-mining", "false"),
    ("is-mining",),
)  # fmt: skip
"""After the recorded commands, the ``zed`` of which is deleted by then."""


@dataclass(frozen=True)
class Printed:
    """What a client printed, and how it ended."""

    out: str
    err: str
    status: int


@dataclass
class Talk:
    """A client and the node it talks to. ``known`` is what the node made up, by what the recorded node did."""

    command: Sequence[str]
    url: str
    known: dict[str, str] = field(default_factory=dict)

    async def run(self, arguments: Sequence[str]) -> Printed:
        """Run a command of the recording; what was made up is translated on both ways."""
        given = [self._translated(text, self.known) for text in arguments]
        process = await asyncio.create_subprocess_exec(
            *self.command, *given, env=environment(BYTOM_URL=self.url),
            stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
        )  # fmt: skip
        try:
            async with asyncio.timeout(COMMAND_SECONDS):
                out, err = await process.communicate()
        except TimeoutError:
            process.kill()
            await process.wait()
            raise
        assert process.returncode is not None
        return Printed(MOMENT.sub("", out.decode()), err.decode(), process.returncode)

    def learn(self, recorded: str, printed: str) -> None:
        """Remember what the node made up where the recorded one made up something else."""
        for theirs, ours in _made_up(json.loads(recorded), json.loads(printed)):
            self.known[theirs] = ours

    def in_recorded_words(self, printed: Printed) -> Printed:
        """The output as if the recorded node had made it."""
        back = {ours: theirs for theirs, ours in self.known.items()}
        return Printed(self._translated(printed.out, back), printed.err, printed.status)

    @staticmethod
    def _translated(text: str, words: dict[str, str]) -> str:
        for word in sorted(words, key=len, reverse=True):
            text = text.replace(word, words[word])
        return text


def _in_one_order(own: Printed, recorded_words: Printed) -> Printed:
    """A list by the ids in recorded words; the node's own is by its own ids, after the native asset."""

    def entries(printed: Printed) -> list[str]:
        return NUMBER.split(printed.out)[1:]

    def by_id(entry: str) -> str:
        return str(json.loads(entry)["id"])

    native, *others = entries(own)
    assert json.loads(native)["alias"] == "BTM"
    assert len(others) > 1 and others == sorted(others, key=by_id), own.out
    return replace(recorded_words, out="".join(sorted(entries(recorded_words), key=by_id)))


def _made_up(recorded: Any, printed: Any) -> Iterator[tuple[str, str]]:
    assert recorded.keys() == printed.keys()
    for name in MADE_UP & recorded.keys():
        if recorded[name] != printed[name]:
            yield recorded[name], printed[name]
            if name == "token":  # the secret stands behind the name
                yield recorded[name].partition(":")[2], printed[name].partition(":")[2]


@each_reference
async def test_commands_give_the_same_in_both_directions(binary: Path, tmp_path: Path) -> None:
    if await version_of(binary) != "1.1.1":
        pytest.skip("the recording is of 1.1.1")
    their_home, our_home = unpacked(tmp_path / "theirs"), unpacked(tmp_path / "ours")
    different: list[str] = []
    async with reference_node(binary, their_home) as theirs, our_node(our_home) as ours:
        talks = {
            "bytomcli -> our node": Talk([CLIENT], ours.url, {"/DATADIR": str(our_home)}),
            "pybytomcli -> Go node": Talk(
                [sys.executable, "-c", PYBYTOMCLI],
                f"http://127.0.0.1:{theirs.api_port}",
                {"/DATADIR": str(their_home)},
            ),
        }

        def note(name: str, arguments: Sequence[str], expected: Printed, printed: Printed) -> None:
            if expected != printed:
                line = " ".join(word[:60] for word in arguments)
                different.append(f"{name}: {line}\n  expected {expected}\n  printed  {printed}")

        for case in CASES:
            if not case["http"]:
                continue  # asks no node
            arguments = case["argv"]
            expected = Printed(MOMENT.sub("", case["stdout"]), case["stderr"], case["exit_code"])
            for name, talk in talks.items():
                printed = await talk.run(arguments)
                if arguments[0] in CREATORS and printed.status == expected.status == 0:
                    talk.learn(expected.out, printed.out)
                elif nonces := list(zip(NONCE.findall(expected.out), NONCE.findall(printed.out), strict=False)):
                    talk.known.update(nonces)
                note(name, arguments, expected, talk.in_recorded_words(printed))

        for arguments in MORE:
            printed_by_name = {name: await talk.run(arguments) for name, talk in talks.items()}
            if arguments[0] in CREATORS and all(printed.status == 0 for printed in printed_by_name.values()):
                ours_printed, theirs_printed = (json.loads(printed.out) for printed in printed_by_name.values())
                assert ours_printed.keys() == theirs_printed.keys()
                continue
            first, second = (talks[name].in_recorded_words(printed) for name, printed in printed_by_name.items())
            if arguments[0] in BY_MADE_UP_ID:
                first, second = map(_in_one_order, printed_by_name.values(), (first, second))
            if "--unconfirmed" in arguments:
                first, second = (replace(printed, out=TIME.sub("", printed.out)) for printed in (first, second))
            note("both (expected: bytomcli -> our node)", arguments, first, second)
    assert not different, f"{len(different)} commands differ:\n" + "\n".join(different)
