"""What a field means in classes of transactions: building, checking, submitting and showing them."""

from __future__ import annotations

from collections.abc import Mapping

_ACTION = {"type": "The kind of action"}

OF_TRANSACTIONS: Mapping[str, Mapping[str, str]] = {
    # building, checking and submitting transactions
    "ControlAddressShape": {**_ACTION, "address": "The address that is paid"},
    "ControlProgramShape": {**_ACTION, "control_program": "The program that is paid"},
    "IssueShape": {**_ACTION, "arguments": "What its program is given, if it has no keys"},
    "RetireShape": _ACTION,
    "SpendAccountShape": _ACTION,
    "SpendOutputShape": {**_ACTION, "output_id": "The id of the output that is spent"},
    "BuildTransactionRequest": {
        "actions": "What it is to do: at least one that spends or issues, and one that pays or retires",
        "base_transaction": "A transaction to add the actions to, serialized",
        "ttl": "How long what it spends is kept for it",
    },
    "BuildChainRequest": {
        "actions": "What it is to do: at least one that spends or issues, and one that pays or retires",
        "base_transaction": "Passed over: a chain begins anew",
        "ttl": "How long what it spends is kept for it",
        "time_range": "Passed over: a chain has no limit",
        "merge_assets": "Whether outputs of any asset are merged, paid for by a spend of BTM from the same "
        "account; without it only BTM can be spent",
    },
    "AllSignedReply": {"transaction": "The templates with the new signatures"},
    "AllSubmittedReply": {"tx_id": "The ids of the transactions"},
    "CheckedTransactionReply": {
        "is_accepted": "Whether the pool would take it",
        "code": "The error code if it would not; empty if it would",
        "reason": "Why it would not; empty if it would",
        "status_fail": "Whether it would be in a block, pay its fee, and move nothing but BTM",
        "failure": "Why it would fail like that; empty if it would not",
        "size": "Bytes of the transaction",
        "gas_used": "The gas that running its programs and storing it takes",
        "least_fee": "What that gas costs, in neu",
        "missing_outputs": "Outputs that it spends and nobody here knows",
        "rivals": "Transactions that wait and spend the same",
    },
    "DecodedReply": {"version": "The version of the transaction", "size": "Bytes of the transaction"},
    "GasRateReply": {"gas_rate": "How many neu a unit of gas costs"},
    "GasReply": {
        "total_neu": "What it should pay in all, in neu",
        "flexible_neu": "The part that stands in for what cannot be known before, in neu",
        "storage_neu": "The part for its size, in neu",
        "vm_neu": "The part for running its programs, in neu",
        "chain_tx_neu": "The part for the transactions that merge outputs before it, in neu",
    },
    "PoolReply": {"total": "How many transactions wait for a block", "tx_ids": "Their ids"},
    "ReservationReply": {
        "id": "The number of the reservation",
        "milliseconds": "How long it lasts",
        "change": "What goes back to the account when the transaction is made, in the smallest unit",
        "outputs": "The outputs that are kept",
    },
    "ReservationRequest": {"id": "The number of the reservation, from list-reservations"},
    "ReservedOutput": {
        "id": "The id of the output",
        "account_id": "The account it is of; empty for one of a contract",
    },
    "SignTransactionsRequest": {"transactions": "The templates to sign"},
    "SignTransactionRequest": {"transaction": "The template to sign, as build-transaction gave it"},
    "SignedReply": {"transaction": "The template with the new signatures"},
    # transactions as they are shown
    "ArgumentShape": {
        "type": "How it is given: raw_tx_signature, data, string, integer or boolean",
        "raw_data": "For a signature xpub and derivation_path, else value, which for data is hex",
    },
    "ComponentShape": {
        "type": "What it is: raw_tx_signature, or data",
        "signatures": "The signatures so far, in the order of the keys; empty for those that are missing",
        "value": "The data in hex",
    },
    "InputShape": {
        "type": "What it does: spend, issue or coinbase; empty for what is not known",
        "address": "The address of what is spent",
    },
    "InstructionShape": {
        "position": "The number of the input",
        "witness_components": "What it takes to spend it: signatures and data",
    },
    "OutputShape": {
        "type": "What it does: control or retire",
        "id": "The id of the output",
        "position": "The number of the output",
        "address": "The address that is paid",
    },
    "SummaryShape": {"type": "What it does, as of inputs and outputs"},
    "TemplateShape": {
        "signing_instructions": "How each input is signed",
        "allow_additional_actions": "Whether others may add inputs and outputs after it was signed",
    },
}
"""By the name of the class."""
