"""Answers of a node, as objects or as errors."""

from __future__ import annotations

import pytest

from pybytomd.client.errors import NoAnswer, OddAnswer, Refused
from pybytomd.client.reading import read_answer, request_body
from pybytomd.client.types import (
    Account,
    Balance,
    ControlAddress,
    Submitted,
    Template,
    TransactionSummary,
    WalletTransaction,
)

SUMMARY = b'{"tx_id":"ab","block_time":7,"inputs":[],"outputs":[]}'


def test_an_object() -> None:
    assert read_answer(b'{"status":"success","data":{"tx_id":"ab","new":[1]}}', Submitted) == Submitted(tx_id="ab")


@pytest.mark.parametrize("amount", [0, 2**63 - 1, 2**64 - 1, 10**30])
def test_amounts_are_exact(amount: int) -> None:
    body = b'{"status":"success","data":[{"account_id":"","account_alias":"","asset_alias":"","asset_id":"",'
    body += b'"asset_definition":null,"amount":%d}]}' % amount
    (balance,) = read_answer(body, list[Balance])
    assert type(balance.amount) is int
    assert balance.amount == amount


def test_an_amount_is_no_float() -> None:
    with pytest.raises(OddAnswer, match=r"Expected `int`.*amount"):
        read_answer(
            b'{"status":"success","data":{"account_id":"","account_alias":"","asset_alias":"","asset_id":"",'
            b'"asset_definition":null,"amount":1.5}}', Balance,
        )  # fmt: skip


def test_what_was_left_out_is_empty() -> None:
    data = b'{"status":"success","data":{"id":"a","xpubs":[],"quorum":1,"key_index":1,"derive_rule":1}}'
    assert read_answer(data, Account).alias == ""


def test_one_of_two_shapes() -> None:
    (found,) = read_answer(
        b'{"status":"success","data":[%b]}' % SUMMARY, list[WalletTransaction], list[TransactionSummary]
    )
    assert isinstance(found, TransactionSummary)


def test_nothing() -> None:
    assert read_answer(b'{"status":"success"}', type(None)) is None


def test_a_refusal() -> None:
    with pytest.raises(Refused) as caught:
        read_answer(b'{"status":"fail","code":"BTM700","msg":"no money","error_detail":"really none"}', Submitted)
    assert (caught.value.code, caught.value.text, caught.value.detail) == ("BTM700", "no money", "really none")
    assert str(caught.value) == "really none: no money"


@pytest.mark.parametrize("body", [b"", b"<html>", b"[]", b"{}", b"null", b'{"status":1}', b'{"status":"\xff"}'])
def test_what_is_no_answer(body: bytes) -> None:
    with pytest.raises(NoAnswer):
        read_answer(body, Submitted)


@pytest.mark.parametrize("data", [b"null", b"[]", b'{"tx_id":1}', b"{}"])
def test_an_answer_of_another_shape(data: bytes) -> None:
    with pytest.raises(OddAnswer, match="is it a node of this API"):
        read_answer(b'{"status":"success","data":%b}' % data, Submitted)


def test_requests() -> None:
    action = ControlAddress(asset_alias="BTM", amount=5, address="sm1")
    assert request_body({"actions": [action, {"type": "retire"}]}) == (
        b'{"actions":[{"type":"control_address","asset_alias":"BTM","amount":5,"address":"sm1"},{"type":"retire"}]}'
    )
    assert request_body(None) == b""
    assert request_body({}) == b"{}"


def test_a_template_goes_back_as_it_came() -> None:
    text = (
        b'{"raw_transaction":"07","signing_instructions":[{"position":0,"witness_components":[{"type":"data",'
        b'"value":"ab"},{"type":"raw_tx_signature","quorum":1,"keys":[{"xpub":"cd","derivation_path":[]}],'
        b'"signatures":["","ef"]}]}],"fee":5,"allow_additional_actions":false}'
    )
    template = read_answer(b'{"status":"success","data":%b}' % text, Template)
    sent = request_body(template)
    assert read_answer(b'{"status":"success","data":%b}' % sent, Template) == template
    assert b'"signatures":["","ef"]' in sent
    assert b"null" not in sent
