"""The table of API methods, and the decorator that puts a function into it.

::

    @method("get-block-hash", role=Role.READ)
    def get_block_hash(api: Api) -> BlockHashReply:
        \"\"\"Hash of the best block.\"\"\"
        return BlockHashReply(block_hash=api.chain.best_hash)

The second parameter, if there is one, is the request, and its annotation the dataclass it is read into
(``requests``); the return annotation describes the reply (``replies``). A plain function answers at once, on the
event loop, and must not take long; an ``async`` one may wait for threads and peers. ``role`` is what a client has
to hold (``access.roles``). A method that changes nothing says ``reads=True``; one that takes more than small
things names its ``body`` limit; one that is not of 1.x alone names the ``kinds`` of chains it is for; one that
``waits`` for something to happen bounds by itself how many do. What fails raises ``BytomError``. The docstring's
first line is the summary in the OpenAPI document.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, TypeVar, get_type_hints

from pybytomd.ledger.networks.chain_kind import ChainKind
from pybytomd.rpc.roles import Role
from pybytomd.rpc.schema.body_limits import PLAIN_BODY, BodyLimit

F = TypeVar("F", bound=Callable[..., object])

_TABLES: Mapping[ChainKind, dict[str, Method]] = {kind: {} for kind in ChainKind}
METHODS: Mapping[ChainKind, Mapping[str, Method]] = MappingProxyType(
    {kind: MappingProxyType(table) for kind, table in _TABLES.items()}
)
"""Those of the modules that are imported, by their names; see ``methods.load_methods`` for all of them."""
BOTH = tuple(ChainKind)
"""For methods that are the same on chains of either kind."""


@dataclass(frozen=True, slots=True)
class Method:
    """One endpoint.

    ``ready``, for an async method, answers at once if it can, else gives None. ``reads`` is true for a method that
    changes nothing and does nothing with keys. ``role`` is the one that who calls it has to hold.
    """

    name: str
    call: Callable[..., Any]
    request: type[Any] | None
    reply: object
    is_async: bool
    needs_wallet: bool
    ready: Callable[..., Any] | None
    summary: str
    family: str
    in_reference: bool
    role: Role = Role.ADMIN
    reads: bool = False
    body: BodyLimit = PLAIN_BODY
    waits: bool = False
    """Whether it waits for something to happen, for long and without work to do."""
    kinds: tuple[ChainKind, ...] = (ChainKind.BYTOM1,)
    """On which chains it is the same."""

    @property
    def path(self) -> str:
        """Where it is found."""
        return f"/{self.name}"


def method(
    name: str,
    *,
    role: Role,
    needs_wallet: bool = False,
    ready: Callable[..., Any] | None = None,
    in_reference: bool = True,
    reads: bool = False,
    body: BodyLimit = PLAIN_BODY,
    waits: bool = False,
    kinds: Sequence[ChainKind] = (ChainKind.BYTOM1,),
) -> Callable[[F], F]:
    """Make a function the API method of this name on chains of these kinds. Raises ValueError if it is taken."""

    def register(function: F) -> F:
        if any(name in _TABLES[kind] for kind in kinds):
            raise ValueError(f"there are two API methods {name}")
        hints = get_type_hints(function, include_extras=True)
        parameters = list(inspect.signature(function).parameters)
        made = Method(
            name=name,
            call=function,
            request=hints[parameters[1]] if len(parameters) > 1 else None,
            reply=hints.get("return"),
            is_async=inspect.iscoroutinefunction(function),
            needs_wallet=needs_wallet,
            ready=ready,
            summary=(inspect.getdoc(function) or "").partition("\n")[0],
            family=function.__module__.rpartition(".")[2],
            in_reference=in_reference,
            role=role,
            reads=reads,
            body=body,
            waits=waits,
            kinds=tuple(kinds),
        )
        for kind in kinds:
            _TABLES[kind][name] = made
        return function

    return register
