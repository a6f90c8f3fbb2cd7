"""What a field means in one class, where its name alone does not say it: a table for each subject.

``wallet``, ``blocks``, ``transactions``, ``contracts``, ``index``, ``node``, and ``bytom2`` for what only methods
of Bytom 2 have. A class of a new method gets its rows where its subject is. Where classes of two tables have the
same name, the rows of both count. What is told of a class counts for those that are made from it, too.
"""

from __future__ import annotations

from collections.abc import Mapping

from pybytomd.rpc.schema.meanings.by_class.blocks import OF_BLOCKS
from pybytomd.rpc.schema.meanings.by_class.bytom2 import OF_BYTOM2
from pybytomd.rpc.schema.meanings.by_class.contracts import OF_CONTRACTS
from pybytomd.rpc.schema.meanings.by_class.index import OF_INDEX
from pybytomd.rpc.schema.meanings.by_class.node import OF_NODE
from pybytomd.rpc.schema.meanings.by_class.transactions import OF_TRANSACTIONS
from pybytomd.rpc.schema.meanings.by_class.wallet import OF_WALLET

TABLES = (OF_WALLET, OF_BLOCKS, OF_TRANSACTIONS, OF_CONTRACTS, OF_INDEX, OF_NODE, OF_BYTOM2)
"""All tables, by the name of the class, then of the field. No field stands in two of them."""

OF_CLASSES: Mapping[str, Mapping[str, str]] = {
    name: {field: text for table in TABLES for field, text in table.get(name, {}).items()}
    for name in dict.fromkeys(name for table in TABLES for name in table)
}
"""What they say together."""
