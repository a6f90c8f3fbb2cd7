"""What a field means in classes of contracts, programs and addresses."""

from __future__ import annotations

from collections.abc import Mapping

OF_CONTRACTS: Mapping[str, Mapping[str, str]] = {
    # contracts and their instances
    "ClauseReply": {
        "name": "The name of the clause",
        "blockheight": "What it compares the height of the block with",
        "hash_calls": "What it hashes",
        "values": "What it unlocks, or locks anew",
        "contracts": "The contracts that it calls",
    },
    "CompileReply": {
        "name": "The name of the contract",
        "source": "The source that was compiled",
        "program": "The compiled body, or with arguments the program that can lock values",
        "value": "The name of what is locked",
        "clause_info": "The clauses",
        "opcodes": "The body as instructions",
        "error": "Why it does not compile; empty if it does",
    },
    "CompileRequest": {
        "contract": "The source in Equity",
        "args": "An argument for each parameter: an object with boolean, integer or string (hex)",
    },
    "ContractAliasRequest": {"id": "The id of the contract", "alias": "The new name"},
    "ContractOutputShape": {
        "hash": "The id of the output",
        "program": "The program in base64",
        "source_pos": "The place of the value in its source",
    },
    "ContractRequest": {"id": "The id of the contract"},
    "ContractShape": {
        "id": "The id of the contract",
        "alias": "The name of the contract",
        "contract": "The program of the contract",
    },
    "CreateContractRequest": {"alias": "The name of the contract", "contract": "The compiled contract"},
    "CreateInstanceRequest": {"tx_hash": "The transaction that made the instance"},
    "HashCallReply": {
        "hash_type": "The function: sha3 or sha256",
        "arg_type": "The type of what is hashed",
    },
    "InstanceShape": {
        "utxos": "The outputs that it is in now",
        "status": "1: it is followed up, 2: it is where it is said to be, 3: it ended, 4: not on the main chain",
        "unconfirmed": "What waits for a block",
    },
    "InstanceRequest": {"trace_id": "The id that create-contract-instance gave"},
    "ParameterReply": {
        "name": "The name of the parameter",
        "type": "Its type as it is written",
        "inferred_type": "Its type as its use tells it",
    },
    "ValueReply": {
        "name": "The name of the value",
        "program": "The program that locks it anew",
        "asset": "The asset",
        "amount": "The amount, as the contract says it",
    },
    # programs and addresses
    "CheckAddressRequest": {"address": "The text that may be an address"},
    "CheckedAddressReply": {
        "valid": "Whether it is an address of this network",
        "is_local": "Whether it is one of this wallet",
    },
}
"""By the name of the class."""
