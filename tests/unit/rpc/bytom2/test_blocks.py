"""Answers about blocks: kept as they are sent, but for those that change."""

from __future__ import annotations

import pytest

from tests.bytom2_builder import Builder, network, open_chain
from tests.unit.rpc.bytom2.world import api_of, call

PARAMS = network(validators=4, blocks_per_epoch=4)


@pytest.mark.parametrize("name", ["get-block", "get-raw-block", "get-block-header"])
async def test_a_signature_that_comes_late_is_shown(name: str) -> None:
    with open_chain(PARAMS) as chain:
        builder = Builder(chain)
        blocks = builder.extend(6)
        api = api_of(chain)
        before = await call(api, name, block_height=4)
        builder.justify(PARAMS.genesis, blocks[3], [0])
        after = await call(api, name, block_hash=blocks[3].hash.hex())
        assert after != before
        assert len(blocks[3].header.sup_links) == 0


@pytest.mark.parametrize("height", [4, 5])
@pytest.mark.parametrize("name", ["get-block", "get-raw-block"])
async def test_answers_are_kept(name: str, height: int, monkeypatch: pytest.MonkeyPatch) -> None:
    with open_chain(PARAMS) as chain:
        blocks = Builder(chain).extend(6)
        api = api_of(chain)
        first = await call(api, name, block_height=height)
        monkeypatch.setattr(chain.store, "block", None)  # nothing is read any more
        assert await call(api, name, block_height=height) == first
        assert await call(api, name, block_hash=blocks[height - 1].hash.hex()) == first
