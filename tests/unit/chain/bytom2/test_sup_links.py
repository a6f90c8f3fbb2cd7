"""Signatures that blocks bring along, and how they are kept with their blocks."""

from __future__ import annotations

import pytest

from pybytomd.chain.bytom2.chain import MAX_LINK_BYTES, Chain
from pybytomd.consensus.bytom2.casper.errors import (
    UnknownCheckpoint,
    WrongSourceHeight,
)
from pybytomd.ledger.bytom2.sup_link import SupLink
from pybytomd.store.bytom2.core_store import CoreBatch
from pybytomd.store.kv.memory_db import MemoryStore
from tests.bytom2_builder import Builder, open_chain, verification
from tests.unit.chain.bytom2.short_epochs import GENESIS, PARAMS


@pytest.mark.parametrize(
    ("link", "error"),
    [
        (SupLink(0, b"\x01" * 32), UnknownCheckpoint),
        (SupLink(4, GENESIS.hash), WrongSourceHeight),
    ],
)
def test_a_bad_sup_link_refuses_its_block_and_nothing_else(
    chain: Chain, builder: Builder, database: MemoryStore, link: SupLink, error: type[Exception]
) -> None:
    builder.extend(3)
    good = builder.block()
    bad = good.with_header(good.header.with_sup_links((link,)))
    before = dict(database.iterate())
    with pytest.raises(error):
        chain.process_block(bad)
    assert dict(database.iterate()) == before
    assert chain._casper.tree.best().hash == chain.best_hash
    assert not chain.process_block(good)
    assert chain.best_hash == good.hash


def test_sup_links_of_a_block_count_and_invalid_ones_are_kept_as_they_are(chain: Chain, builder: Builder) -> None:
    blocks = builder.extend(3)
    end = builder.block()
    signatures = [builder.sign(number, GENESIS, end).signature for number in range(3)]
    link = SupLink(0, GENESIS.hash, (*signatures, b"invalid", *[b""] * 6))
    assert not chain.process_block(end.with_header(end.header.with_sup_links((link,))))
    assert chain.justified.height == 4
    assert chain.header(end.hash).sup_links == (link,)
    assert [lnk.signed_slots for lnk in chain.justified.sup_links] == [[0, 1, 2]]
    assert chain.header(blocks[2].hash).sup_links == ()


def test_a_known_block_that_comes_again_takes_no_signatures_away(chain: Chain, builder: Builder) -> None:
    blocks = builder.extend(5)
    branch = builder.extend(8, GENESIS, slots=5)
    builder.justify(GENESIS, blocks[3], [0, 1, 2])
    assert chain.best_hash == blocks[4].hash
    builder.justify(GENESIS, branch[7], [3])
    assert not chain.process_block(branch[7])  # above the best block, so it is judged again
    assert chain.header(branch[7].hash).sup_links[0].signed_slots == [3]
    assert chain.store.hashes_at(8) == (branch[7].hash,)


def test_a_flood_of_sup_links_is_cut_off(chain: Chain, builder: Builder) -> None:
    """Whoever passes a block on can add any number: the hash does not cover them."""
    builder.extend(3)
    end = builder.block()
    good = SupLink(0, GENESIS.hash).with_signature(0, builder.sign(0, GENESIS, end).signature)
    junk = SupLink(0, GENESIS.hash, (b"invalid" * 10,) * 10)
    flood = end.with_header(end.header.with_sup_links((good, *[junk] * 5000)))
    assert not chain.process_block(flood)
    stored = chain.header(end.hash)
    assert good in stored.sup_links
    assert len(stored.to_bytes()) <= MAX_LINK_BYTES + 300
    huge = builder.block()
    flood = huge.with_header(huge.header.with_sup_links((SupLink(0, GENESIS.hash, (bytes(1 << 20),) * 10),)))
    assert not chain.process_block(flood)
    assert chain.header(huge.hash).sup_links == ()


def test_junk_in_a_slot_does_not_keep_its_signature_out_after_a_restart(
    chain: Chain, builder: Builder, database: MemoryStore
) -> None:
    builder.extend(3)
    end = builder.block()
    own = builder.sign(0, GENESIS, end).signature
    link = SupLink(0, GENESIS.hash, (own, b"junk", b"junk", *[b""] * 7))
    equal = SupLink(4, end.hash, (verification(0, end.hash, end.hash).signature, *[b""] * 9))
    assert not chain.process_block(end.with_header(end.header.with_sup_links((link,))))
    batch = CoreBatch(chain.store)
    batch.put_header(end.header.with_sup_links((link, equal)))
    batch.write()
    chain.close()
    with open_chain(PARAMS, database) as again:
        builder = Builder(again)
        loaded = again._casper.tree.find(end.hash)
        assert loaded is not None
        assert loaded.checkpoint.sup_links == (SupLink(0, GENESIS.hash).with_signature(0, own),)
        builder.justify(GENESIS, end, [3])
        assert again.justified.height == 0
        builder.justify(GENESIS, end, [2])
        assert again.justified.height == 4
        assert again.header(end.hash).sup_links[0].signatures[1] == b"junk"
