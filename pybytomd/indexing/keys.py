"""The keys of index.db: one table a first byte, then what it is sorted by, in bytes that sort like their numbers.

A *place* is where a transaction is: the height of its block and the position in it. A *program key* stands for a
control program, an *asset key* for an asset: both tell by their first byte how long they are, so that no key of a
table is the beginning of another one that is meant for something else.

Ids are whole in keys, so that nothing has to be compared again that was found. LevelDB leaves out what a key has
in common with the one before it, which makes the rows of one address or asset short.
"""

from __future__ import annotations

from hashlib import blake2b

from pybytomd.indexing.errors import DamagedRow
from pybytomd.ledger.constants import BTM_ASSET_ID
from pybytomd.vm.programs.builders import p2wpkh_program, p2wsh_program

CURSOR = b"\x01"
"""How far the index has come: ``records.Cursor``."""
REPEATED = b"\x02"
"""The height from which on ids may stand for more than one thing: see ``indexer``. Missing if they do not."""
BLOCKS = b"\x03"
"""height -> ``records.BlockRow``"""
TRANSACTIONS = b"\x04"
"""place -> ``records.TransactionRow``"""
PLACES = b"\x05"
"""transaction id -> its places, in order; nearly always one"""
CREATED = b"\x06"
"""output id -> where it came from: ``records.Creation``, in order; nearly always one"""
SPENT = b"\x07"
"""output id -> places of the transactions that spent it, in order; nearly always one"""
PROGRAMS = b"\x08"
"""program key -> control program, of those whose key does not hold it"""
COUNTS = b"\x09"
"""program key -> how many transactions name it"""
HISTORY = b"\x0a"
"""program key, place -> ``records.Change`` by asset: what a transaction moved to and from a program"""
HOLDINGS = b"\x0b"
"""program key, asset key -> ``records.Holding``"""
UNSPENT = b"\x0c"
"""program key, asset key, output id -> ``records.UnspentRow``"""
ASSETS = b"\x0d"
"""asset key -> ``records.AssetRow``"""
DEFINITIONS = b"\x0e"
"""asset key -> ``records.Definition``, of those that were issued"""
HOLDERS = b"\x0f"
"""asset key, amount (the highest first), program key -> nothing"""
TRANSFERS = b"\x10"
"""asset key, place -> ``records.Transfer``: what a transaction did with an asset; of BTM it is every one"""

PARTIAL = b"\x11"
"""``records.Partial``: the block that is being taken in, or taken back, in several batches. Missing if none is."""
REWARDS = b"\x12"
"""program key, height -> ``records.Change`` by asset: what the coinbase of a block pays to a program"""
VOTES = b"\x13"
"""program key, key of a validator -> how many neu of the program vote for it. There are none on 1.x."""

HEIGHT_SIZE, POSITION_SIZE = 4, 3
PLACE_SIZE = HEIGHT_SIZE + POSITION_SIZE
POSITION_BITS = 8 * POSITION_SIZE
MAX_POSITION = (1 << POSITION_BITS) - 1
"""A block has at most 10 MB, and no transaction, input or output is shorter than some bytes."""
ID_SIZE = 32
AMOUNT_SIZE = 12
"""Of a balance: so many bytes hold the sum of 2^32 outputs of 63 bits each."""
MAX_AMOUNT = (1 << 8 * AMOUNT_SIZE) - 1

KEY_HASH_START, SCRIPT_HASH_START = b"\x00\x14", b"\x00\x20"
KEY_HASH_TAG, SCRIPT_HASH_TAG, DIGEST_TAG = b"\x00", b"\x01", b"\x02"
DIGEST_SIZE = 20
_SIZES = {0: 21, 1: 33, 2: 1 + DIGEST_SIZE}
"""Of program keys, by their first byte."""
BTM_KEY, ASSET_TAG = b"\x00", b"\x01"


def place(height: int, position: int) -> bytes:
    """Of the transaction at a position of a block."""
    return (height << POSITION_BITS | position).to_bytes(PLACE_SIZE, "big")


def parse_place(data: bytes) -> tuple[int, int]:
    """Height and position of a place."""
    number = int.from_bytes(data[:PLACE_SIZE], "big")
    return number >> POSITION_BITS, number & MAX_POSITION


def block_key(height: int) -> bytes:
    """Of what is kept of a block."""
    return BLOCKS + height.to_bytes(HEIGHT_SIZE, "big")


def reward_key(program: bytes, height: int) -> bytes:
    """Of what the coinbase at a height pays to a program, by its key."""
    return REWARDS + program + height.to_bytes(HEIGHT_SIZE, "big")


def program_key(program: bytes) -> bytes:
    """What stands for a control program: the hash in it where it is a usual one, else a digest of all of it."""
    start = program[:2]
    if start == KEY_HASH_START and len(program) == 22:
        return KEY_HASH_TAG + program[2:]
    if start == SCRIPT_HASH_START and len(program) == 34:
        return SCRIPT_HASH_TAG + program[2:]
    return DIGEST_TAG + blake2b(program, digest_size=DIGEST_SIZE).digest()


def is_digest(key: bytes) -> bool:
    """Whether a program key does not hold the program, which is in ``PROGRAMS`` then."""
    return key[:1] == DIGEST_TAG


def usual_program(key: bytes) -> bytes:
    """The control program that a program key holds. Raises DamagedRow where it is a digest."""
    if key[:1] == KEY_HASH_TAG:
        return p2wpkh_program(key[1:])
    if key[:1] == SCRIPT_HASH_TAG:
        return p2wsh_program(key[1:])
    raise DamagedRow("the program is not in its key")


def program_key_at(data: bytes, start: int) -> bytes:
    """The program key that begins at a position. Raises DamagedRow."""
    size = _SIZES.get(data[start]) if start < len(data) else None
    if size is None or start + size > len(data):
        raise DamagedRow("no program key")
    return data[start : start + size]


def asset_key(asset_id: bytes) -> bytes:
    """What stands for an asset."""
    return BTM_KEY if asset_id == BTM_ASSET_ID else ASSET_TAG + asset_id


def asset_id_of(key: bytes) -> bytes:
    """The asset that an asset key stands for."""
    return BTM_ASSET_ID if key == BTM_KEY else key[1:]


def asset_key_at(data: bytes, start: int) -> bytes:
    """The asset key that begins at a position. Raises DamagedRow."""
    tag = data[start : start + 1]
    size = 1 if tag == BTM_KEY else 1 + ID_SIZE
    if tag not in (BTM_KEY, ASSET_TAG) or start + size > len(data):
        raise DamagedRow("no asset key")
    return data[start : start + size]


def unspent_key(program: bytes, asset: bytes, output_id: bytes) -> bytes:
    """Of an unspent output. Program and asset are keys."""
    return UNSPENT + program + asset + output_id


def holder_key(asset: bytes, amount: int, program: bytes) -> bytes:
    """Of a holder of an asset: the highest amounts sort first. Both are keys."""
    return HOLDERS + asset + (MAX_AMOUNT - amount).to_bytes(AMOUNT_SIZE, "big") + program


def parse_holder_key(key: bytes, asset: bytes) -> tuple[int, bytes]:
    """Amount and program key. Raises DamagedRow."""
    start = len(HOLDERS) + len(asset)
    amount = MAX_AMOUNT - int.from_bytes(key[start : start + AMOUNT_SIZE], "big")
    return amount, program_key_at(key, start + AMOUNT_SIZE)
