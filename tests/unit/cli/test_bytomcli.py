"""The client against recorded runs of the reference's: same output, same exit status, same requests."""

import gzip
import json
import re
import shlex
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import click.testing
import pytest
from click.testing import CliRunner

from pybytomd.cli.bytomcli import CALLS, OWN_NAME, Client
from pybytomd.cli.calls.examples import EXAMPLES
from pybytomd.cli.flags import FlagSet
from pybytomd.client.place import URL_VARIABLE

RECORDING = Path(__file__).parents[2] / "vectors" / "data" / "chain_b" / "cli.json.gz"
CASES = json.loads(gzip.decompress(RECORDING.read_bytes()))["cases"]
MOMENT = re.compile(r"(?<=^ERROR )\d{4}/\d\d/\d\d \d\d:\d\d:\d\d", re.MULTILINE)
NEXT_PORT_NOBODY_HAS = "http://127.0.0.1:1"


class Replay:
    """A server that gives recorded answers, and keeps what it was asked."""

    def __init__(self) -> None:
        self.answers: list[dict[str, Any]] = []
        self.asked: list[tuple[str, str, str]] = []
        replay = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"])).decode()
                replay.asked.append((self.path, body, self.headers["User-Agent"]))
                answer = replay.answers.pop(0)
                data = answer["response_body"].encode()
                self.send_response(answer["http_status"])
                self.send_header("Content-Type", "application/json; charset=utf-8")
                if zipped := "gzip" in self.headers["Accept-Encoding"]:
                    data = gzip.compress(data)
                    self.send_header("Content-Encoding", "gzip")
                assert zipped
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)

            def log_message(self, *_: object) -> None:
                pass

        self._server = HTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True)
        self._thread.start()

    def close(self) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


@pytest.fixture(scope="module")
def replay() -> Iterator[Replay]:
    server = Replay()
    yield server
    server.close()


def run(arguments: list[str], url: str) -> Any:
    return CliRunner().invoke(Client(), arguments, prog_name=OWN_NAME, env={URL_VARIABLE: url})


@pytest.mark.parametrize("case", CASES, ids=[f"{case['id']} {' '.join(case['argv'])[:40]}" for case in CASES])
def test_recorded_run(case: dict[str, Any], replay: Replay) -> None:
    replay.answers, replay.asked = list(case["http"]), []
    result = run(case["argv"], replay.url if case["http"] else NEXT_PORT_NOBODY_HAS)
    assert MOMENT.sub("", result.stdout) == MOMENT.sub("", case["stdout"])
    assert result.stderr == case["stderr"]
    assert result.exit_code == case["exit_code"]
    agent = "Bytom; process=; buildtag=; blockchainID="
    assert replay.asked == [(request["path"], request["request_body"], agent) for request in case["http"]]
    assert not replay.answers


@pytest.mark.parametrize(
    ("status", "body"),
    [(500, "{}"), (200, "no json"), (200, "[]"), (200, '{"data":1}'), (200, '{"status":""}')],
)
def test_answers_of_no_use(status: int, body: str, replay: Replay) -> None:
    replay.answers = [{"http_status": status, "response_body": body}]
    result = run(["net-info"], replay.url)
    assert result.exit_code == 2
    assert MOMENT.sub("", result.stdout) == "ERROR  Unable to connect to the bytomd\n"


@pytest.mark.parametrize(("command", "data"), [("net-info", "[]"), ("list-keys", "{}"), ("list-keys", '"x"')])
def test_answers_of_another_kind(command: str, data: str, replay: Replay) -> None:
    replay.answers = [{"http_status": 200, "response_body": '{"status":"success","data":' + data + "}"}]
    result = run([command], replay.url)
    assert result.exit_code == 3
    assert result.stdout.endswith("invalid type assertion\n")


@pytest.mark.parametrize(
    ("arguments", "request_body"),
    [
        (["generate"], '{"count":1}\n'),
        (["generate", "12"], '{"count":12}\n'),
        (["generate", "2", "--to", "sm1"], '{"count":2,"address":"sm1"}\n'),
        (["connect-peer", "[::1]:46658"], '{"ip":"::1","port":46658}\n'),
        (["disconnect-peer", "AB"], '{"peer_id":"AB"}\n'),
        (["get-difficulty", "--height", "-1"], '{"block_height":18446744073709551615,"block_hash":""}\n'),
    ],
)
def test_own_commands(arguments: list[str], request_body: str, replay: Replay) -> None:
    replay.answers, replay.asked = [{"http_status": 200, "response_body": '{"status":"success","data":{}}'}], []
    assert run(arguments, replay.url).exit_code == 0
    assert replay.asked[0][:2] == (f"/{arguments[0]}", request_body)


@pytest.mark.parametrize("text", ["{}", "null", '{"raw_transaction":null}'])
def test_submitting_nothing_submits_an_empty_transaction(text: str, replay: Replay) -> None:
    replay.answers, replay.asked = [{"http_status": 200, "response_body": '{"status":"success","data":{}}'}], []
    assert run(["submit-transaction", text], replay.url).exit_code == 0
    assert replay.asked[0][:2] == ("/submit-transaction", '{"raw_transaction":"0700000000"}\n')


@pytest.mark.parametrize(
    ("command", "text", "complaint"),
    [
        (
            "submit-transaction",
            "[]",
            'array into Go value of type struct { Tx types.Tx "json:\\"raw_transaction\\"" }',
        ),
        (
            "submit-transaction",
            '{"raw_transaction":5}',
            "number into Go struct field .raw_transaction of type types.Tx",
        ),
        ("estimate-transaction-gas", "5", "number into Go value of type txbuilder.Template"),
    ],
)
def test_json_of_another_type(command: str, text: str, complaint: str) -> None:
    result = run([command, text], NEXT_PORT_NOBODY_HAS)
    assert result.exit_code == 1
    assert MOMENT.sub("", result.stdout) == f"ERROR  json: cannot unmarshal {complaint}\n"


@pytest.mark.parametrize("arguments", [["generate", "x"], ["connect-peer", "nowhere"], ["get-block", "１２"]])
def test_bad_arguments_ask_nobody(arguments: list[str]) -> None:
    result = run(arguments, NEXT_PORT_NOBODY_HAS)
    assert result.exit_code == 1
    assert result.stdout.startswith("ERROR ")


def test_mistyped_commands_are_guessed() -> None:
    result = run(["get-blok"], NEXT_PORT_NOBODY_HAS)
    assert "Did you mean this?\n\tget-block\n" in result.stderr


@pytest.mark.parametrize(
    "address", ["file:///etc/passwd", "http://", "http://[::1", "http://a\nb", "http://a:x", "http://a:99999"]
)
def test_url_that_is_none(address: str) -> None:
    result = run(["net-info"], address)
    assert result.exit_code == 2
    assert isinstance(result.exception, SystemExit)
    assert result.stdout.endswith("Unable to connect to the bytomd\n")


def test_every_command_explains_itself() -> None:
    for name, call in CALLS.items():
        result = run([name, "--help"], NEXT_PORT_NOBODY_HAS)
        assert result.exit_code == 0
        assert result.stdout.startswith(f"{call.summary}\n\nUsage:\n")


def test_people_are_shown_examples(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "Examples:" not in run(["net-info", "--help"], NEXT_PORT_NOBODY_HAS).stdout
    monkeypatch.setattr(click.testing._NamedTextIOWrapper, "isatty", lambda _: True)
    shown = run(["net-info", "--help"], NEXT_PORT_NOBODY_HAS).stdout
    assert "\nExamples:\n  pybytomcli net-info\n" in shown
    assert "\nExamples:\n  pybytomcli get-block 0\n" in run(["get-block"], NEXT_PORT_NOBODY_HAS).stderr


@pytest.fixture
def person(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(click.testing._NamedTextIOWrapper, "isatty", lambda _: True)


@pytest.mark.usefixtures("person")
def test_people_are_told_why_there_is_no_answer(replay: Replay) -> None:
    nobody = run(["net-info"], NEXT_PORT_NOBODY_HAS)
    assert nobody.stderr == (
        "http://127.0.0.1:1: Connection refused; is the node running (pybytomd node)? "
        "BYTOM_URL names another address\n"
    )
    replay.answers = [{"http_status": 401, "response_body": "{}"}]
    assert "access token" in run(["net-info"], replay.url).stderr
    assert "no http address" in run(["net-info"], "ftp://x").stderr


@pytest.mark.usefixtures("person")
def test_people_are_told_why_the_node_refuses(replay: Replay) -> None:
    answer = {
        "status": "fail",
        "code": "BTM000",
        "msg": "Bytom API Error",
        "error_detail": "Duplicate account alias",
    }
    replay.answers = [{"http_status": 200, "response_body": json.dumps(answer)}]
    result = run(["update-account-alias", "x", "--alias", "y"], replay.url)
    assert (result.exit_code, result.stderr) == (4, "Duplicate account alias\n")
    assert MOMENT.sub("", result.stdout) == "ERROR  Bytom API Error\n"


def test_every_command_has_examples() -> None:
    assert set(EXAMPLES) == set(CALLS)


@pytest.mark.parametrize("name", CALLS)
def test_examples_are_command_lines_that_are_taken(name: str) -> None:
    call = CALLS[name]
    for line in EXAMPLES[name].splitlines():
        words = [word for word in shlex.split(line) if not word.startswith(URL_VARIABLE)]
        assert words[:2] == [OWN_NAME, name]
        given = FlagSet(call.flags).parse(words[2:])
        assert call.arity.complaint(name, given.arguments) is None
        values = {flag.name: given.flags.get(flag.name, flag.initial) for flag in call.flags}
        assert set(call.required(values)) <= set(given.flags)
