"""Strategies that make transactions and blocks of every shape."""

from __future__ import annotations

from hypothesis import strategies as st

from pybytomd.ledger.asset import compute_asset_id
from pybytomd.ledger.block import Block, BlockHeader
from pybytomd.ledger.constants import BTM_ASSET_ID
from pybytomd.ledger.inputs import CoinbaseInput, IssuanceInput, SpendInput, TxInput, TxOutput, UnknownInput
from pybytomd.ledger.transaction import Transaction

hashes = st.binary(min_size=32, max_size=32)
numbers = st.one_of(st.integers(0, 200), st.integers(0, (1 << 63) - 1))
asset_ids = st.one_of(st.just(BTM_ASSET_ID), hashes)
programs = st.one_of(
    st.binary(min_size=20, max_size=20).map(lambda key_hash: b"\x00\x14" + key_hash),
    st.binary(min_size=32, max_size=32).map(lambda script_hash: b"\x00\x20" + script_hash),
    st.sampled_from([b"\x51", b"\x6a"]),
    st.binary(max_size=200),
)
argument_lists = st.lists(st.one_of(st.binary(max_size=40), st.binary(min_size=120, max_size=140)), max_size=4)
arguments = argument_lists.map(tuple)
suffixes = st.one_of(st.just(b""), st.just(b""), st.binary(min_size=1, max_size=5))
versions = st.one_of(st.just(1), numbers)


@st.composite
def issuances(draw: st.DrawFn) -> IssuanceInput:
    program, definition = draw(programs), draw(st.binary(max_size=50))
    return IssuanceInput(
        nonce=draw(st.binary(max_size=20)),
        asset_id=compute_asset_id(program, 1, definition),
        amount=draw(numbers),
        asset_definition=definition,
        vm_version=1,
        issuance_program=program,
        arguments=draw(arguments),
        commitment_suffix=draw(suffixes),
        witness_suffix=draw(suffixes),
    )


spends = st.builds(
    SpendInput,
    source_id=hashes,
    asset_id=asset_ids,
    amount=numbers,
    source_position=numbers,
    vm_version=st.just(1),
    control_program=programs,
    arguments=arguments,
    spend_commitment_suffix=suffixes,
    commitment_suffix=suffixes,
    witness_suffix=suffixes,
)
usual_spends = st.builds(
    SpendInput,
    source_id=hashes,
    asset_id=asset_ids,
    amount=numbers,
    source_position=st.integers(0, 3) | st.just(300),
    vm_version=st.just(1),
    control_program=programs,
    arguments=arguments,
)
usual_coinbases = st.builds(CoinbaseInput, arbitrary=st.binary(max_size=120))
coinbases = st.builds(
    CoinbaseInput, arbitrary=st.binary(max_size=30), commitment_suffix=suffixes, witness_suffix=suffixes
)
unknown_inputs = st.builds(
    UnknownInput,
    asset_version=numbers.filter(lambda v: v != 1),
    commitment_suffix=suffixes,
    witness_suffix=suffixes,
)
inputs: st.SearchStrategy[TxInput] = st.one_of(usual_spends, spends, issuances(), coinbases, unknown_inputs)
usual_outputs = st.builds(TxOutput, asset_id=asset_ids, amount=numbers, control_program=programs)
outputs = st.one_of(
    usual_outputs,
    st.builds(TxOutput, asset_id=asset_ids, amount=numbers, control_program=programs, commitment_suffix=suffixes),
    st.builds(
        TxOutput,
        asset_id=st.none(),
        amount=st.just(0),
        control_program=st.just(b""),
        vm_version=st.just(0),
        asset_version=numbers.filter(lambda v: v != 1),
        commitment_suffix=suffixes,
    ),
)
transactions = st.builds(
    Transaction,
    version=versions,
    time_range=numbers,
    inputs=st.lists(inputs, max_size=3).map(tuple),
    outputs=st.lists(outputs, min_size=1, max_size=3).map(tuple),
)
usual_transactions = st.builds(
    Transaction,
    version=st.just(1),
    time_range=numbers,
    inputs=st.lists(st.one_of(usual_spends, usual_coinbases), max_size=3).map(tuple),
    outputs=st.lists(usual_outputs, min_size=1, max_size=3).map(tuple),
)
headers = st.builds(
    BlockHeader,
    version=st.just(1) | numbers,
    height=numbers,
    previous_block_hash=hashes,
    timestamp=numbers,
    transactions_merkle_root=hashes,
    transaction_status_hash=hashes,
    nonce=numbers,
    bits=numbers,
)
blocks = st.builds(Block, header=headers, transactions=st.lists(transactions, max_size=3))


@st.composite
def damaged(draw: st.DrawFn, encoded: st.SearchStrategy[bytes]) -> bytes:
    """Bytes with a few changes that may or may not matter: others, longer, shorter, numbers written longer."""
    data = bytearray(draw(encoded))
    for _ in range(draw(st.integers(1, 3))):
        position = draw(st.integers(0, max(len(data) - 1, 0)))
        change = draw(st.sampled_from(["set", "delete", "insert", "stretch", "cut"]))
        if change == "set" and data:
            data[position] = draw(st.integers(0, 255))
        elif change == "delete":
            del data[position : position + 1]
        elif change == "insert":
            data.insert(position, draw(st.integers(0, 255)))
        elif change == "stretch" and data and data[position] < 0x80:
            data[position] |= 0x80
            data.insert(position + 1, 0)
        elif change == "cut":
            del data[position:]
    return bytes(data)
