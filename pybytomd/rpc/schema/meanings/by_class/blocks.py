"""What a field means in classes of blocks, and of mining them."""

from __future__ import annotations

from collections.abc import Mapping

OF_BLOCKS: Mapping[str, Mapping[str, str]] = {
    "BlockCountReply": {"block_count": "The height of the best block"},
    "BlockReply": {
        "hash": "The hash of the block",
        "size": "The digits of the block in hex, twice its bytes",
        "version": "The version of the block",
        "validator": "The key of who made the block",
    },
    "BlockRequest": {
        "block_height": "A height on the main chain; or give a hash",
        "block_hash": "The hash of the block, which counts more than a height",
    },
    "BlockStatusReply": {
        "version": "The version of the status",
        "verify_status": "A status for each transaction, in the order of the block",
    },
    "DifficultyReply": {"hash": "The hash of the block"},
    "GenerateReply": {"block_hashes": "The hashes of the new blocks, the oldest first"},
    "GenerateRequest": {
        "count": "How many blocks to make",
        "address": "Who is paid for them; empty for the mining address of the node",
    },
    "HashRateReply": {
        "hash": "The hash of the block",
        "hash_rate": "How many hashes a second it took to find the block, on average",
    },
    "HeaderFields": {
        "version": "The version of the block",
        "block_commitment": "What the header says of the transactions",
    },
    "IsMiningReply": {"is_mining": "Whether the node mines"},
    "MerkleProofRequest": {"block_hash": "The block they are in; empty for the genesis block"},
    "MiningThreadsReply": {"threads": "How many threads the miner of the node searches with"},
    "SetMiningRequest": {"is_mining": "Whether the node is to mine"},
    "SetMiningThreadsRequest": {"threads": "How many threads to search with, up to the number of processors"},
    "SubmitWorkFieldsRequest": {"block_header": "The header with the nonce that was found, field by field"},
    "SubmitWorkRequest": {"block_header": "The header with the nonce that was found, serialized"},
    "TransactionReply": {
        "id": "The id of the transaction",
        "version": "The version of the transaction",
        "size": "Bytes of the transaction",
    },
    "WaitWorkRequest": {
        "work_id": "The id of the work that one has; empty for none",
        "seconds": "How long to wait for other work at most",
    },
    "WaitedWorkReply": {"work_id": "The id of the work, the same as long as there is the same to do"},
    "WorkFieldsReply": {"block_header": "The header whose nonce is wanted, field by field"},
    "WorkReply": {"block_header": "The header whose nonce is wanted, serialized"},
}
"""By the name of the class."""
