"""Merging outputs of any asset: what goes where, who pays, and that it adds up."""

from __future__ import annotations

import pytest

from pybytomd.crypto.chainkd import XPrv
from pybytomd.errors import BytomError
from pybytomd.ledger.constants import MAX_AMOUNT, NEU_PER_BTM
from pybytomd.wallet.spend.estimate import MERGE_FEE, estimate
from pybytomd.wallet.spend.ledgers.bytom1 import Template
from pybytomd.wallet.spend.signing import is_complete, sign
from tests.unit.wallet.spend.small_wallet import BTM, FewKeys, SmallWallet, pay, spend

GOLD, SILVER = "77" * 32, "66" * 32
FEE = NEU_PER_BTM


@pytest.fixture
def wallet() -> SmallWallet:
    made = SmallWallet()
    made.fund(*[1] * 50, asset_id=bytes.fromhex(GOLD))
    made.fund(NEU_PER_BTM // 2, NEU_PER_BTM // 2, NEU_PER_BTM, 10 * NEU_PER_BTM)
    return made


def check_chain(templates: list[Template]) -> None:
    """Each spends what there is or what those before it made, once; assets are kept, the fees are as said."""
    made: dict[bytes, tuple[bytes | None, int]] = {}
    spent: set[bytes] = set()
    for template in templates:
        tx = template.transaction
        assert tx is not None
        sums: dict[bytes | None, int] = {}
        for tx_input, output_id in zip(tx.inputs, tx.ids.prevout_ids, strict=True):
            assert output_id not in spent
            assert output_id is not None
            spent.add(output_id)
            if output_id in made:
                assert made[output_id] == (tx_input.asset_id, tx_input.amount)  # type: ignore[union-attr]
            sums[tx_input.asset_id] = sums.get(tx_input.asset_id, 0) + tx_input.amount  # type: ignore[union-attr]
        for output_id, output in zip(tx.result_ids, tx.outputs, strict=True):
            made[output_id] = (output.asset_id, output.amount)
            sums[output.asset_id] = sums.get(output.asset_id, 0) - output.amount
        assert sums.pop(bytes.fromhex(BTM)) == template.fee
        assert set(sums.values()) <= {0}
        assert all(output.amount > 0 for output in tx.outputs)
    left = set(made) - spent
    assert left == set(templates[-1].transaction.result_ids)  # type: ignore[union-attr]


def test_fifty_outputs_of_an_asset_signed_to_the_end(wallet: SmallWallet) -> None:
    templates = wallet.build_chain(spend(FEE), spend(48, asset=GOLD), pay(48, asset=GOLD), merge_assets=True)
    check_chain(templates)
    assert [template.fee for template in templates] == [MERGE_FEE] * (len(templates) - 1) + [FEE]
    assert all(estimate(template).total <= MERGE_FEE for template in templates[:-1])
    last = templates[-1].transaction
    assert last is not None
    assert [tx_input.asset_id.hex() for tx_input in last.inputs] == [GOLD, BTM]  # type: ignore[union-attr]
    keys = FewKeys()
    signed = [sign(template, "a", keys) for template in templates]
    assert all(map(is_complete, signed))


def test_the_reference_s_request_is_answered_as_before(wallet: SmallWallet) -> None:
    with pytest.raises(BytomError, match="spend chain action only support BTM"):
        wallet.build_chain(spend(FEE), spend(48, asset=GOLD), pay(48, asset=GOLD))
    plain = SmallWallet()
    plain.fund(*[NEU_PER_BTM] * 8)
    asked = (spend(7 * NEU_PER_BTM), pay(6 * NEU_PER_BTM))
    with_flag = [template.to_value() for template in plain.build_chain(*asked, merge_assets=True)]
    other = SmallWallet()
    other.fund(*[NEU_PER_BTM] * 8)
    assert [template.to_value() for template in other.build_chain(*asked)] == with_flag


def test_one_output_needs_no_merging() -> None:
    wallet = SmallWallet()
    wallet.fund(2 * FEE)
    wallet.fund(500, asset_id=bytes.fromhex(SILVER))
    (template,) = wallet.build_chain(
        spend(FEE), spend(400, asset=SILVER), pay(400, asset=SILVER), merge_assets=True
    )
    check_chain([template])
    assert template.fee == FEE


def test_several_assets_of_several_accounts(wallet: SmallWallet) -> None:
    for asset in (GOLD, SILVER):
        wallet.fund(*[3] * 9, asset_id=bytes.fromhex(asset), account=wallet.multi)
    wallet.fund(*[NEU_PER_BTM] * 3, account=wallet.multi)
    templates = wallet.build_chain(
        spend(FEE), spend(20, asset=GOLD), spend(FEE, "multi"), spend(27, "multi", GOLD),
        spend(25, "multi", SILVER), pay(47, asset=GOLD), pay(25, asset=SILVER), merge_assets=True,
    )  # fmt: skip
    check_chain(templates)
    assert templates[-1].fee == 2 * FEE
    assert all(estimate(template).total <= MERGE_FEE for template in templates[:-1])


def test_signers_whose_signatures_cost_more_merge_fewer_at_once() -> None:
    wallet = SmallWallet()
    keys = [XPrv.from_seed(bytes([number]) * 32) for number in range(10, 18)]
    for count in (5, 8):
        account = wallet.accounts.create([key.xpub for key in keys[:count]], count, f"of {count}")
        wallet.fund(*[1] * 9, asset_id=bytes.fromhex(GOLD), account=account)
        wallet.fund(*[NEU_PER_BTM] * 9, account=account)
    templates = wallet.build_chain(
        spend(FEE, "of 5"), spend(9, "of 5", GOLD), pay(9, asset=GOLD), merge_assets=True
    )
    check_chain(templates)
    merging = [
        template
        for template in templates[:-1]
        if any(output.asset_id.hex() == GOLD for output in template.transaction.outputs)
    ]  # type: ignore[union-attr]
    assert {len(template.transaction.inputs) for template in merging} == {3}  # type: ignore[union-attr]
    assert all(estimate(template).total <= MERGE_FEE for template in merging)
    with pytest.raises(BytomError, match="so many signers cannot be merged"):
        wallet.build_chain(spend(FEE, "of 8"), spend(9, "of 8", GOLD), pay(9, asset=GOLD), merge_assets=True)


@pytest.mark.parametrize(
    ("actions", "message"),
    [
        ([spend(48, asset=GOLD), pay(48, asset=GOLD)], "BTM000 merging outputs of an asset takes gas"),
        ([spend(FEE), spend(51, asset=GOLD), pay(51, asset=GOLD)], "BTM700 reservation found insufficient"),
        ([spend(FEE), spend(0, asset=GOLD), pay(1, asset=GOLD)], "BTM000 mergeSpendActionUTXO utxos num 0"),
        ([spend(0), spend(1, asset=GOLD), pay(1, asset=GOLD)], "BTM000 mergeSpendActionUTXO utxos num 0"),
        (
            [spend(int(11.9 * NEU_PER_BTM)), spend(48, asset=GOLD), pay(48, asset=GOLD)],
            "BTM700 reservation found insufficient funds",
        ),
        ([spend(FEE), spend(9, "nobody", GOLD), pay(9, asset=GOLD)], "BTM"),
    ],
)
def test_errors_keep_nothing(wallet: SmallWallet, actions: list[dict[str, object]], message: str) -> None:
    with pytest.raises(BytomError) as caught:
        wallet.build_chain(*actions, merge_assets=True)
    assert f"{caught.value.code} {caught.value}".startswith(message)
    assert wallet.keeper.reservations == []


def test_sums_that_no_output_can_hold(wallet: SmallWallet) -> None:
    wallet.fund(*[MAX_AMOUNT] * 3, asset_id=bytes.fromhex(SILVER))
    with pytest.raises(BytomError, match="exceeds maximum value"):
        wallet.build_chain(
            spend(FEE), spend(MAX_AMOUNT + 1, asset=SILVER), pay(MAX_AMOUNT, asset=SILVER), merge_assets=True
        )
    assert wallet.keeper.reservations == []
