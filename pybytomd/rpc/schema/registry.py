"""The table of API methods, and the decorator that puts a function into it.

::

    @method("get-block-hash")
    def get_block_hash(api: Api) -> BlockHashReply:
        \"\"\"Hash of the best block.\"\"\"
        return BlockHashReply(block_hash=api.chain.best_hash)

The second parameter, if there is one, is the request, and its annotation the dataclass it is read into
(``requests``); the return annotation describes the reply (``replies``). A plain function answers at once, on the
event loop, and must not take long; an ``async`` one may wait for threads and peers. What fails raises
``BytomError``. The docstring's first line is the method's summary in the OpenAPI document.
"""

from __future__ import annotations

import functools
import importlib
import inspect
import pkgutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar, get_type_hints

from pybytomd.rpc import methods

F = TypeVar("F", bound=Callable[..., object])

_TABLE: dict[str, Method] = {}


@dataclass(frozen=True, slots=True)
class Method:
    """One endpoint. ``ready``, for an async method, answers at once if it can, else gives None."""

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

    @property
    def path(self) -> str:
        """Where it is found."""
        return f"/{self.name}"


def method(
    name: str,
    *,
    needs_wallet: bool = False,
    ready: Callable[..., Any] | None = None,
    in_reference: bool = True,
) -> Callable[[F], F]:
    """Make a function the API method of this name. Raises ValueError if the name is taken."""

    def register(function: F) -> F:
        if name in _TABLE:
            raise ValueError(f"there are two API methods {name}")
        hints = get_type_hints(function, include_extras=True)
        parameters = list(inspect.signature(function).parameters)
        _TABLE[name] = Method(
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
        )
        return function

    return register


@functools.cache
def load_methods(*, with_wallet: bool = True) -> Mapping[str, Method]:
    """Every method by its name, in order of names; imports all modules of ``pybytomd.rpc.methods``.

    A node without wallet leaves out those that have nothing for it, and starts sooner.
    """
    for module in pkgutil.iter_modules(methods.__path__):
        if with_wallet or module.name not in methods.WALLET_ONLY:
            importlib.import_module(f"{methods.__name__}.{module.name}")
    return dict(sorted(_TABLE.items()))
