"""Every key of every database, in one place. Source: chain-and-storage reference, section 8.2."""

from __future__ import annotations

FORMAT = b"format"
"""The version of a database that is ours alone, a decimal number. No other key of these begins so."""

SEAL = b"seal"
"""See ``kv.seal``: ours alone. No key that the reference reads or looks for begins so."""

# core.db

CHAIN_STATE = b"blockStore"
"""The best block, as JSON."""
BLOCK_PREFIX = b"B:"
HEADER_PREFIX = b"BH:"
STATUS_PREFIX = b"BTS:"
UTXO_PREFIX = b"UT:"

HASH_SIZE = 32
HEIGHT_SIZE = 8
HEADER_KEY_SIZE = len(HEADER_PREFIX) + HEIGHT_SIZE + HASH_SIZE


def block_key(block_hash: bytes) -> bytes:
    """Of a block, stored as hex text."""
    return BLOCK_PREFIX + block_hash


def header_key(height: int, block_hash: bytes) -> bytes:
    """Of a header, stored as hex text. Keys sort by height."""
    return HEADER_PREFIX + height.to_bytes(HEIGHT_SIZE, "big") + block_hash


def parse_header_key(key: bytes) -> tuple[int, bytes]:
    """Height and block hash of a header's key. Raises ValueError."""
    if len(key) != HEADER_KEY_SIZE:
        raise ValueError(f"a header's key has {HEADER_KEY_SIZE} bytes, not {len(key)}")
    start = len(HEADER_PREFIX)
    return int.from_bytes(key[start : start + HEIGHT_SIZE], "big"), key[start + HEIGHT_SIZE :]


def status_key(block_hash: bytes) -> bytes:
    """Of the status of a block's transactions, stored as protobuf."""
    return STATUS_PREFIX + block_hash


def utxo_key(output_id: bytes) -> bytes:
    """Of an unspent output, or a spent one of a coinbase. Quirk: the id is in hex here."""
    return UTXO_PREFIX + output_id.hex().encode()


# wallet.db, accounts and assets. Source: wallet-and-keys reference, section 10

ACCOUNT_PREFIX = b"Account:"
ACCOUNT_ALIAS_PREFIX = b"AccountAlias:"
ACCOUNT_INDEX_PREFIX = b"AccountIndex:"
ADDRESS_INDEX_PREFIX = b"ContractIndex"
PROGRAM_PREFIX = b"Contract:"
MINING_PROGRAM = b"MiningAddress"
"""The control program rewards are paid to, as JSON."""
COINBASE_ARBITRARY = b"CoinbaseArbitrary"
"""Free data of coinbases. It may be there and empty."""
ASSET_INDEX = b"AssetIndex"
"""Key index of the asset defined last, a little-endian number."""
ASSET_PREFIX = b"Asset:"
ASSET_ALIAS_PREFIX = b"AssetAlias:"
EXTERNAL_ASSET_PREFIX = b"EXA:"
REGISTERED_CONTRACT_PREFIX = b"UC:"


def account_key(account_id: str) -> bytes:
    """Of an account, stored as JSON. A shorter id makes the prefix of all accounts whose ids begin with it."""
    return ACCOUNT_PREFIX + account_id.encode()


def account_alias_key(alias: str) -> bytes:
    """Of the id of the account with this alias."""
    return ACCOUNT_ALIAS_PREFIX + alias.encode()


def account_index_key(keys_hash: bytes) -> bytes:
    """Of the number of accounts made from a set of root keys, little-endian; by the SHA3 of the sorted keys."""
    return ACCOUNT_INDEX_PREFIX + keys_hash


def address_index_key(account_id: str, change: bool | None) -> bytes:
    """Of the number of addresses of an account's branch, little-endian; ``None``: an account without branches."""
    branch = b"" if change is None else b"\x01" if change else b"\x00"
    return ADDRESS_INDEX_PREFIX + account_id.encode() + branch


def program_key(program_hash: bytes) -> bytes:
    """Of what is known of a control program of ours, stored as JSON; by its SHA3."""
    return PROGRAM_PREFIX + program_hash


def asset_key(asset_id: bytes) -> bytes:
    """Of an asset, stored as JSON."""
    return ASSET_PREFIX + asset_id


def asset_alias_key(alias: str) -> bytes:
    """Of the id, in hex, of the asset with this alias."""
    return ASSET_ALIAS_PREFIX + alias.encode()


def external_asset_key(asset_id: bytes) -> bytes:
    """Of the definition of an asset that was issued on chain, as the issuer wrote it."""
    return EXTERNAL_ASSET_PREFIX + asset_id


def registered_contract_key(contract_hash: bytes) -> bytes:
    """Of a registered contract, stored as JSON."""
    return REGISTERED_CONTRACT_PREFIX + contract_hash


# wallet.db, the index of our transactions and outputs. Ids are in hex in these keys

WALLET_STATUS = b"walletInfo"
"""How far the index has come, as JSON."""
RECOVERY_STATUS = b"RecoveryInfo"
"""What a search for addresses has found so far, as JSON."""
TRANSACTION_PREFIX = b"TXS:"
TRANSACTION_POSITION_PREFIX = b"TID:"
GLOBAL_POSITION_PREFIX = b"GTID:"
UNCONFIRMED_PREFIX = b"UTXS:"
OWN_INDEX_PREFIX = b"IX:"
"""What lists are made from, ours alone: see ``wallet.index``. The reference looks at none of these keys."""
OWN_OUTPUT_PREFIX = b"ACU:"
CONTRACT_OUTPUT_PREFIX = b"SCU:"


def transaction_position(height: int, position: int) -> bytes:
    """Where a transaction is: block height and position in it, as text that sorts. The value of ``TID:``."""
    return b"%016x%08x" % (height, position)


def parse_transaction_position(text: bytes) -> tuple[int, int]:
    """Height and position of ``transaction_position``. Raises ValueError."""
    if len(text) != 24:
        raise ValueError(f"a position has 24 digits, not {len(text)}")
    return int(text[:16], 16), int(text[16:], 16)


def transaction_key(height: int, position: int) -> bytes:
    """Of a transaction of ours in the main chain, stored as JSON."""
    return TRANSACTION_PREFIX + transaction_position(height, position)


def transactions_at(height: int) -> bytes:
    """What the keys of all our transactions at a height begin with."""
    return TRANSACTION_PREFIX + b"%016x" % height


def transaction_position_key(tx_id: str) -> bytes:
    """Of the position of a transaction of ours, by its id in hex."""
    return TRANSACTION_POSITION_PREFIX + tx_id.encode()


def global_position_key(tx_id: str) -> bytes:
    """Of block hash and position, eight bytes big-endian, of any transaction, by its id in hex."""
    return GLOBAL_POSITION_PREFIX + tx_id.encode()


def unconfirmed_key(tx_id: str) -> bytes:
    """Of a transaction of ours that waits to be in a block, stored as JSON, by its id in hex."""
    return UNCONFIRMED_PREFIX + tx_id.encode()


def own_output_key(output_id: bytes) -> bytes:
    """Of an unspent output of an account, stored as JSON."""
    return OWN_OUTPUT_PREFIX + output_id.hex().encode()


def contract_output_key(output_id: bytes) -> bytes:
    """Of an unspent output, anybody's, whose program is not a standard one, stored as JSON."""
    return CONTRACT_OUTPUT_PREFIX + output_id.hex().encode()


# hooks.db, ours alone

HOOK_PREFIX = b"H:"
HOOK_PROGRESS_PREFIX = b"P:"


def hook_key(name: str) -> bytes:
    """Of a hook that was made over the API, stored as JSON."""
    return HOOK_PREFIX + name.encode()


def hook_progress_key(name: str) -> bytes:
    """Of how far a hook has come, stored as JSON."""
    return HOOK_PROGRESS_PREFIX + name.encode()


# watch.db, ours alone

WATCH_STATUS = b"status"
"""How far the chain was followed, as JSON."""
WATCHED_PREFIX = b"A:"
WATCHED_OUTPUT_PREFIX = b"O:"


def watched_key(program_hash: bytes) -> bytes:
    """Of a watched address, stored as JSON; by the SHA3 of its control program."""
    return WATCHED_PREFIX + program_hash


def watched_output_prefix(program_hash: bytes) -> bytes:
    """What the keys of all outputs of a watched address begin with; the id of the output follows."""
    return WATCHED_OUTPUT_PREFIX + program_hash


# trace.db. Source: contracts-and-tracing reference, section A2.2

TRACE_PREFIX = b"\x02:"
TRACE_STATUS = b"\x03:"
"""The best block the trace service knows, as JSON."""
TRACE_JOURNAL_PREFIX = b"\x04:"
"""Ours alone: height, trace id -> the instance before the block of that height, as JSON."""


def trace_key(trace_id: str) -> bytes:
    """Of an instance, stored as JSON."""
    return TRACE_PREFIX + trace_id.encode()


def trace_journal_prefix(height: int) -> bytes:
    """Of the records about the block of a height, 8 bytes big-endian."""
    return TRACE_JOURNAL_PREFIX + max(height, 0).to_bytes(8, "big")


def trace_journal_key(height: int, trace_id: str) -> bytes:
    """An instance before the block of a height."""
    return trace_journal_prefix(height) + trace_id.encode()
