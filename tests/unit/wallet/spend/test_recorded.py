"""What the reference built, signed and estimated, built, signed and estimated again: byte for byte the same.

The unspent outputs of the recorded wallet are followed block by block, so that what is chosen for spending is put
to the test too. Only what is random or depends on requests that were not recorded is taken from the answers:
nonces, and which change addresses come next.
"""

from __future__ import annotations

import functools
import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from pybytomd.clock import ManualClock
from pybytomd.codec.json import gojson
from pybytomd.errors import BytomError
from pybytomd.ledger.block import Block
from pybytomd.ledger.constants import COINBASE_MATURITY
from pybytomd.ledger.inputs import IssuanceInput
from pybytomd.ledger.networks.params import SOLONET
from pybytomd.ledger.transaction import Transaction
from pybytomd.store.records.output_records import consumed, created
from pybytomd.wallet.accounts.account_records import Account, ControlProgram
from pybytomd.wallet.accounts.manager import AccountManager
from pybytomd.wallet.accounts.ownership import kept
from pybytomd.wallet.assets.registry import AssetRegistry
from pybytomd.wallet.index.utxo_set import UtxoSet
from pybytomd.wallet.keys.pseudohsm import PseudoHSM
from pybytomd.wallet.spend.build import BuildRequest, TransactionBuilder
from pybytomd.wallet.spend.coin_selection import UtxoKeeper
from pybytomd.wallet.spend.estimate import estimate, estimate_chain
from pybytomd.wallet.spend.ledgers.bytom1 import Template
from pybytomd.wallet.spend.materials import Materials
from pybytomd.wallet.spend.signing import is_complete, sign
from tests.unit.wallet import recorded

BUILDS = ("build-transaction", "build-chain-transactions")


@functools.cache
def cases(*endpoints: str) -> list[dict[str, Any]]:
    return [case for case in recorded.load("rpc_actions")["cases"] if case["endpoint"] in endpoints]


def request_of(case: dict[str, Any]) -> Any:
    return gojson.loads(json.dumps(case["request"]))


def answer(data: Any) -> str:
    return (gojson.dumps({"status": "success", "data": data}) + b"\n").decode()


class ScriptedAccounts(AccountManager):
    """Accounts whose next change addresses are told beforehand: that they are made is tested elsewhere."""

    def expect(self, tx: Transaction) -> None:
        owners = [self.local_program(output.control_program) for output in tx.outputs]
        self.coming = [owner for owner in owners if owner is not None and owner.change]

    def create_address(self, account: Account, change: bool = False) -> ControlProgram:
        program = self.coming.pop(0)
        assert change and program.account_id == account.id
        return program


class RecordedWallet:
    """The recorded wallet as it was at a height of the recorded chain."""

    def __init__(self) -> None:
        kept_records = recorded.chosen(recorded.records("leveldb_dump"), recorded.KEYS_AND_ACCOUNTS)
        database = recorded.memory(kept_records)
        self.blocks = recorded.blocks()
        self.heights = {tx.id: block.height for block in self.blocks for tx in block.transactions}
        self.height = 0
        self.clock = ManualClock(float(self.blocks[0].header.timestamp))
        self.accounts = ScriptedAccounts(database, SOLONET, self.clock)
        self.utxos = UtxoSet(database)
        self.keeper = UtxoKeeper(self.utxos, lambda: self.height, self.clock)
        self.nonces: list[bytes] = []
        materials = Materials(
            self.accounts, AssetRegistry(database), self.keeper, SOLONET, lambda: self.nonces.pop(0)
        )
        self.builder = TransactionBuilder(materials, self.clock)

    def attach(self, block: Block) -> None:
        self.height = block.height
        self.clock.advance(block.header.timestamp - self.clock.now())
        for index, tx in enumerate(block.transactions):
            valid_height = 0 if index else block.height + COINBASE_MATURITY
            removed = list(consumed(tx, failed=False))
            added = kept(created(tx, failed=False, valid_height=valid_height), self.accounts)
            records = {utxo.key: utxo.to_json() for utxo in added}
            self.utxos.write({**dict.fromkeys(utxo.key for utxo in removed), **records}, added, removed)
            self.keeper.remove_unconfirmed(tx.result_ids)

    def advance_before(self, txs: list[Transaction], *, to_the_end: bool) -> None:
        """To the block before the first of these transactions; some never got into a block."""
        known = [self.heights[tx.id] for tx in txs if tx.id in self.heights]
        target = min(known) - 1 if known else len(self.blocks) - 1 if to_the_end else self.height
        while self.height < target:
            self.attach(self.blocks[self.height + 1])

    def expect(self, txs: list[Transaction]) -> None:
        self.accounts.expect(txs[-1])
        self.nonces = [tx_input.nonce for tx_input in txs[-1].inputs if isinstance(tx_input, IssuanceInput)]

    def submitted(self, txs: list[Transaction]) -> None:
        for tx in txs:
            self.keeper.add_unconfirmed(kept(created(tx, failed=False), self.accounts))


def test_every_recorded_build() -> None:
    wallet = RecordedWallet()
    recorded_builds = cases(*BUILDS)
    for number, case in enumerate(recorded_builds):
        body, response = request_of(case), gojson.loads(case["response_body"])
        request = BuildRequest(body["actions"], time_range=int(body["time_range"].text))
        if response["status"] == "fail":
            with pytest.raises(BytomError) as caught:
                wallet.builder.build(request)
            assert (caught.value.code, str(caught.value)) == (response["code"], response["error_detail"])
            continue
        is_chain = case["endpoint"] == "build-chain-transactions"
        values = response["data"] if is_chain else [response["data"]]
        txs = [Template.from_value(value).transaction for value in values]
        wallet.advance_before(txs, to_the_end=number >= len(recorded_builds) - 2)
        wallet.expect(txs)
        if is_chain:
            built = [template.to_value() for template in wallet.builder.build_chain(request)]
            assert answer(built) == case["response_body"], number
        else:
            assert answer(wallet.builder.build(request).to_value()) == case["response_body"], number
        wallet.submitted(txs)
    assert number == 26


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> PseudoHSM:
    directory: Path = tmp_path_factory.mktemp("keystore")
    for file in (recorded.FOLDER / "keystore").iterdir():
        shutil.copy(file, directory)
    return PseudoHSM(directory, ManualClock(recorded.RECORDED_AT))


@pytest.mark.parametrize("case", cases("sign-transaction"))
def test_every_recorded_signature(case: dict[str, Any], keys: PseudoHSM) -> None:
    body = request_of(case)
    signed = sign(Template.from_value(body["transaction"]), body["password"], keys)
    assert (
        answer({"transaction": signed.to_value(), "sign_complete": is_complete(signed)}) == case["response_body"]
    )


def test_recorded_signatures_of_a_chain(keys: PseudoHSM) -> None:
    (case,) = cases("sign-transactions")
    body = request_of(case)
    signed = [sign(Template.from_value(value), body["password"], keys) for value in body["transactions"]]
    values = [template.to_value() for template in signed]
    assert answer({"transaction": values, "sign_complete": all(map(is_complete, signed))}) == case["response_body"]


@pytest.mark.parametrize("case", cases("estimate-transaction-gas", "estimate-chain-transaction-gas"))
def test_every_recorded_estimate(case: dict[str, Any]) -> None:
    body = request_of(case)
    if case["endpoint"] == "estimate-transaction-gas":
        found = estimate(Template.from_value(body["transaction_template"]))
    else:
        found = estimate_chain([Template.from_value(value) for value in body["transaction_templates"]])
    assert answer(found.to_value()) == case["response_body"]
