"""Compact targets: what is kept of a number, and the work it stands for."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from pybytomd.pow.compact import compact_to_target, hash_to_int, target_to_compact, work

targets = st.integers(0, (1 << 256) - 1)


@given(targets)
def test_three_bytes_of_a_target_are_kept(target: int) -> None:
    again = compact_to_target(target_to_compact(target))
    dropped = max(target.bit_length() - 17, 0)  # the highest of the three may have one bit
    assert again <= target
    assert again >> dropped == target >> dropped


@given(targets)
def test_what_was_rounded_stays(target: int) -> None:
    bits = target_to_compact(target)
    assert target_to_compact(compact_to_target(bits)) == bits


@given(st.integers(1, 1 << 255))
def test_less_than_zero_is_rounded_away_from_it(target: int) -> None:
    again = compact_to_target(target_to_compact(-target))
    assert again <= -target
    assert work(target_to_compact(-target)) == 0


@given(targets, targets)
def test_lower_targets_are_more_work(one: int, other: int) -> None:
    low, high = sorted((target_to_compact(one), target_to_compact(other)), key=compact_to_target)
    if compact_to_target(low) > 0:
        assert work(low) >= work(high) >= 1
    else:
        assert work(low) == 0


@given(st.integers(0, (1 << 64) - 1))
def test_any_bits_have_a_target_and_work(bits: int) -> None:
    target = compact_to_target(bits)
    assert work(bits) == (0 if target <= 0 else 2**256 // (target + 1))


@given(st.binary(min_size=32, max_size=32))
def test_hashes_are_numbers_with_the_lowest_byte_first(block_hash: bytes) -> None:
    assert hash_to_int(block_hash).to_bytes(32, "little") == block_hash
