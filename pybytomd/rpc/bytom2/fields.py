"""Types of request fields that only methods of Bytom 2 have. See ``schema.field_types``."""

from __future__ import annotations

from typing import Annotated

from pybytomd.ledger.bytom2.transaction import Transaction
from pybytomd.rpc.schema.field_types import EncodedKind, ListKind

_TRANSACTION = EncodedKind("types.Tx", Transaction.from_hex, "a serialized transaction in hex")

RawTransaction = Annotated[Transaction | None, _TRANSACTION]
RawTransactionList = Annotated[tuple[Transaction | None, ...], ListKind(_TRANSACTION, None)]
