"""One text, one class: of two with the same text one is raised and the other caught, sooner or later."""

from __future__ import annotations

import importlib
import pkgutil
from collections import defaultdict

import pybytomd
from pybytomd.errors import BytomError

ON_PURPOSE = {
    "EOF": "Go's io.EOF, of bytes and of JSON text",
    "unexpected EOF": "Go's io.ErrUnexpectedEOF, of bytes, of JSON text and of Go's own encoding",
    "value out of range": "the codec's, for reading and for writing a template",
    "mismatched merkle root": "a rule of consensus, and a peer's body that is not that of its header",
    "bad value": "a program that cannot be built, and one that cannot be run",
    "peerId not exist": "of the peers there are, and of a node that has none",
}
"""Texts of several classes, none of which is caught in the place of another, and why there are several."""


def all_errors(cls: type[BytomError] = BytomError) -> set[type[BytomError]]:
    """Every class of the tree below one."""
    return {inner for child in cls.__subclasses__() for inner in {child, *all_errors(child)}}


def test_no_text_is_that_of_two_classes() -> None:
    for module in pkgutil.walk_packages(pybytomd.__path__, "pybytomd."):
        if not module.name.endswith("__main__"):
            importlib.import_module(module.name)
    classes: defaultdict[str, set[str]] = defaultdict(set)
    for cls in all_errors():
        text = cls.__dict__.get("message")
        if text and cls.__module__.startswith("pybytomd."):
            classes[text].add(f"{cls.__module__}.{cls.__name__}")
    shared = {text: names for text, names in classes.items() if len(names) > 1}
    assert {text: names for text, names in shared.items() if text not in ON_PURPOSE} == {}
    assert set(ON_PURPOSE) == set(shared), "no longer shared: take it off the list"
