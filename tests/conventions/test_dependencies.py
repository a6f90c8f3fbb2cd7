"""What is imported is declared in pyproject.toml, for every machine; and what the package tells of itself."""

import ast
import re
import sys
import tomllib
from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from functools import cache
from importlib import metadata
from itertools import product
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

import pybytomd
from tests.conventions.source import ROOT, modules, text

OURS = {"pybytomd", "tests"}
BUILD_STEP = re.compile(r"(^|/)build_\w+\.py$")
"""Modules that only run while the package is built."""
PROJECT = tomllib.loads(text("pyproject.toml"))
REQUIRED = PROJECT["project"]["dependencies"]
GROUPS: dict[str, list[str]] = PROJECT["project"]["optional-dependencies"]


def distributions(requirements: list[str]) -> set[str]:
    """Names of those that are for this machine."""
    wanted = [Requirement(line) for line in requirements]
    return {canonicalize_name(item.name) for item in wanted if item.marker is None or item.marker.evaluate()}


def distributions_of_clients() -> set[str]:
    line = re.search(r"^CLIENTS := (.*)$", text("Makefile"), re.MULTILINE)
    assert line
    return distributions(line[1].split())


@cache
def providers() -> dict[str, list[str]]:
    """Distributions by the packages that they install."""
    installed = metadata.packages_distributions()
    return {name: [canonicalize_name(one) for one in found] for name, found in installed.items()}


PLUGIN_OF_PYTEST = ("pybytomd/testing.py",)
"""What pytest alone imports."""
NEEDED, OPTIONAL, ALTERNATIVE = "needed", "optional", "alternative"
"""An import; one whose failure is caught; and what is imported then."""


def imported(tree: ast.AST, need: str = NEEDED) -> Iterator[tuple[str, str, int]]:
    """Names of top-level packages of others, how much they are needed, and lines."""
    for node in ast.iter_child_nodes(tree):
        names: list[str] = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and not node.level:
            names = [node.module or ""]
        for name in {name.partition(".")[0] for name in names} - OURS - sys.stdlib_module_names:
            yield name, need, node.lineno  # type: ignore[attr-defined]
        if isinstance(node, ast.Try) and any(map(_catches_absence, node.handlers)):
            for part, its_need in ((node.body, OPTIONAL), (node.handlers, ALTERNATIVE), (node.orelse, need)):
                for inner in part:
                    yield from imported(ast.Module([inner], []), its_need)
        else:
            yield from imported(node, need)


def _catches_absence(handler: ast.ExceptHandler) -> bool:
    return handler.type is not None and ast.unparse(handler.type) in {"ImportError", "ModuleNotFoundError"}


def undeclared(
    trees: dict[str, ast.Module], required: set[str], optional: AbstractSet[str], alternative: AbstractSet[str]
) -> list[str]:
    allowed = {NEEDED: required, OPTIONAL: required | optional, ALTERNATIVE: required | alternative}
    return [
        f"{path}:{line} {name}"
        for path, tree in trees.items()
        for name, need, line in imported(tree)
        if not {*providers().get(name, ()), canonicalize_name(name)} & allowed[need]
    ]


def test_everything_imported_is_required() -> None:
    """Or in an optional group, and its absence is caught; or on other machines, and it is an alternative."""
    elsewhere = {canonicalize_name(Requirement(line).name) for line in REQUIRED}
    trees = {path: tree for path, tree in modules().items() if not BUILD_STEP.search(path)}
    optional = distributions(GROUPS["speed"] + GROUPS["parquet"] + GROUPS["qr"])
    plugin = {path: trees.pop(path) for path in PLUGIN_OF_PYTEST}
    assert undeclared(plugin, distributions(REQUIRED) | {"pytest"}, set(), set()) == []
    assert undeclared(trees, distributions(REQUIRED), optional | elsewhere, elsewhere) == []


def test_everything_that_the_build_imports_is_required_by_it() -> None:
    trees = {path: tree for path, tree in modules().items() if BUILD_STEP.search(path)}
    assert trees
    providers().setdefault("mypyc", ["mypy"])
    assert undeclared(trees, distributions(PROJECT["build-system"]["requires"]), set(), set()) == []


def test_everything_that_the_tests_import_is_required_by_them() -> None:
    trees = {
        str(path.relative_to(ROOT)): ast.parse(path.read_text("utf-8")) for path in (ROOT / "tests").rglob("*.py")
    }
    assert (
        undeclared(trees, distributions(REQUIRED + GROUPS["dev"]) | distributions_of_clients(), set(), set()) == []
    )


def test_everything_required_is_imported() -> None:
    used = {
        one
        for tree in modules().values()
        for name, *_ in imported(tree)
        for one in (*providers().get(name, ()), canonicalize_name(name))
    }
    assert distributions(REQUIRED) - used == set()


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("import os, left_pad.x", ["a.py:1 left_pad"]),
        ("def f():\n    from left_pad import y", ["a.py:2 left_pad"]),
        ("try:\n    import left_pad\nexcept ImportError:\n    pass", ["a.py:2 left_pad"]),
        ("try:\n    import uvloop\nexcept ImportError:\n    pass", []),
        ("import uvloop", ["a.py:1 uvloop"]),
        ("try:\n    import click\nexcept ImportError:\n    import uvloop", ["a.py:4 uvloop"]),
        ("try:\n    import uvloop\nexcept ImportError:\n    import plyvel\nimport plyvel", ["a.py:5 plyvel"]),
        ("from . import x\nimport click", []),
    ],
)
def test_what_is_undeclared_is_seen(source: str, found: list[str]) -> None:
    assert undeclared({"a.py": ast.parse(source)}, {"click"}, {"uvloop"}, {"plyvel"}) == found


WITH_WHEEL = {
    "plyvel": {("linux", "x86_64", version) for version in ("3.11", "3.12")},
    "plyvel-ci": set(
        product(("linux", "darwin", "win32"), ("x86_64", "aarch64", "arm64", "AMD64"), ("3.11", "3.12"))
    ),
    "plyvel-next": set(
        product(("linux", "darwin", "win32"), ("x86_64", "aarch64", "arm64", "AMD64"), ("3.12", "3.13", "3.14"))
    ),
}
"""System, processor and Python that wheels of LevelDB's bindings were seen for."""


@pytest.mark.parametrize("version", ["3.11", "3.12", "3.13", "3.14"])
@pytest.mark.parametrize(
    ("system", "machine"),
    [
        ("linux", "x86_64"),
        ("linux", "aarch64"),
        ("darwin", "x86_64"),
        ("darwin", "arm64"),
        ("win32", "AMD64"),
    ],
)
def test_one_binding_of_leveldb_with_a_wheel_is_chosen_on_every_machine(
    system: str, machine: str, version: str
) -> None:
    environment = {"sys_platform": system, "platform_machine": machine, "python_version": version}
    bindings = [item for item in map(Requirement, REQUIRED) if item.name.startswith("plyvel")]
    chosen = [item.name for item in bindings if item.marker is None or item.marker.evaluate(environment)]
    assert len(chosen) == 1
    assert (system, machine, version) in WITH_WHEEL[chosen[0]]


def test_leveldb_is_imported_in_one_place() -> None:
    places = {path for path, tree in modules().items() for name, *_ in imported(tree) if name.startswith("plyvel")}
    assert places == {"pybytomd/store/kv/binding.py"}


def test_the_version_stands_in_one_place() -> None:
    assert metadata.version("pybytomd") == pybytomd.__version__
    files = [*sorted((ROOT / "pybytomd").rglob("*.py")), ROOT / "pyproject.toml"]
    told = re.compile(rf"""["']{re.escape(pybytomd.__version__)}["']""")
    assert [path.relative_to(ROOT) for path in files if told.search(path.read_text("utf-8"))] == [
        Path("pybytomd/__init__.py")
    ]


def test_the_metadata_say_what_a_user_looks_for() -> None:
    told = PROJECT["project"]
    assert told["license"] == "AGPL-3.0-or-later"
    assert told["license-files"] == ["LICENSE"]
    assert f"SPDX-License-Identifier: {told['license']}" in text("LICENSE")
    assert all(told[name] for name in ("description", "authors", "keywords", "urls"))
    tested = "Programming Language :: Python :: {}.{}".format(*sys.version_info)
    assert {tested, "Typing :: Typed"} <= set(told["classifiers"])
