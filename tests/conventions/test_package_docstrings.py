"""The docstring of every package is a guide to it: long enough, complete, and true about what there is."""

from __future__ import annotations

import ast
import re

import pytest

from tests.conventions.source import PACKAGE, modules, text

MIN_WORDS = 60
PACKAGES = sorted(path for path in modules() if path.endswith("/__init__.py"))
ELSEWHERE = {
    "aiohttp", "async", "httptools", "import-linter", "logging",
    "config.example.toml", "config.toml", "index.db", "trace.db", "wallet.db",
    "py.typed", "lanes/", "kernels/", "static/", "kernels.c", "data/", "specification", "tests/conventions",
    "classmethod", "property", "staticmethod", "extra",
}  # fmt: skip
"""What docstrings of packages name that is no module: libraries, files, and the language."""


def docstring(path: str) -> str:
    return ast.get_docstring(modules()[path]) or ""


def quoted(path: str) -> list[str]:
    """The names in double backticks, but for commands, constants, attributes of modules and such."""
    return re.findall(r"``([a-z][\w./-]*)``", docstring(path))


def contents(path: str) -> set[str]:
    """The modules and packages that lie in a package."""
    folder = PACKAGE.parent / path.removesuffix("/__init__.py")
    public = {file.stem for file in folder.glob("*.py") if not file.stem.startswith("_")}
    return public | {inner.parent.name for inner in folder.glob("*/__init__.py")}


def is_there(name: str, path: str) -> bool:
    """Whether a name is a module below this package or one above it, or something that such a module defines."""
    folders = path.removesuffix("/__init__.py").split("/")
    parts = name.split(".")
    for depth in range(len(folders), 0, -1):
        base = "/".join(folders[:depth])
        if f"{base}/{'/'.join(parts)}.py" in modules() or f"{base}/{'/'.join(parts)}/__init__.py" in modules():
            return True
        owner = f"{base}/{'/'.join(parts[:-1])}.py"
        defined = rf"^((async )?def |class |){parts[-1]}\b"
        if owner in modules() and re.search(defined, text(owner), re.MULTILINE):
            return True
    folder = "/".join(folders)
    return any(f"def {name}(" in text(file) for file in modules() if file.startswith(f"{folder}/"))


@pytest.mark.parametrize("path", PACKAGES)
def test_a_package_is_described_at_length(path: str) -> None:
    paragraphs = [part for part in docstring(path).split("\n\n") if part.strip()]
    assert len(paragraphs) > 1, "a headline, and what is inside"
    assert len(docstring(path).split()) >= MIN_WORDS


@pytest.mark.parametrize("path", PACKAGES)
def test_a_package_names_everything_inside(path: str) -> None:
    """In double backticks, or in a drawn table."""
    drawn = "\n".join(line for line in docstring(path).splitlines() if line.startswith("    "))
    named = {name.partition(".")[0] for name in quoted(path)} | set(re.findall(r"\w+", drawn))
    assert contents(path) - named - {"build_compiled"} == set()


@pytest.mark.parametrize("path", PACKAGES)
def test_what_a_package_names_is_there(path: str) -> None:
    """A module that was renamed or went is renamed here, too."""
    assert [name for name in quoted(path) if name not in ELSEWHERE and not is_there(name, path)] == []


def test_headlines_are_sentences() -> None:
    """The first line of every module ends where its sentence does: a reader of a list sees nothing else."""
    cut = [
        path
        for path, tree in modules().items()
        if not (ast.get_docstring(tree) or "").partition("\n")[0].rstrip("`").endswith((".", "?"))
    ]
    assert cut == []
