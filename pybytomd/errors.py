"""The exception tree.

::

    BytomError
    ├── DecodeError            bytes or text that do not parse (codec, ledger)
    ├── VMError                a program failed (vm/errors.py lists the kinds)
    ├── ValidationError        a consensus rule is broken (consensus/errors.py lists the kinds)
    ├── ChainError             the chain engine cannot do what was asked (chain/errors.py)
    ├── StoreError             a database is missing, locked or damaged
    ├── ConfigError            a setting is wrong; says which, where it came from and what is allowed
    ├── NoMiningProgram        nobody can be paid for a block, says whoever receives the rewards
    └── RequestError           an API request cannot be answered (rpc/errors.py)

Every error has a *root text*, the reference's innermost message, which clients and vectors match on, and
may have *context*, outermost first, as the reference wraps it: ``"checking result 0: false VM result"``.
"""

from __future__ import annotations

from typing import ClassVar, Self


class BytomError(Exception):
    """Base of all errors raised on purpose.

    Subclasses set ``message`` (the root text, unless given at construction), ``name`` (the identifier the
    reference uses, for vectors and logs) and ``code`` (the API error code).
    """

    message: ClassVar[str] = ""
    name: ClassVar[str] = ""
    code: ClassVar[str] = "BTM000"

    def __init__(self, root: str | None = None, *, context: tuple[str, ...] = ()) -> None:
        self.root = self.message if root is None else root
        self.context = context
        super().__init__(self.root)

    @classmethod
    def because(cls, detail: str) -> Self:
        """An error of this class with its class message and one line of context: ``detail: message``."""
        return cls(context=(detail,))

    def within(self, where: str) -> Self:
        """Add an outer context in place and return the error, to write ``raise error.within("...")``."""
        self.context = (where, *self.context)
        return self

    def __str__(self) -> str:
        return ": ".join((*self.context, self.root))


class DecodeError(BytomError):
    """Bytes or text that do not parse. The only class decoders raise."""


class VMError(BytomError):
    """A program failed. Each kind is a subclass in ``vm/errors.py``."""


class ValidationError(BytomError):
    """A consensus rule is broken. Each kind is a subclass in ``consensus/errors.py``."""


class ChainError(BytomError):
    """The chain engine cannot do what was asked: unknown block, missing output and so on."""


class StoreError(BytomError):
    """A database is missing, locked or damaged."""


class ConfigError(BytomError):
    """A setting is wrong. The text names it, says where it came from and what is allowed."""


class NoMiningProgram(BytomError):
    """There is nowhere to pay the reward of a block to. Here, as accounts and mining must mean the same by it."""

    message = "mining needs an account to pay the reward to: create an account, or set a mining address"


class RequestError(BytomError):
    """An API request cannot be answered. Each kind is a subclass in ``rpc/errors.py``."""
