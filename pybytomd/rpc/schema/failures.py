"""Which error codes a method may answer with, for the page and the OpenAPI document.

Beside these a method may fail with ``BTM000`` for anything that has no code of its own.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from pybytomd.rpc.errors import DEFAULT_CODE, ERROR_TABLE
from pybytomd.rpc.schema.registry import Method


def _between(first: int, last: int) -> tuple[str, ...]:
    """The codes of the table from one number to another, both included."""
    return tuple(code for code in ERROR_TABLE if first <= int(code.removeprefix("BTM")) <= last)


SIGNERS = _between(200, 203)
BUILDING = _between(700, 711)
PROGRAM = _between(760, 775)
VALIDATION = (*_between(730, 748), *PROGRAM)
SUBMITTING = (*_between(712, 714), *VALIDATION)
ACCOUNT = ("BTM709",)
ASSET = ("BTM710",)
KEY = ("BTM801", "BTM802")
CONTRACT = ("BTM303",)
INDEX = ("BTM950", "BTM951", "BTM952")

FAILURES: Mapping[str, tuple[str, ...]] = {
    "build-chain-transactions": (*BUILDING, *SUBMITTING),
    "build-transaction": (*BUILDING, *SUBMITTING),
    "check-key-password": KEY,
    "compile": ("BTM300", "BTM301"),
    "create-account": SIGNERS,
    "create-account-receiver": ACCOUNT,
    "create-asset": SIGNERS,
    "create-contract": ("BTM302",),
    "create-key": ("BTM800",),
    "decode-program": PROGRAM,
    "delete-account": ACCOUNT,
    "delete-key": KEY,
    "generate": VALIDATION,
    "get-address": INDEX,
    "get-asset": ASSET,
    "get-asset-summary": INDEX,
    "get-chain-statistics": INDEX,
    "get-contract": CONTRACT,
    "get-indexed-output": INDEX,
    "get-indexed-transaction": INDEX,
    "get-mining-address": ACCOUNT,
    "list-accounts": ACCOUNT,
    "list-address-outputs": INDEX,
    "list-address-transactions": INDEX,
    "list-addresses": ACCOUNT,
    "list-asset-holders": INDEX,
    "list-asset-transfers": INDEX,
    "list-balances": ACCOUNT,
    "list-block-summaries": INDEX,
    "list-holdings": ACCOUNT,
    "list-indexed-assets": INDEX,
    "list-pubkeys": ACCOUNT,
    "list-transactions": ACCOUNT,
    "list-unspent-outputs": ACCOUNT,
    "recovery-wallet": SIGNERS,
    "reset-key-password": KEY,
    "restore-wallet": ("BTM800", *SIGNERS),
    "search": INDEX,
    "sign-message": KEY,
    "sign-transaction": (*KEY, *SUBMITTING),
    "sign-transactions": (*KEY, *SUBMITTING),
    "submit-block": VALIDATION,
    "submit-transaction": SUBMITTING,
    "submit-transactions": SUBMITTING,
    "submit-work": VALIDATION,
    "submit-work-json": VALIDATION,
    "update-account-alias": ACCOUNT,
    "update-asset-alias": ASSET,
    "update-contract-alias": CONTRACT,
    "update-key-alias": ("BTM800", *KEY),
}
"""By method, those with codes of their own."""


def failures_of(method: Method) -> Iterator[str]:
    """The codes of a method's failures, each once, the general one last."""
    yield from FAILURES.get(method.name, ())
    yield DEFAULT_CODE


def runs(codes: Iterable[str]) -> list[str]:
    """Codes with those that follow one another in the table of all as one text, such as ``BTM700 to BTM711``."""
    table, found = list(ERROR_TABLE), list[list[str]]()
    for code in codes:
        if found and table[table.index(found[-1][-1]) + 1 :][:1] == [code]:
            found[-1].append(code)
        else:
            found.append([code])
    return [" to ".join(dict.fromkeys((run[0], run[-1]))) for run in found]
