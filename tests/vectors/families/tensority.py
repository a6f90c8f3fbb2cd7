"""``tensority.json``: the proof-of-work hash and its intermediate stages, by every kernel that runs here."""

import numpy as np

from pybytomd.crypto.hashes import sha3_256
from pybytomd.pow.numpy_kernel import product_matrix
from pybytomd.pow.tensority import COMPILED, KERNELS, extend_seed, sequences_of, tensority
from tests.vectors.registry import Case, family

FIRST_ROUND_BYTES = 128 * 1024


def rows_as_made(matrices: bytes) -> bytes:
    """The scratchpad in the order of its making: in the matrices, a round's even and odd rows are apart."""
    return np.frombuffer(matrices, np.uint8).reshape(128, 2, 512, 128).transpose(0, 2, 1, 3).tobytes()


def check_stages(case: Case) -> None:
    seed = bytes.fromhex(case["seed"])
    assert extend_seed(seed).hex() == case["extended_seed"]
    expanded = [KERNELS[name].expand(extend_seed(seed)) for name in (COMPILED or KERNELS)]
    assert len(set(expanded)) == 1
    rows = rows_as_made(expanded[0])
    assert len(rows) == case["cache_bytes"]
    assert rows.hex().startswith(case["cache_head"])
    assert rows.hex().endswith(case["cache_tail"])
    assert sha3_256(rows).hex() == case["cache_sha3"]
    assert sha3_256(rows[:FIRST_ROUND_BYTES]).hex() == case["first_smix_block_sha3"]
    if "header_hash" in case:
        header_hash = bytes.fromhex(case["header_hash"])
        matrix = product_matrix(expanded[0], sequences_of(header_hash)).tobytes()
        assert matrix.hex().startswith(case["matrix_head"])
        assert sha3_256(matrix).hex() == case["matrix_sha3"]
        check_hash(case)


def check_hash(case: Case) -> None:
    header_hash, seed = bytes.fromhex(case["header_hash"]), bytes.fromhex(case["seed"])
    for name in COMPILED or KERNELS:  # NumPy takes many seconds to expand each seed: see the unit tests
        assert tensority(header_hash, seed, KERNELS[name]).hex() == case["hash"], name


@family("tensority")
def check_tensority(case: Case, _document: Case) -> None:
    match case["op"]:
        case "hash":
            check_hash(case)
        case "cache":
            check_stages(case)
        case "calc_seed":
            hashes = b"".join(bytes.fromhex(text) for text in case["hashes"] or [])
            assert sha3_256(hashes).hex() == case["seed"]
        case op:
            raise AssertionError(f"unknown op {op}")
