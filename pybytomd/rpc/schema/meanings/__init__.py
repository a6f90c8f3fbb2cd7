"""What every field of a request or an answer means, for ``/docs``, ``/openapi.json`` and the typed client.

Most names mean the same wherever they stand: ``by_name`` has those. ``by_class`` has what a name means in one
class, a table for each subject, and counts more. ``required`` lists what a request must have.

A new field whose name is not there yet gets a row, in ``by_name`` if it means that everywhere. A field without a
row fails ``tests/conventions``, and so does a row without a field.
"""

from __future__ import annotations

from pybytomd.rpc.schema.field_types import Schema


def meaning_of(cls: type[object], field: str) -> str:
    """What a field of a class means, in words; a class has what its bases have. Empty for one without a row."""
    # The texts of all fields, which a node needs only when it is asked for its documents.
    from pybytomd.rpc.schema.meanings.by_class import OF_CLASSES
    from pybytomd.rpc.schema.meanings.by_name import OF_NAMES

    for one in cls.__mro__:
        if meaning := OF_CLASSES.get(one.__name__, {}).get(field):
            return meaning
    return OF_NAMES.get(field, "")


def described(schema: Schema, meaning: str) -> Schema:
    """The schema of a field with what it means. How the value is written, if the schema says it, comes behind."""
    if not meaning:
        return schema
    if "title" in schema:  # it has a name and says what it is by itself, wherever it stands
        return {"allOf": [schema], "description": meaning}
    form = schema.get("description")
    return {**schema, "description": f"{meaning} ({form})" if form else meaning}


def told(cls: type[object]) -> str:
    """What a class says of itself: its docstring in one line of running text."""
    return " ".join((cls.__doc__ or "").replace("``", "`").split())
