"""Asset ids, and what they are hashed from."""

from __future__ import annotations

from pybytomd.codec.wire.writer import string
from pybytomd.crypto.hashes import sha3_256


def compute_asset_id(issuance_program: bytes, vm_version: int, raw_definition: bytes) -> bytes:
    """The id of an asset, from the program that may issue it and the exact bytes of its definition."""
    return sha3_256(vm_version.to_bytes(8, "little") + string(issuance_program) + sha3_256(raw_definition))
