"""A typed client of a node: its methods as functions, its answers as objects, its errors as exceptions.

::

    from pybytomd.client import Client

    node = Client()
    for balance in node.list_balances(account_alias="alice"):
        print(balance.asset_alias, balance.amount)

``Client`` is for ordinary code, ``AsyncClient`` for coroutines; both have a function for each method of the API,
with keyword arguments, and ``events``. The API is that of 1.x: on Bytom 2 blocks, transactions and what else is
not the same there are asked for by ``call``, which gives the data of an answer as it came. ``types`` has what the
methods take and give, ``errors`` what they raise. Where the node is and what it wants for credentials they find
out as pybytomcli does, which stands on the same modules: ``place``, ``http_client`` and ``event_stream``.

They are in ``client`` and ``async_client``, which are imported when they are first wanted. ``types``, ``methods``
and ``async_methods`` are written by ``generation`` from what the node says of itself in ``/openapi.json``;
``asking`` says when a request is sent again, ``reading`` makes objects of answers.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pybytomd.client.errors import (
    AnswerLost,
    NoAnswer,
    NoNode,
    NotReached,
    OddAnswer,
    Refused,
    TurnedAway,
)

if TYPE_CHECKING:
    from pybytomd.client.async_client import AsyncClient
    from pybytomd.client.client import Client
    from pybytomd.client.event_stream import Event

__all__ = [
    "AnswerLost",
    "AsyncClient",
    "Client",
    "Event",
    "NoAnswer",
    "NoNode",
    "NotReached",
    "OddAnswer",
    "Refused",
    "TurnedAway",
]

_LATER = {"AsyncClient": "async_client", "Client": "client", "Event": "event_stream"}
"""What takes time to import, which pybytomcli mostly does without: aiohttp, and the classes of all answers."""


def __getattr__(name: str) -> object:
    """A client class, imported when it is wanted. Raises AttributeError."""
    if name not in _LATER:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(f"{__name__}.{_LATER[name]}"), name)
