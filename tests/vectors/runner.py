"""Runs vector files through the public functions of the package and prints one line a family."""

from __future__ import annotations

import json
import sys
import traceback
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TextIO

from tests.vectors.registry import PENDING, Case, Check, DifferentOnPurpose, load_families

MAX_SHOWN_FAILURES = 5


@dataclass
class FamilyResult:
    """What became of one family's cases."""

    name: str
    passed: int = 0
    pending: int = 0
    different: list[str] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)
    unknown: bool = False

    def line(self) -> str:
        """The summary line, such as ``tx: 120 passed, 0 failed``."""
        if self.unknown:
            return f"{self.name}: unknown family"
        if self.pending:
            return f"{self.name}: {self.pending} pending"
        text = f"{self.name}: {self.passed} passed, {len(self.failures)} failed"
        return text + (f", {len(self.different)} different on purpose" if self.different else "")


def run_family(name: str, check: Check, document: Case) -> FamilyResult:
    """Run every case of one vector document."""
    result = FamilyResult(name)
    for index, case in enumerate(document["cases"]):
        label = f"{name}#{case.get('id', index)}"
        try:
            check(case, document)
        except DifferentOnPurpose as difference:
            result.different.append(f"{label}: {difference}")
        except Exception:  # noqa: BLE001 - any exception is a failed case; it is reported, not swallowed
            result.failures.append(f"{label}\n{traceback.format_exc(limit=-4)}")
        else:
            result.passed += 1
    return result


def run_directory(directory: Path, only: frozenset[str] = frozenset()) -> Iterator[FamilyResult]:
    """Run every ``*.json`` file of a directory, and the recorded chain when it is there."""
    checks = load_families()
    for path in sorted(directory.glob("*.json")):
        name = path.stem
        if only and name not in only:
            continue
        document = json.loads(path.read_text(encoding="utf-8"))
        if name in checks:
            yield run_family(name, checks[name], document)
        elif name in PENDING:
            yield FamilyResult(name, pending=len(document.get("cases", [])))
        else:
            yield FamilyResult(name, unknown=True)


def main(arguments: list[str], out: TextIO = sys.stdout) -> int:
    """``python -m tests.vectors DIR [FAMILY ...]``: 0 when everything passed, 1 otherwise, 2 on wrong usage."""
    if not arguments or not Path(arguments[0]).is_dir():
        print("usage: python -m tests.vectors DIRECTORY [FAMILY ...]", file=sys.stderr)
        return 2
    results = []
    for result in run_directory(Path(arguments[0]), frozenset(arguments[1:])):
        results.append(result)
        print(result.line(), file=out, flush=True)
        for text in result.different:
            print(f"  different on purpose: {text}", file=out)
        for text in result.failures[:MAX_SHOWN_FAILURES]:
            print("  " + text.rstrip().replace("\n", "\n  "), file=out)
    passed = sum(r.passed for r in results)
    failed = sum(len(r.failures) for r in results) + sum(r.unknown for r in results)
    pending = sum(r.pending for r in results)
    if pending:
        print(f"PENDING: {pending} cases of parts not built yet", file=out)
    print(f"TOTAL: {passed} passed, {failed} failed", file=out)
    if not results:
        print("no vector files found", file=sys.stderr)
    return 1 if failed or not results else 0
