"""The actions of Bytom 2 over the recorded wallet: what they make, and what they refuse in clear words."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from pybytomd.errors import BytomError
from pybytomd.ledger.bytom2.inputs import VetoInput
from pybytomd.ledger.bytom2.transaction import Transaction
from pybytomd.wallet.spend.build import BuildRequest
from tests.unit.wallet.bytom2_recorded import RecordedWallet, memory, open_chain, open_wallet, records

BTM = "f" * 64
GOLD = "01" * 32
AMOUNT = 100_000_000
RETIRE = {"type": "retire", "asset_id": BTM, "amount": 1}
ADDRESS = "sn1q7mw40ywly4z49ggltypfqazju4hfzhxnteevsq"
VETO = {"type": "veto", "account_alias": "alice", "asset_id": BTM, "amount": 1, "vote": "07"}
VOTE = {"type": "vote_output", "asset_id": BTM, "amount": 1, "address": ADDRESS, "vote": "07"}
REGISTER = {"type": "register_contract", "asset_id": BTM, "amount": 1, "contract": "51"}


@pytest.fixture
def recorded() -> Iterator[RecordedWallet]:
    with open_chain() as chain:
        yield open_wallet(memory(records("leveldb_dump", "wallet")), chain)


def built(recorded: RecordedWallet, *actions: dict[str, Any]) -> Transaction:
    tx = recorded.builder.build(BuildRequest(actions)).transaction
    assert isinstance(tx, Transaction)
    return tx


def test_a_vote_is_taken_back_whole_and_the_rest_is_no_vote_any_more(recorded: RecordedWallet) -> None:
    votes = recorded.wallet.queries.votes("")[0]
    key = votes.vote_details[0].vote
    veto = {"type": "veto", "account_id": votes.account_id, "asset_id": BTM, "amount": 1, "vote": key}
    tx = built(recorded, veto, RETIRE)
    (tx_input,) = tx.inputs
    assert isinstance(tx_input, VetoInput)
    assert tx_input.vote.hex() == key
    assert [(output.amount, output.is_vote) for output in tx.outputs] == [(tx_input.amount - 1, False), (1, False)]
    assert tx.outputs[0].control_program == tx_input.control_program
    assert recorded.wallet.utxos.is_own(tx.spent_output_ids[0])
    assert recorded.wallet.keeper.is_reserved(tx.spent_output_ids[0])


def test_a_vote_and_a_registration(recorded: RecordedWallet) -> None:
    vote = {"type": "vote_output", "asset_alias": "btm", "amount": AMOUNT, "address": ADDRESS, "vote": "07" * 64}
    register = {"type": "register_contract", "asset_id": BTM, "amount": AMOUNT, "contract": "51"}
    tx = built(recorded, vote, register)
    assert [output.vote for output in tx.outputs] == [b"\x07" * 64, None]
    assert tx.outputs[1].control_program == b"\x6a\x04bcrp\x01\x01\x01\x51"


@pytest.mark.parametrize(
    ("action", "code", "text"),
    [
        ({**VETO, "amount": 0}, "BTM708", "veto of nothing"),
        ({**VETO, "vote": ""}, "BTM707", "field is missing"),
        (VETO, "BTM700", "insufficient"),
        ({**VETO, "account_alias": ""}, "BTM707", "field is missing"),
        ({**VOTE, "vote": ""}, "BTM707", "field is missing"),
        ({**VOTE, "address": "sm1"}, "BTM000", "address"),
        ({**VOTE, "vote": "x"}, "BTM705", "on action 0"),
        ({**REGISTER, "asset_id": GOLD}, "BTM000", "must be BTM"),
        (REGISTER, "BTM000", "less than BCRP"),
        ({**REGISTER, "contract": ""}, "BTM707", "field is missing"),
        ({"type": "call_contract"}, "BTM704", "unknown action type"),
    ],
)
def test_what_is_refused(recorded: RecordedWallet, action: dict[str, Any], code: str, text: str) -> None:
    with pytest.raises(BytomError, match=text) as refused:
        built(recorded, action, RETIRE)
    assert (refused.value.code or "BTM000") == code
    assert recorded.wallet.keeper.reservations == []


def test_a_veto_alone_is_an_input_alone(recorded: RecordedWallet) -> None:
    with pytest.raises(BytomError, match="only input actions"):
        built(recorded, VETO)
