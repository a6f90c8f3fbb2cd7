"""The source files of the package, parsed once."""

from __future__ import annotations

import ast
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "pybytomd"


@cache
def modules() -> dict[str, ast.Module]:
    """Syntax trees by path below the root of the project."""
    return {
        str(path.relative_to(ROOT)): ast.parse(path.read_text(encoding="utf-8"))
        for path in sorted(PACKAGE.rglob("*.py"))
    }


def text(path: str) -> str:
    return (ROOT / path).read_text(encoding="utf-8")
