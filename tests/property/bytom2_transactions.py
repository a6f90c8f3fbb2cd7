"""Strategies that make transactions and blocks of Bytom 2, of every shape."""

from __future__ import annotations

from hypothesis import strategies as st

from pybytomd.ledger.bytom2.block import Block, BlockHeader
from pybytomd.ledger.bytom2.inputs import SpendInput, TxOutput, VetoInput
from pybytomd.ledger.bytom2.sup_link import SupLink
from pybytomd.ledger.bytom2.transaction import Transaction
from pybytomd.ledger.creation import CoinbaseInput
from tests.property.transactions import arguments, asset_ids, hashes, issuances, numbers, programs, suffixes

votes = st.one_of(st.binary(min_size=64, max_size=64), st.binary(max_size=70))
signatures = st.one_of(st.just(b""), st.binary(min_size=64, max_size=64), st.binary(max_size=3))
spent = {
    "source_id": hashes,
    "asset_id": asset_ids,
    "amount": numbers,
    "source_position": numbers,
    "vm_version": st.just(1),
    "control_program": programs,
    "state_data": arguments,
    "arguments": arguments,
    "spend_commitment_suffix": suffixes,
    "commitment_suffix": suffixes,
    "witness_suffix": suffixes,
}
coinbases = st.builds(
    CoinbaseInput, arbitrary=st.binary(max_size=130), commitment_suffix=suffixes, witness_suffix=suffixes
)
inputs = st.one_of(
    st.builds(SpendInput, **spent), st.builds(VetoInput, vote=votes, **spent), coinbases, issuances()
)
outputs = st.builds(
    TxOutput,
    asset_id=asset_ids,
    amount=numbers,
    control_program=programs,
    vote=st.one_of(st.none(), votes),
    state_data=arguments,
    commitment_suffix=suffixes,
)
transactions = st.builds(
    Transaction,
    version=numbers,
    time_range=numbers,
    inputs=st.lists(inputs, max_size=4).map(tuple),
    outputs=st.lists(outputs, max_size=4).map(tuple),
)
sup_links = st.builds(
    SupLink,
    source_height=numbers,
    source_hash=hashes,
    signatures=st.lists(signatures, min_size=10, max_size=10).map(tuple),
)
headers = st.builds(
    BlockHeader,
    version=numbers,
    height=numbers,
    previous_block_hash=hashes,
    timestamp=numbers,
    transactions_merkle_root=hashes,
    witness=signatures,
    sup_links=st.lists(sup_links, max_size=3).map(tuple),
)
blocks = st.builds(Block, header=headers, transactions=st.lists(transactions, max_size=3))
