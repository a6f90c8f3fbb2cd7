"""What a field means in classes of the index of everything, and of watched addresses."""

from __future__ import annotations

from collections.abc import Mapping

_ADDRESS = {
    "address": "The address; or give its control program",
    "control_program": "The control program, for what has no address",
}
_INDEXED = {"height": "The block up to which the index has read the chain"}
_PAGE_OF_INDEX = {**_INDEXED, "total": "How many there are on all pages"}

OF_INDEX: Mapping[str, Mapping[str, str]] = {
    # watched addresses
    "WatchRequest": {
        **_ADDRESS,
        "label": "A name for people",
        "from_height": "The first block that is looked at, -1 for the next one, 0 for all",
    },
    "WatchedListReply": {
        "failure": "Why they cannot be followed; empty while they can",
        "addresses": "The watched addresses",
    },
    "WatchedReply": {
        "address": "The address; empty for a program that has none",
        "label": "A name for people",
        "from_height": "The first block that was looked at",
        "height": "The block up to which the chain was read for it",
        "is_behind": "Whether the chain is still being read for it",
        "balances": "What it has, by asset",
    },
    "WatchedRequest": _ADDRESS,
    # the index
    "AddressAnswer": {
        **_INDEXED,
        "address": "The address; empty for a program that has none",
        "transactions": "How many transactions it has",
        "balances": "What it has, by asset",
    },
    "AddressOutputsAnswer": {**_INDEXED, "outputs": "The unspent outputs"},
    "AddressOutputsRequest": {**_ADDRESS, "asset_id": "The one asset that is wanted"},
    "AddressTransaction": {"changes": "What was received and sent, by asset"},
    "AddressTransactionsAnswer": _PAGE_OF_INDEX,
    "AssetAnswer": {
        **_INDEXED,
        "definition": "What the issuer says of it, null if that is no JSON object",
        "raw_definition": "What stands in the issuance, in hex",
        "issuance_program": "The program that decides who may issue it, null for BTM",
        "holders": "How many have some of it",
        "transactions": "How many transactions name it",
        "first_height": "The block it appears in first",
        "first_tx_id": "The transaction it appears in first",
    },
    "AssetHolder": {"address": "Who has it; empty for a program that has no address"},
    "AssetHoldersAnswer": {**_PAGE_OF_INDEX, "holders": "Who has it, the largest first"},
    "AssetTransfersAnswer": {**_PAGE_OF_INDEX, "transfers": "What happened to it, the newest first"},
    "AssetsAnswer": {**_INDEXED, "assets": "The assets, BTM first"},
    "BlockSummariesAnswer": {**_INDEXED, "blocks": "The blocks, the newest first"},
    "BlockSummariesRequest": {"from_height": "The height to begin with, downwards; 0 for the newest block"},
    "BlockSummary": {
        "hash": "The hash of the block",
        "transactions": "How many transactions it has",
        "size": "Bytes of the block",
        "miner": "The address that was paid for it",
        "miner_program": "The program that was paid for it",
    },
    "Found": {
        "kind": "What it is: block, transaction, output, asset, address or control_program",
        "id": "What other methods take for it",
        "block_height": "The height of its block, null for what is in none",
    },
    "IndexedAddressRequest": _ADDRESS,
    "IndexedInput": {"type": "What it does: spend, issue or coinbase", "address": "The address of what is spent"},
    "IndexedOutput": {
        "type": "What it does: control or retire",
        "id": "The id of the output",
        "position": "The number of the output",
        "address": "The address that is paid",
    },
    "IndexedOutputAnswer": {
        "status": "spent or unspent",
        "position": "The number of the output in its transaction",
        "spent_at": "The block it was spent in, null while it was not",
        "output": "The output itself",
    },
    "IndexedTransaction": {
        "version": "The version of the transaction",
        "size": "Bytes of the transaction",
        "block_height": "The height of its block, null while it waits",
        "block_hash": "The hash of its block, null while it waits",
        "block_time": "When its block was made, in Unix seconds, null while it waits",
        "block_index": "Its place in the block, null while it waits",
    },
    "SearchAnswer": {"query": "What was asked for", "found": "All that it may stand for"},
    "SearchRequest": {"query": "A height, an id of any kind, an address, or a control program in hex"},
    "StatisticsAnswer": {**_INDEXED, "points": "The intervals, the oldest first"},
    "StatisticsPoint": {
        "blocks": "How many blocks",
        "transactions": "How many transactions",
        "size": "Bytes of the blocks",
        "difficulty": "How many hashes one of the blocks takes on average, in decimal",
        "hash_rate": "How many hashes a second the network tried, null for what took no time",
        "block_seconds": "How long from one block to the next, null for what took no time",
    },
    "StatisticsRequest": {
        "first_height": "The first block, where it is divided by height",
        "last_height": "The last block, included; 0 for that of the chain",
        "points": "Into how many intervals of equally many blocks",
        "interval_seconds": "How long an interval is, where it is divided by time",
        "start_time": "The beginning, in Unix seconds",
        "end_time": "The end, included, in Unix seconds; 0 for that of the chain",
    },
}
"""By the name of the class."""
