"""Modules import in one direction: none leads back to itself, not even by imports for type checkers alone."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from graphlib import CycleError, TopologicalSorter

import pytest

from tests.conventions.source import modules

ROOM = (
    "vm", "wallet", "sync", "p2p", "node", "chain", "equity", "mining", "tracing", "store", "cli", "rpc",
    "codec", "ledger",
)  # fmt: skip
"""Packages whose shelves, too, import in one direction."""


def imports(trees: Mapping[str, ast.Module]) -> dict[str, set[str]]:
    """By dotted name: the modules that each imports anywhere, also in functions and for type checkers."""
    found: dict[str, set[str]] = {name: set() for name in trees}
    for name, tree in trees.items():
        for node in ast.walk(tree):
            if isinstance(node, ast.Import):
                found[name] |= {alias.name for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module:
                inner = {f"{node.module}.{alias.name}" for alias in node.names}
                found[name] |= {one if one in trees else node.module for one in inner}
        found[name] = {one for one in found[name] if one in trees and one != name}
    return found


def circle(graph: Mapping[str, set[str]]) -> list[str]:
    """A way through the graph from a module back to itself; nothing if there is none."""
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        return list(error.args[1])
    return []


def dotted() -> dict[str, ast.Module]:
    return {
        path.removesuffix(".py").removesuffix("/__init__").replace("/", "."): tree
        for path, tree in modules().items()
    }


def shelves(graph: Mapping[str, set[str]], package: str) -> dict[str, set[str]]:
    """The graph of what lies directly in a package."""
    start = f"pybytomd.{package}."
    found: dict[str, set[str]] = {}
    for name, used in graph.items():
        if name.startswith(start):
            shelf = name.removeprefix(start).partition(".")[0]
            others = {one.removeprefix(start).partition(".")[0] for one in used if one.startswith(start)}
            found[shelf] = found.get(shelf, set()) | others - {shelf}
    return found


def test_no_module_leads_back_to_itself() -> None:
    graph = imports(dotted())
    assert len(graph) > 300
    assert graph["pybytomd.vm.machine"] > {"pybytomd.vm.frame", "pybytomd.vm.opcode_table"}
    assert circle(graph) == []


@pytest.mark.parametrize("package", ROOM)
def test_no_shelf_leads_back_to_itself(package: str) -> None:
    inside = shelves(imports(dotted()), package)
    assert len(inside) > 3
    assert circle(inside) == []


@pytest.mark.parametrize(
    "back",
    ["import a", "def f():\n    from a import x", "if TYPE_CHECKING:\n    import a"],
)
def test_what_is_found(back: str) -> None:
    sources = {"a": "from b import y", "b": back, "c": "import a, b"}
    graph = imports({name: ast.parse(source) for name, source in sources.items()})
    assert set(circle(graph)) == {"a", "b"}
    assert (
        circle(imports({**{name: ast.parse(source) for name, source in sources.items()}, "b": ast.parse("")}))
        == []
    )
