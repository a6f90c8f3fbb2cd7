"""What is compiled is written so that it means the same compiled and not: see the docstring of ``pybytomd.vm``."""

import ast
import re

import pytest

from pybytomd.vm.build_compiled import MODULES
from tests.conventions.source import ROOT, modules

DECORATORS = {"classmethod", "property", "staticmethod", "opcode"}
FOREIGN = {"dataclasses", "enum", "functools", "weakref"}
"""Modules whose classes and decorators mypyc does not compile, or that see calls which are none."""
ERRORS = re.compile(r"(Error|Exception|Protocol)$")


def compiled() -> dict[str, ast.Module]:
    return {path: tree for path, tree in modules().items() if path in MODULES}


def classes(tree: ast.Module) -> list[ast.ClassDef]:
    return [node for node in ast.walk(tree) if isinstance(node, ast.ClassDef)]


def bases(node: ast.ClassDef) -> list[str]:
    return [ast.unparse(base) for base in node.bases]


def is_error_or_protocol(node: ast.ClassDef) -> bool:
    return bool(bases(node)) and all(ERRORS.search(base) for base in bases(node))


def faults(tree: ast.Module, known: set[str]) -> list[str]:
    """What a module does that is not the same when it is compiled."""
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Import | ast.ImportFrom):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else [node.module or ""]
            found += [f"{node.lineno}: imports {name}" for name in names if name.partition(".")[0] in FOREIGN]
        elif isinstance(node, ast.AsyncFunctionDef | ast.Await | ast.AsyncFor | ast.AsyncWith):
            found.append(f"{node.lineno}: is asynchronous")
        elif isinstance(node, ast.FunctionDef):
            names = [ast.unparse(decorator).partition("(")[0] for decorator in node.decorator_list]
            found += [f"{node.lineno}: decorator {name}" for name in names if name not in DECORATORS]
        elif isinstance(node, ast.Attribute) and node.attr == "__dict__":
            found.append(f"{node.lineno}: __dict__")
    for node in classes(tree):
        if is_error_or_protocol(node):
            continue
        found += [f"{node.lineno}: decorator of class {node.name}" for _ in node.decorator_list]
        found += [f"{node.lineno}: {node.name} derives from {base}" for base in bases(node) if base not in known]
        if len(node.bases) > 1:
            found.append(f"{node.lineno}: {node.name} has several bases")
        targets = [ast.unparse(t) for item in node.body if isinstance(item, ast.Assign) for t in item.targets]
        if "__slots__" not in targets:
            found.append(f"{node.lineno}: {node.name} has no __slots__")
    return found


def test_compiled_modules_exist() -> None:
    assert [path for path in MODULES if path not in modules()] == []


def test_compiled_modules_keep_to_what_is_the_same_both_ways() -> None:
    trees = compiled()
    known = {node.name for tree in trees.values() for node in classes(tree)}
    assert {path: found for path, tree in trees.items() if (found := faults(tree, known))} == {}


@pytest.mark.parametrize(
    ("source", "fault"),
    [
        ("from dataclasses import dataclass", "imports dataclasses"),
        ("@cache\ndef f() -> None: ...", "decorator cache"),
        ("async def f() -> None: ...", "is asynchronous"),
        ("class A: ...", "A has no __slots__"),
        ("class A(dict):\n    __slots__ = ()", "A derives from dict"),
        ("x.__dict__", "__dict__"),
    ],
)
def test_what_is_found(source: str, fault: str) -> None:
    assert [found.partition(": ")[2] for found in faults(ast.parse(source), set())] == [fault]


def replaced_names(tree: ast.Module) -> list[tuple[int, str]]:
    """Lines at which a test replaces a name of a compiled module."""
    names = {path.removesuffix(".py").replace("/", ".") for path in MODULES}
    aliases = {
        alias.asname or alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
        if f"{node.module}.{alias.name}" in names
    }
    return [
        (node.lineno, ast.unparse(node))
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and ast.unparse(node.func).endswith(("monkeypatch.setattr", "patch.object"))
        and node.args
        and ast.unparse(node.args[0]) in aliases
    ]


def test_tests_replace_nothing_in_compiled_modules() -> None:
    sources = {path: ast.parse(path.read_text(encoding="utf-8")) for path in (ROOT / "tests").rglob("test_*.py")}
    assert {str(path): found for path, tree in sources.items() if (found := replaced_names(tree))} == {}
