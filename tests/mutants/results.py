"""What is known of faults: those tried before, and those that change nothing."""

from __future__ import annotations

import json
import tomllib
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from tests.mutants.operators import Mutant
from tests.mutants.suites import ROOT

KEPT = ROOT / ".mutants"
EQUIVALENT = Path(__file__).parent / "equivalent.toml"


def tests_state(suite: tuple[str, ...]) -> str:
    """Names the tests as they are now: a survivor is tried again once they have changed."""
    files: set[Path] = set()
    for test in suite:
        path = ROOT / test.partition("::")[0]
        files.update(path.parent.rglob("*") if path.is_file() else path.rglob("*"))
    return state_of_files({file for file in files if file.suffix in {".py", ".json"}})


def state_of_files(files: set[Path]) -> str:
    """Names the content of files."""
    state = sha256()
    for file in sorted(files):
        state.update(str(file.relative_to(ROOT)).encode() + b"\0" + file.read_bytes())
    return state.hexdigest()[:20]


class Results:
    """Answers by fault, each appended to a file as it is found, so a run that is broken off loses nothing."""

    def __init__(self, package: str, state: str) -> None:
        KEPT.mkdir(exist_ok=True)
        self._file = KEPT / f"{package}.jsonl"
        self._state = state
        self._known: dict[str, tuple[bool, str]] = {}
        self.read()

    def read(self) -> None:
        """Take in what another process has appended."""
        if self._file.exists():
            for line in self._file.read_text(encoding="utf-8").splitlines():
                key, survived, state = json.loads(line)
                self._known[key] = survived, state

    def add(self, mutant: Mutant, survived: bool) -> None:
        """Keep an answer."""
        self._known[mutant.key] = survived, self._state
        with self._file.open("a", encoding="utf-8") as file:
            file.write(json.dumps([mutant.key, survived, self._state]) + "\n")

    def survived(self, mutant: Mutant) -> bool | None:
        """The answer, None if it is not known or may have changed with the tests."""
        survived, state = self._known.get(mutant.key, (None, ""))
        return None if survived and state != self._state else survived

    def forget(self) -> None:
        """Start anew."""
        self._known.clear()
        self._file.unlink(missing_ok=True)


@dataclass(frozen=True, slots=True)
class Equivalent:
    """A fault that changes nothing that anybody could notice."""

    package: str
    line: str
    becomes: str
    reason: str

    def __post_init__(self) -> None:
        if not self.reason.strip():
            raise ValueError(f"{EQUIVALENT}: no reason is given for {self.becomes!r}")


def equivalents(package: str) -> dict[tuple[str, str], Equivalent]:
    """Those of a package, by the line before and after, wherever in the package it stands."""
    if not EQUIVALENT.exists():
        return {}
    rows = tomllib.loads(EQUIVALENT.read_text(encoding="utf-8")).get("mutant", [])
    found = [Equivalent(**row) for row in rows]
    return {(one.line, one.becomes): one for one in found if one.package == package}
