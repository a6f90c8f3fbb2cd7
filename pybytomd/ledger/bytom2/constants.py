"""The fixed numbers of Bytom 2 (reference ``consensus/general.go``). Amounts are in neu, 1 BTM = 10^8 neu.

What both chains have, the asset id of BTM and the price of gas among it, is in ``ledger.constants``.
"""

from pybytomd.ledger.constants import NEU_PER_BTM

MAX_VALIDATORS = 10
"""Validators of an epoch, and slots for their signatures in a sup link."""

MAX_TRANSACTION_GAS = 300_000
"""Gas one transaction can buy, whatever its fee."""

COINBASE_MATURITY = 10
"""Blocks before an output of a block's first transaction can be spent."""
MIN_VOTE_AMOUNT = NEU_PER_BTM
"""The least amount of a vote output."""
BCRP_REQUIRED_AMOUNT = NEU_PER_BTM
"""What the registration of a contract costs."""
VOTE_SIZE = 64
"""Bytes of the key in a vote: an extended public key."""

INITIAL_SUPPLY = 169_290_771_678_579_170
"""What the genesis block pays."""
BLOCK_REWARD = 570_776_255
"""The full reward of a block."""
REWARD_THRESHOLD = 0.5
"""The part of all BTM that must be in votes for the full reward."""
