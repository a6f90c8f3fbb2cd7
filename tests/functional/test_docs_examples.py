"""The examples of /docs do what they show: by mypy, and over a real node from Python and by curl."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import textwrap
from pathlib import Path
from typing import Any

import pytest

from pybytomd.client import Refused
from pybytomd.rpc.methods import load_methods
from pybytomd.rpc.pages import openapi
from pybytomd.rpc.pages.docs_examples import NODE, curl, python
from pybytomd.rpc.schema.failures import failures_of
from pybytomd.testing import DevNode, node  # noqa: F401 - a fixture
from tests.conventions.source import ROOT

pytestmark = pytest.mark.timeout(300)
METHODS = load_methods()
DOCUMENT: dict[str, Any] = json.loads(openapi.document({method.path: method for method in METHODS.values()}))
OBJECTS = DOCUMENT["components"]["schemas"]
HARMLESS = [name for name, method in METHODS.items() if method.reads and not method.waits]
BY_CURL = ("get-block", "net-info", "build-transaction", "compile", "search")
SUCCEED = ("get-block", "get-block-count", "net-info", "node-status", "compile", "list-keys", "validate-address")
"""Methods whose examples succeed on any node; others name what is not there, and are told so."""


def operation(name: str) -> dict[str, Any]:
    found: dict[str, Any] = DOCUMENT["paths"][f"/{name}"]["post"]
    return found


def test_every_python_example_is_right_by_its_types(tmp_path: Path) -> None:
    parts = []
    for name in METHODS:
        body = textwrap.indent(python(operation(name), OBJECTS), "    ")
        parts.append(f"def example_{name.replace('-', '_')}() -> None:\n{body}\n")
    (tmp_path / "examples.py").write_text("\n\n".join(parts))
    done = subprocess.run(
        [sys.executable, "-m", "mypy", "--strict", "--no-error-summary", str(tmp_path / "examples.py")],
        cwd=ROOT, capture_output=True, text=True, check=False, timeout=240,
    )  # fmt: skip
    assert (done.stdout, done.returncode) == ("", 0)


def test_what_changes_nothing_runs_from_python(
    node: DevNode,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """It succeeds, or is refused with a code that the page lists."""
    monkeypatch.setenv("BYTOM_URL", node.url)
    succeeded: set[str] = set()
    undocumented: set[tuple[str, str]] = set()
    for name in HARMLESS:
        try:
            exec(compile(python(operation(name), OBJECTS), name, "exec"), {})
            succeeded.add(name)
            assert capsys.readouterr().out.strip() or "data" not in json.dumps(operation(name)), name
        except Refused as error:
            if error.code not in failures_of(METHODS[name]):
                undocumented.add((name, error.code))
    assert undocumented == set(), "see pybytomd/rpc/schema/failures.py"
    assert set(SUCCEED) <= succeeded
    assert len(succeeded) > len(HARMLESS) // 3


@pytest.mark.skipif(not (shutil.which("bash") and shutil.which("curl")), reason="wants bash and curl")
@pytest.mark.parametrize("name", BY_CURL)
def test_it_runs_by_curl(node: DevNode, name: str) -> None:  # noqa: F811
    line = curl(f"/{name}", operation(name)).replace(NODE, node.url)
    done = subprocess.run(["bash", "-c", line], capture_output=True, text=True, check=True, timeout=60)
    answer = json.loads(done.stdout)
    assert answer["status"] == "success" or answer["code"] in failures_of(METHODS[name]), answer
