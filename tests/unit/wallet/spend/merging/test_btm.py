"""Chains of transactions that merge outputs: sizes, fees, and what they come down to."""

from __future__ import annotations

import pytest

from pybytomd.errors import BytomError
from pybytomd.ledger.constants import NEU_PER_BTM
from pybytomd.wallet.spend.ledgers.bytom1 import Template
from pybytomd.wallet.spend.merging.btm import merge_fees
from pybytomd.wallet.spend.signing import is_complete, sign
from tests.unit.wallet.spend.small_wallet import FewKeys, SmallWallet, pay, spend

AMOUNTS = (100, 50, 20, 10, 8, 5, 3, 1)


@pytest.fixture
def wallet() -> SmallWallet:
    wallet = SmallWallet()
    wallet.fund(*(amount * NEU_PER_BTM for amount in AMOUNTS))
    return wallet


def btm(amount: float) -> int:
    return round(amount * NEU_PER_BTM)


def flows(templates: list[Template]) -> list[tuple[list[float], list[float]]]:
    txs = [template.transaction for template in templates]
    return [
        (
            [tx_input.amount / NEU_PER_BTM for tx_input in tx.inputs],  # type: ignore[union-attr]
            [output.amount / NEU_PER_BTM for output in tx.outputs],
        )
        for tx in txs
        if tx is not None
    ]


def test_fees_of_merging() -> None:
    assert [merge_fees(count) // 6_000_000 for count in range(12)] == [0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3]


def test_the_example_of_the_reference(wallet: SmallWallet) -> None:
    templates = wallet.build_chain(spend(btm(196)), pay(btm(195)))
    assert flows(templates) == [
        ([100, 50, 20, 10, 8], [187.94]),
        ([5, 3, 1, 187.94], [196.88]),
        ([196.88], [0.88, 195]),
    ]
    assert [template.fee for template in templates] == [6_000_000, 6_000_000, btm(1)]


def test_change_goes_to_the_program_of_the_merged_output(wallet: SmallWallet) -> None:
    merging, final = wallet.build_chain(spend(btm(10)), pay(btm(9)))
    assert flows([merging, final]) == [([8, 5], [12.94]), ([12.94], [2.94, 9])]
    assert merging.transaction is not None
    assert final.transaction is not None
    assert merging.transaction.outputs[0].control_program == final.transaction.outputs[0].control_program
    assert final.transaction.spent_output_ids == merging.transaction.result_ids
    assert wallet.accounts.addresses.count(wallet.alice, change=True) == 0


def test_one_output_that_suffices_needs_no_merging(wallet: SmallWallet) -> None:
    (final,) = wallet.build_chain(spend(btm(1)), pay(btm(0.9)))
    assert flows([final]) == [([1], [0.9])]


def test_more_than_there_is_for_the_fees(wallet: SmallWallet) -> None:
    with pytest.raises(BytomError) as caught:
        wallet.build_chain(spend(btm(196.9)), pay(btm(195)))
    assert f"{caught.value.code} {caught.value}" == "BTM702 reservation found outputs already reserved"
    assert wallet.keeper.reservations == []


def test_fifty_outputs_signed_to_the_end() -> None:
    wallet = SmallWallet()
    wallet.fund(*[btm(1)] * 50)
    templates = wallet.build_chain(spend(btm(49)), pay(btm(48.9)))
    keys = FewKeys()
    signed = [sign(template, "a", keys) for template in templates]
    assert all(map(is_complete, signed))
    made = {tx_id for template in signed if template.transaction for tx_id in template.transaction.result_ids}
    spent = [
        tx_id for template in signed if template.transaction for tx_id in template.transaction.spent_output_ids
    ]
    assert len(spent) == len(set(spent))
    assert len(set(spent) - made) == 50
    assert len(templates) == 14  # ten of five, then two of five, then one of two and the one asked for


def test_merging_of_several_accounts_is_given_whole(wallet: SmallWallet) -> None:
    wallet.fund(btm(2), btm(2), account=wallet.multi)
    templates = wallet.build_chain(spend(btm(10)), spend(btm(3), "multi"), pay(btm(12)))
    assert flows(templates) == [([8, 5], [12.94]), ([2, 2], [3.94]), ([12.94, 3.94], [2.94, 0.94, 12])]


@pytest.mark.parametrize(
    ("actions", "message"),
    [
        ([spend(5, asset="77" * 32), pay(1)], "BTM000 spend chain action only support BTM"),
        ([{"type": "spend_account"}, pay(1)], "BTM000 spend chain action only support BTM"),
        ([{**spend(5), "account_alias": "", "account_id": "no"}, pay(1)], "BTM700 reservation found insufficient"),
        ([spend(0), pay(1)], "BTM000 mergeSpendActionUTXO utxos num 0"),
        ([spend(btm(5)), pay(0)], "BTM707 required field is missing"),
        ([spend(btm(5))], "BTM706 transaction contains only input actions"),
    ],
)
def test_errors(wallet: SmallWallet, actions: list[dict[str, object]], message: str) -> None:
    with pytest.raises(BytomError) as caught:
        wallet.build_chain(*actions)
    assert f"{caught.value.code} {caught.value}".startswith(message)
    assert wallet.keeper.reservations == []


def test_outputs_that_do_not_hold_the_fee() -> None:
    wallet = SmallWallet()
    wallet.fund(btm(1), *[1] * 9)
    with pytest.raises(BytomError, match="reservation found"):
        wallet.build_chain(spend(btm(1) + 5), pay(btm(0.5)))


def test_without_inputs_there_are_no_instructions(wallet: SmallWallet) -> None:
    (final,) = wallet.build_chain(pay(5))
    assert final.to_value()["signing_instructions"] is None
    assert wallet.build(pay(5)).to_value()["signing_instructions"] == []
