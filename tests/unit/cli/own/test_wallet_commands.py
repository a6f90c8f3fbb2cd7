"""The words of a new wallet, changes in a history, and the lines of a status."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click
import pytest

from pybytomd.cli.own import wallet_setup
from pybytomd.cli.own.payments.assets import BTM
from pybytomd.cli.own.status import duration, lines_of
from pybytomd.cli.own.wallet_views import changes, moment
from pybytomd.codec.json.gojson import JsonValue
from pybytomd.crypto.mnemonic import sentence_of
from pybytomd.errors import BytomError

WORDS = [f"word{number}" for number in range(12)]


class Terminal:
    def __init__(self) -> None:
        self.lines: list[str] = []

    def say(self, line: str) -> None:
        self.lines.append(line)


@pytest.mark.parametrize("mistakes", [0, 2])
def test_two_words_are_asked_for(mistakes: int, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    def prompt(question: str, **_: Any) -> str:
        asked.append(question)
        place = int(question.rpartition(" ")[2]) - 1
        return "x" if len(asked) <= mistakes else WORDS[place]

    monkeypatch.setattr(wallet_setup.sys, "stdin", type("Stdin", (), {"isatty": lambda _: True})())
    monkeypatch.setattr(click, "prompt", prompt)
    terminal: Any = Terminal()
    wallet_setup._show_words(terminal, WORDS)
    assert len(asked) == 2 + mistakes
    assert len(set(asked)) == 2
    assert all(any(line.endswith(f". {word}") for line in terminal.lines) for word in WORDS)


def test_a_key_whose_search_is_refused_is_said_to_be_there(tmp_path: Path) -> None:
    """Words that are restored once more are refused for the name of the key: the search alone is left to do."""
    words, password = tmp_path / "words", tmp_path / "password"
    words.write_text(sentence_of(bytes(range(16))))
    password.write_text("secret")
    given = {"mnemonic-file": str(words), "password-file": str(password)}

    class Busy(Terminal):
        arguments = ("alice",)

        def text(self, name: str) -> str:
            return given.get(name, "")

        def ask(self, method: str, _request: JsonValue) -> JsonValue:
            if method == "create-key":
                return {"alias": "alice", "xpub": "ab" * 64}
            assert method == "recovery-wallet"
            raise BytomError("another recovery in progress")

    terminal: Any = Busy()
    with pytest.raises(BytomError, match="another recovery in progress"):
        wallet_setup._restore(terminal)
    assert terminal.lines == [
        "The key is here, but its accounts are not looked for yet. When the node can:",
        f"""  pybytomcli recovery-wallet 'xpubs=["{"ab" * 64}"]'""",
    ]


def test_what_a_transaction_changes() -> None:
    def item(account: str, amount: int) -> dict[str, Any]:
        return {"account_id": account, "account_alias": account.lower(), "asset_id": BTM.id, "amount": amount}

    transaction = {"inputs": [item("A", 10)], "outputs": [item("A", 3), item("B", 5), {"amount": 1}]}
    assert changes(transaction) == {("a", BTM): -7, ("b", BTM): 5}
    assert changes(transaction, "B") == {("b", BTM): 5}


@pytest.mark.parametrize(
    ("seconds", "text"), [(0, ""), (-1, ""), (1_524_549_600, "2018-04-24 06:00:00"), (1 << 63, "")]
)
def test_moments(seconds: int, text: str) -> None:
    assert moment(seconds) == text


@pytest.mark.parametrize(
    ("seconds", "text"), [(0, "0 s"), (59.6, "1 min 0 s"), (3_900, "1 h 5 min"), (90_000, "1 d 1 h")]
)
def test_durations(seconds: float, text: str) -> None:
    assert duration(seconds) == text


def test_a_node_that_is_behind_and_stuck_says_so() -> None:
    status: Any = {
        "network": "mainnet",
        "sync": {"height": 5, "highest": 9, "block_time": 1_524_549_600, "activity": "fetching", "is_behind": True,
                 "blocks_per_second": 2, "seconds_left": 3_900, "stuck": "no peer has the next block"},
        "peers": [{"is_outbound": True}, {"is_outbound": False}],
        "pool": {"transactions": 1, "orphans": 0},
        "wallet": {"height": 3, "is_rescanning": True, "failure": None},
        "mining": None,
        "versions": {"program": "0.1", "reference": "1.1.1", "newest": "1.1.1"},
    }  # fmt: skip
    told = dict(lines_of(status))
    assert told["block"] == "5 of 9, 2018-04-24 06:00:00 UTC"
    assert told["time left"] == "1 h 5 min"
    assert told["STUCK"] == "no peer has the next block"
    assert told["peers"] == "2, of them 1 called by this node"
    assert told["wallet"] == "2 blocks behind, rescanning"
    assert told["mining"] == "not possible here"
