"""Merging outputs of an asset in a wallet of Bytom 2."""

from __future__ import annotations

import json

from pybytomd.codec.json import gojson
from pybytomd.ledger.constants import BTM_ASSET_ID
from pybytomd.node.family.bytom2 import wallet_kind
from pybytomd.wallet.accounts.ownership import owned_by
from pybytomd.wallet.spend.build import BuildRequest
from pybytomd.wallet.spend.estimate import MERGE_FEE, estimate
from tests.unit.wallet.bytom2_recorded import memory, open_chain, open_wallet, records

GOLD = bytes.fromhex("77" * 32)
FEE, OUTPUTS = 10**8, 23


def test_transactions_follow_one_another_and_the_fees_add_up() -> None:
    with open_chain() as chain:
        wallet, builder = open_wallet(memory(records("leveldb_dump", "wallet")), chain)
        kind = wallet_kind(chain.params)
        account = next(one for one in wallet.accounts.list() if len(one.xpubs) == 1)
        program = wallet.accounts.create_address(account)
        for number in range(OUTPUTS):
            utxo = kind.spending.utxo(number.to_bytes(32, "big"), bytes(32), GOLD, 1, number, program.program)
            mine = owned_by(utxo, program)
            wallet.utxos.write({mine.key: mine.to_json()}, [mine], [])
        gas = owned_by(
            kind.spending.utxo(b"\x99" * 32, bytes(32), BTM_ASSET_ID, 50 * FEE, 0, program.program), program
        )
        wallet.utxos.write({gas.key: gas.to_json()}, [gas], [])
        actions = [
            {"type": "spend_account", "account_id": account.id, "asset_id": BTM_ASSET_ID.hex(), "amount": FEE},
            {"type": "spend_account", "account_id": account.id, "asset_id": GOLD.hex(), "amount": OUTPUTS},
            {"type": "control_address", "address": program.address, "asset_id": GOLD.hex(), "amount": OUTPUTS},
        ]
        read = gojson.loads(json.dumps(actions))
        assert isinstance(read, list)
        templates = builder.build_chain(BuildRequest(read, merge_assets=True))  # type: ignore[arg-type]
        made = [output for one in templates for output in one.transaction.result_ids]
        spent = [output for one in templates for output in one.transaction.spent_output_ids]
        assert len(spent) == len(set(spent))
        assert set(made) - set(spent) == set(templates[-1].transaction.result_ids), "each is spent by a later one"
        merging = [one for one in templates[:-1] if any(out.asset_id == GOLD for out in one.transaction.outputs)]
        assert len(merging) == -(-(OUTPUTS - 1) // 4)
        assert {one.fee for one in templates[:-1]} == {MERGE_FEE}
        assert all(estimate(one).total <= MERGE_FEE for one in merging)
        assert templates[-1].fee == FEE
        paid = [out.amount for out in templates[-1].transaction.outputs if out.asset_id == GOLD]
        assert paid == [OUTPUTS]
