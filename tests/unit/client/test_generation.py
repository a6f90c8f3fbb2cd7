"""The modules that are written from the API say what it says. That they are today's is seen by ``conventions``."""

from __future__ import annotations

import inspect

import pytest

from pybytomd.client.async_methods import AsyncMethods
from pybytomd.client.generation import Generator
from pybytomd.client.methods import Methods
from pybytomd.rpc.methods import load_methods

METHODS = load_methods()


@pytest.mark.parametrize("cls", [Methods, AsyncMethods])
def test_every_method_is_a_function(cls: type) -> None:
    functions = {name for name, _ in inspect.getmembers(cls, inspect.isfunction) if not name.startswith("_")}
    assert functions == {name.replace("-", "_") for name in METHODS}


def test_what_repeats_is_harmless() -> None:
    """Those that change nothing may be asked again, but for those that wait on purpose."""
    for name, method in METHODS.items():
        source = inspect.getsource(getattr(Methods, name.replace("-", "_")))
        assert ("harmless=True" in source) == (method.reads and not method.waits), name


OBJECT = "#/components/schemas"
RESULT = {"application/json": {"schema": {"oneOf": [{"$ref": f"{OBJECT}/GetThingResult"}]}}}
DOCUMENT = {
    "paths": {
        "/get-thing": {
            "post": {
                "operationId": "get-thing", "summary": 'A "thing".',
                "x-role": "read", "x-reads": True, "x-waits": False, "x-errors": ["BTM700", "BTM701", "BTM000"],
                "requestBody": {"content": {"application/json": {"schema": {"$ref": f"{OBJECT}/ThingRequest"}}}},
                "responses": {"200": {"content": RESULT}},
            }
        },
        "/health": {"get": {}},
    },
    "components": {"schemas": {
        "ThingRequest": {
            "properties": {
                "from": {"type": "integer", "description": "The first"},
                "class": {"type": "array", "items": {"$ref": "#/components/schemas/Part"}},
            },
            "required": ["class"],
        },
        "GetThingResult": {"properties": {"data": {"$ref": "#/components/schemas/Thing"}}},
        "Part": {"properties": {"type": {"const": "part"}, "size": {"type": "integer"}}},
        "Thing": {
            "description": "A thing.",
            "properties": {
                "global": {"type": "string", "description": "All of it"},
                "size": {"anyOf": [{"type": "integer"}, {"type": "number"}]},
                "parts": {"type": "array", "items": {}, "default": []},
                "more": {"type": "object"},
            },
            "required": ["global", "size"],
        },
    }},
}  # fmt: skip


def test_a_class_is_written() -> None:
    source = Generator(DOCUMENT).types()
    assert (
        '''
class Thing(msgspec.Struct, frozen=True, kw_only=True):
    """A thing."""

    global_: str = msgspec.field(name="global")
    """All of it."""
    size: int
    parts: list[Any] = []
    more: dict[str, Any] | None = None
'''
        in source
    )
    assert (
        'class Part(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, tag_field="type", tag="part"):'
        in source
    )
    assert "ThingRequest" not in source


def test_a_function_is_written() -> None:
    source = Generator(DOCUMENT).methods(is_async=True)
    assert (
        '''
    async def get_thing(self, *, class_: Sequence[Part], from_: int | None = None) -> Thing:
        """A "thing".

        class_: .
        from_: The first.

        Role: read. Errors of its own: BTM700 to BTM701.
        """
        return await self._ask("get-thing", {"from": from_, "class": class_}, Thing, harmless=True)
'''
        in source
    )
