"""What scripts cost: the reference's measures for each number of keys and signatures."""

from __future__ import annotations

import pytest

from pybytomd.ledger.constants import BTM_ASSET_ID, GAS_PER_BYTE, NEU_PER_GAS
from pybytomd.ledger.inputs import SpendInput, TxOutput
from pybytomd.ledger.transaction import Transaction
from pybytomd.wallet.spend.estimate import estimate
from pybytomd.wallet.spend.ledgers.bytom1 import Template
from pybytomd.wallet.spend.template import SigningInstruction
from pybytomd.wallet.spend.witness import DataWitness, ProgramSignatures, Signatures, key_paths
from tests.unit.wallet.spend.small_wallet import ALICE, BOB, CAROL

SCRIPT_HASH_PROGRAM = b"\x00\x20" + bytes(32)


def spend_of_a_script(component: Signatures) -> Template:
    spend = SpendInput(bytes(32), BTM_ASSET_ID, 100, 0, 1, SCRIPT_HASH_PROGRAM)
    tx = Transaction(1, 0, (spend,), (TxOutput(BTM_ASSET_ID, 90, b"\x51"),))
    return Template(tx, (SigningInstruction(0, (component, DataWitness(b"script"))),))


@pytest.mark.parametrize("kind", [Signatures, ProgramSignatures])
@pytest.mark.parametrize(
    ("keys", "quorum", "gas"),
    [
        (1, 1, 1131 + 72 + 659 + 27),  # alone the only one of one key is dearer by 27
        (1, 0, 1131 + 659),
        (1, 2, 1131 + 2 * 72 + 659),
        (2, 1, 2 * 1131 + 72 + 659),
        (2, 2, 2 * 1131 + 2 * 72 + 659),
        (3, 2, 3 * 1131 + 2 * 72 + 659),
        (0, 0, 659),
        (0, 1, 72 + 659),
    ],
)
def test_gas_of_a_script(kind: type[Signatures], keys: int, quorum: int, gas: int) -> None:
    xpubs = [ALICE.xpub, BOB.xpub, CAROL.xpub][:keys]
    template = spend_of_a_script(kind(quorum, key_paths(xpubs, ())))
    assert template.transaction is not None
    found, size = estimate(template), 33 * keys + 65 * quorum
    assert found.vm == gas * NEU_PER_GAS
    assert found.storage == (template.transaction.serialized_size + size) * GAS_PER_BYTE * NEU_PER_GAS
    assert found.flexible == (gas + (176 + size) * GAS_PER_BYTE) * NEU_PER_GAS
    assert found.total == found.vm + found.storage + found.flexible
