"""Where the answers to questions begin and end; the figures are those of a 2.0.7 node with 450 blocks."""

import pytest

from pybytomd.sync.bytom2.block_locator import located_hashes, located_heights, locator_heights
from tests.bytom2_builder import Builder, network, open_chain


@pytest.mark.parametrize(
    ("start", "stop", "skip", "limit", "heights"),
    [
        (0, 450, 63, 1000, [0, 64, 128, 192, 256, 320, 384, 448, 450]),
        (0, 450, 0, 1000, list(range(451))),
        (0, 450, 0, 64, list(range(64))),
        (384, 386, 0, 64, [384, 385, 386]),
        (5, 5, 63, 1000, [5]),
        (6, 5, 63, 1000, []),
        (0, 64, 63, 1000, [0, 64]),
        (0, 450, 2**64 - 1, 1000, [0, 450]),
        (0, 450, 0, 1, [0]),
    ],
)
def test_located_heights(start: int, stop: int, skip: int, limit: int, heights: list[int]) -> None:
    assert located_heights(start, stop, skip, limit) == heights


def test_a_locator_of_a_long_chain() -> None:
    """Ten in a row, then at twice the distance each time, and the first block last."""
    assert locator_heights(0) == [0]
    assert locator_heights(12) == [12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 1, 0]
    heights = locator_heights(1_000_000)
    assert heights[:11] == [1_000_000 - i for i in range(10)] + [999_989]
    assert heights[-1] == 0
    assert len(heights) < 40


def test_located_hashes() -> None:
    params = network()
    with open_chain(params) as chain:
        blocks = [params.genesis, *Builder(chain).extend(6)]
        (side,) = Builder(chain).extend(1, blocks[3], slots=2)
        hashes = [block.hash for block in blocks]
        assert chain.best_hash == hashes[6]
        assert located_hashes(chain, [hashes[2]], hashes[6], 0, 64) == hashes[2:]
        assert located_hashes(chain, [b"\x01" * 32, side.hash, hashes[4]], hashes[6], 1, 64) == [
            hashes[4],
            hashes[6],
        ]
        assert located_hashes(chain, [], hashes[2], 0, 64) == hashes[:3]
        assert located_hashes(chain, [hashes[5]], hashes[2], 0, 64) == []
        assert located_hashes(chain, [], side.hash, 0, 64) == []  # 1.x answers that
        assert located_hashes(chain, [], b"\x01" * 32, 0, 64) == []
