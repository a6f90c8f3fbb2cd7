"""The pages' code as its own tools see it: types by TypeScript, and mistakes by ESLint, where these are installed.

They are programs of Node: ``npm install --global typescript eslint``. Others are named by TSC and ESLINT.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from pybytomd.dashboard.files import STATIC

TSC, ESLINT = (os.environ.get(name.upper()) or shutil.which(name) for name in ("tsc", "eslint"))
OPTIONS = {
    "allowJs": True, "checkJs": True, "noEmit": True, "strict": False, "skipLibCheck": True, "types": [],
    "target": "es2022", "module": "es2022", "moduleResolution": "bundler",
    "lib": ["es2024", "dom", "dom.iterable"],
}  # fmt: skip


def run(folder: Path, *command: str) -> str:
    """What a program in a folder complains of; empty if of nothing."""
    ended = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=300, check=False)
    assert ended.returncode in (0, 1, 2), ended.stderr
    return ended.stdout + ended.stderr if ended.returncode else ""


@pytest.mark.skipif(TSC is None, reason="TypeScript is not installed, and TSC names none")
def test_types_fit(tmp_path: Path) -> None:
    assert TSC is not None
    project = {"compilerOptions": OPTIONS, "include": [f"{STATIC}/**/*.js"]}
    (tmp_path / "tsconfig.json").write_text(json.dumps(project))
    assert run(tmp_path, TSC, "-p", ".") == ""


@pytest.mark.skipif(ESLINT is None, reason="ESLint is not installed, and ESLINT names none")
def test_nothing_looks_like_a_mistake(tmp_path: Path) -> None:
    """The files are copied: it looks at none that are outside of the folder with its configuration."""
    assert ESLINT is not None
    shutil.copytree(STATIC, tmp_path / "static")
    shutil.copy(Path(__file__).with_name("eslint.config.mjs"), tmp_path)
    assert run(tmp_path, ESLINT, "static") == ""
