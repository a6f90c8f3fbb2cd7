from __future__ import annotations

from pybytomd.ledger.block import Block
from pybytomd.store import schema
from pybytomd.store.records.output_records import Utxo
from pybytomd.wallet.check import Fault, check_wallet
from pybytomd.wallet.index.utxo_set import HOLDINGS
from tests.unit.wallet.recorded import (
    load,
    memory,
    of_the_reference,
    open_chain,
    open_wallet,
    records,
    rows_of_our_own,
)


def test_recorded_wallet_is_sound() -> None:
    wallet = open_wallet(memory(records("leveldb_dump")), open_chain())
    heights: list[int] = []
    report = check_wallet(wallet, progress=lambda height, _: heights.append(height))
    assert report.is_sound
    assert report.outputs == 304
    assert report.height == 270
    assert heights == [0]
    assert {(b.account_id, b.asset_id, b.proved) for b in report.balances} == set(wallet.utxos.balances())
    assert report.lines() == ["8 balances of 304 outputs checked at height 270: all are right"]


def test_reorganised_wallet_is_sound() -> None:
    chain = open_chain()
    wallet = open_wallet(memory(records("leveldb_dump")), chain)
    for name in ("branch_x", "branch_y", "extension"):
        for text in load("reorg_wallet")[name]:
            chain.process_block(Block.from_hex(text), True)
        wallet.catch_up()
    assert check_wallet(wallet).is_sound


def test_lists_that_do_not_fit_are_found_and_mended() -> None:
    database = memory(records("leveldb_dump"))
    wallet = open_wallet(database, open_chain())
    right = rows_of_our_own(database)
    gone = next(key for key in right if key.startswith(HOLDINGS))
    database.delete(gone)
    wallet.utxos.others_wrote()
    report = check_wallet(wallet)
    assert (report.is_sound, report.findings, report.mended) == (False, (), False)
    assert report.lines()[0] == "balances and lists do not fit the records that they are made from, not mended"
    assert rows_of_our_own(database) != right
    assert check_wallet(wallet, mend=True).mended
    assert rows_of_our_own(database) == right
    assert check_wallet(wallet).is_sound


def test_every_fault_is_found_and_mended() -> None:
    source = dict(records("leveldb_dump"))
    own = sorted(key for key in source if key.startswith(schema.OWN_OUTPUT_PREFIX))
    contract = next(key for key in source if key.startswith(schema.CONTRACT_OUTPUT_PREFIX))
    missing, changed, damaged = own[0], own[1], own[2]
    del source[missing]
    source[changed] = Utxo.from_json(source[changed])._replace(amount=7).to_json()
    source[damaged] = b"{"
    surplus = Utxo.from_json(records("leveldb_dump")[own[3]])._replace(output_id=bytes(32))
    source[surplus.key] = surplus.to_json()
    del source[contract]
    database = memory(source)
    wallet = open_wallet(database, open_chain())
    report = check_wallet(wallet)
    faults = {finding.key: finding.fault for finding in report.findings}
    assert faults == {
        missing: Fault.MISSING,
        changed: Fault.DIFFERENT,
        damaged: Fault.DIFFERENT,
        surplus.key: Fault.SURPLUS,
        contract: Fault.MISSING,
    }
    assert not report.mended
    assert any(balance.recorded != balance.proved for balance in report.balances)
    assert "not mended" in report.lines()[-1]

    assert check_wallet(wallet, mend=True).mended
    assert check_wallet(wallet).is_sound
    assert of_the_reference(database) == records("leveldb_dump")
    reread = open_wallet(memory(dict(database.iterate())), wallet.chain)
    assert wallet.utxos.balances() == reread.utxos.balances()


def test_a_lost_maturity_height_matters_only_while_immature() -> None:
    """A reward that a reorganisation made unspent again has lost its height, in the reference as well."""
    source = dict(records("leveldb_dump"))
    rewards = {
        key: utxo
        for key, data in source.items()
        if key.startswith(schema.OWN_OUTPUT_PREFIX) and (utxo := Utxo.from_json(data)).valid_height
    }
    mature = next(key for key, utxo in rewards.items() if utxo.valid_height <= 270)
    immature = next(key for key, utxo in rewards.items() if utxo.valid_height > 270)
    for key in (mature, immature):
        source[key] = rewards[key]._replace(valid_height=0).to_json()
    report = check_wallet(open_wallet(memory(source), open_chain()))
    assert [finding.key for finding in report.findings] == [immature]
    assert str(report.findings[0]).startswith(
        f"{immature.decode()}: immature, which is not known since a spend of it was undone, "
        f"until block {rewards[immature].valid_height}, {rewards[immature].amount} of asset ff"
    )
