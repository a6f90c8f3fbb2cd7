from pybytomd.sync.headers.block_locator import located_headers, locator_heights
from tests.chain_builder import GENESIS, extend, make_branch, open_chain


def test_heights_of_a_locator() -> None:
    assert locator_heights(0) == [0]
    assert locator_heights(3) == [3, 2, 1, 0]
    assert locator_heights(128) == [128, 127, 126, 125, 124, 123, 122, 121, 120, 119, 117, 113, 105, 89, 57, 0]
    assert len(locator_heights(10_000_000)) < 40


def test_a_locator_is_understood() -> None:
    chain = open_chain()
    blocks = [GENESIS, *extend(chain, 40)]
    locator = [blocks[height].hash for height in locator_heights(30)]
    found = located_headers(chain, locator, blocks[40].hash)
    assert found == [block.header for block in blocks[31:]]
    assert located_headers(chain, [blocks[10].hash], blocks[40].hash, limit=5) == [b.header for b in blocks[11:16]]
    assert located_headers(chain, [bytes(32)], blocks[2].hash) == [block.header for block in blocks[1:3]]
    assert located_headers(chain, [], blocks[2].hash) == [block.header for block in blocks[1:3]]
    chain.close()


def test_what_has_no_answer() -> None:
    chain = open_chain()
    blocks = extend(chain, 10)
    assert located_headers(chain, [GENESIS.hash], bytes(32)) == []
    assert located_headers(chain, [blocks[5].hash], blocks[5].hash) == []
    assert located_headers(chain, [blocks[5].hash], blocks[2].hash) == []
    chain.close()


def test_side_branches() -> None:
    """A start has to be on the main chain; of a stop the height counts."""
    chain = open_chain()
    blocks = [GENESIS, *extend(chain, 10)]
    side = make_branch(blocks[4], 2)
    for block in side:
        chain.process_block(block, proof=True)
    found = located_headers(chain, [side[0].hash, blocks[3].hash], side[1].hash)
    assert found == [block.header for block in blocks[4:7]]
    chain.close()
