"""The fixed numbers of the chain (reference ``consensus/general.go``). Amounts are in neu, 1 BTM = 10^8 neu."""

from pybytomd.crypto.hashes import sha3_256

BTM_ASSET_ID = b"\xff" * 32
BTM_DECIMALS = 8
NEU_PER_BTM = 10**BTM_DECIMALS

MAX_BLOCK_GAS = 10_000_000
"""Gas all transactions of a block may use together."""
MAX_TRANSACTION_GAS = 200_000
"""Gas one transaction can buy, whatever its fee."""
DEFAULT_GAS_CREDIT = 30_000
"""Gas a transaction may use before it has paid for its storage."""
NEU_PER_GAS = 200
GAS_PER_BYTE = 1

COINBASE_MATURITY = 100
"""Blocks before a coinbase output can be spent."""
COINBASE_ARBITRARY_LIMIT = 128
"""Bytes of free data in a coinbase input."""

BASE_SUBSIDY = 41_250_000_000
GENESIS_SUBSIDY = 140_700_041_250_000_000
SUBSIDY_HALVING_INTERVAL = 840_000

TARGET_SECONDS_PER_BLOCK = 150
BLOCKS_PER_RETARGET = 2016
BLOCKS_PER_SEED = 256
"""A new Tensority seed, and with it new matrices, every so many blocks."""
MAX_FUTURE_SECONDS = 3600
MEDIAN_TIME_BLOCKS = 11

RULE_AA_HEIGHT = 142_500
"""From this height on a transaction with two equal inputs is invalid, not merely failed (``ruleAA``)."""

INITIAL_SEED = sha3_256(bytes(32))
"""The Tensority seed of blocks 1 to 256."""

ZERO_HASH = bytes(32)
MAX_AMOUNT = (1 << 63) - 1
