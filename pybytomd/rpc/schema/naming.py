"""How requests and answers are called in ``/openapi.json`` and in the typed client."""

from __future__ import annotations

import keyword

SUFFIXES = ("Reply", "Shape")
"""Ends of class names that say where a class is used, and nothing of what it is."""
REQUEST = "Request"


def title_of(cls: type[object]) -> str:
    """The name of an object of answers."""
    name = cls.__name__
    for suffix in SUFFIXES:
        name = name.removesuffix(suffix)
    return name


def request_title_of(cls: type[object]) -> str:
    """The name of an object of requests, also of a class that is used in answers, where other fields are there."""
    return f"{title_of(cls).removesuffix(REQUEST)}{REQUEST}"


def camel_case(method: str) -> str:
    """A method's name as the beginning of a class name."""
    return "".join(map(str.capitalize, method.split("-")))


def python_name(name: str) -> str:
    """The name of a method or a field as Python takes it."""
    name = name.replace("-", "_")
    return f"{name}_" if keyword.iskeyword(name) else name
