"""Chains written to files and read from them: complete, stopped, cut, damaged, of another network."""

import gzip
import json
from collections.abc import Callable, Mapping
from io import BytesIO
from pathlib import Path

import pytest

from pybytomd.chain.archive.file_format import (
    MAX_BLOCK_BYTES,
    MAX_NETWORK_NAME,
    ArchiveError,
    ArchiveHeader,
    ChainArchive,
    decode_block,
    write_archive,
)
from pybytomd.chain.archive.transfer import export_chain, import_chain
from pybytomd.chain.chain import Chain
from pybytomd.errors import StoreError
from pybytomd.ledger.networks.params import MAINNET, SOLONET
from pybytomd.pow.verifier import ProofVerifier
from pybytomd.store.kv.memory_db import MemoryStore
from tests.chain_builder import (
    GENESIS,
    Coin,
    btm,
    extend,
    make_block,
    make_branch,
    mature_coins,
    open_chain,
    spend,
)


@pytest.fixture(autouse=True)
def trusting(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let every proof of work pass but that of blocks with the nonce 13."""
    monkeypatch.setattr("pybytomd.pow.verifier.meets_target", lambda block_hash, *_: block_hash not in UNPROVED)
    monkeypatch.setattr("pybytomd.chain.chain.meets_target", lambda block_hash, *_: block_hash not in UNPROVED)


UNPROVED: set[bytes] = set()


@pytest.fixture
def source() -> Chain:
    """A chain of 110 blocks, with some transactions, and a side branch that is not to be exported."""
    chain = open_chain()
    coins = mature_coins(chain, 2)
    for coin in coins:
        tip = chain.block_at(chain.best_height)
        chain.process_block(make_block(tip, [spend([coin], [btm(coin.amount - 10**8)])], fees=10**8), proof=True)
    extend(chain, 6)
    for block in make_branch(chain.block_at(50), 3):
        chain.process_block(block, proof=True)
    return chain


def ignore(_height: int) -> None:
    pass


def take_in(
    chain: Chain,
    path: Path,
    on_block: Callable[[int], None] = ignore,
    go_on: Callable[[], bool] = lambda: True,
) -> tuple[int, int, bool]:
    with ChainArchive.open(path) as archive, ProofVerifier(2) as proofs:
        done = import_chain(chain, archive, proofs, on_block, go_on)
    return done.added, done.known, done.is_complete


def write_out(chain: Chain, path: Path, go_on: Callable[[], bool] = lambda: True) -> int:
    return export_chain(chain, path, ignore, go_on)


def write_part(chain: Chain, path: Path, first: int, last: int) -> None:
    blocks = [chain.block_at(height).to_bytes() for height in range(first, last + 1)]
    with path.open("wb") as stream:
        write_archive(stream, SOLONET, first, len(blocks), blocks)


@pytest.mark.parametrize("name", ["chain", "chain.gz"])
def test_there_and_back(source: Chain, tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    assert write_out(source, path) == 111
    assert list(tmp_path.iterdir()) == [path]
    assert (path.read_bytes()[:2] == b"\x1f\x8b") == (name == "chain.gz")
    target = open_chain()
    assert take_in(target, path) == (110, 1, True)
    assert target.best_hash == source.best_hash
    assert take_in(target, path) == (0, 111, True)


def test_part_of_a_chain(source: Chain, tmp_path: Path) -> None:
    first, second = tmp_path / "first", tmp_path / "second"
    write_part(source, first, 0, 40)
    write_part(source, second, 41, 110)
    target = open_chain()
    with pytest.raises(ArchiveError, match="begins with block 41, but this chain ends with 0"):
        take_in(target, second)
    assert take_in(target, first) == (40, 1, True)
    assert take_in(target, second) == (70, 0, True)
    assert target.best_hash == source.best_hash


def test_stopped_and_gone_on(source: Chain, tmp_path: Path) -> None:
    path = tmp_path / "chain"
    write_out(source, path)
    target = open_chain()
    asked = iter(range(1000))
    added, _, complete = take_in(target, path, go_on=lambda: next(asked) < 60)
    assert not complete
    assert target.best_height == added < 60
    asked = iter(range(1000))
    assert take_in(target, path, go_on=lambda: next(asked) < 111 + 60)[2] is False
    assert 0 < target.best_height < 110
    left = 110 - target.best_height
    assert take_in(target, path) == (left, 111 - left, True)
    assert target.best_hash == source.best_hash


def test_stopped_export_leaves_no_file(source: Chain, tmp_path: Path) -> None:
    asked = iter(range(1000))
    with pytest.raises(ArchiveError, match="stopped at block 10; nothing was written"):
        write_out(source, tmp_path / "chain", lambda: next(asked) < 10)
    assert not list(tmp_path.iterdir())


def test_files_are_not_replaced(source: Chain, tmp_path: Path) -> None:
    path = tmp_path / "chain"
    path.write_bytes(b"precious")
    with pytest.raises(ArchiveError, match="exists already"):
        write_out(source, path)
    assert path.read_bytes() == b"precious"
    with pytest.raises(ArchiveError, match=r"cannot write .*: No such file or directory"):
        write_out(source, tmp_path / "none" / "chain")


def test_cut_archive_is_taken_in_as_far_as_it_goes(source: Chain, tmp_path: Path) -> None:
    path = tmp_path / "chain"
    write_out(source, path)
    path.write_bytes(path.read_bytes()[:-20])
    target = open_chain()
    with pytest.raises(ArchiveError, match="cut off at block 110"):
        take_in(target, path)
    assert target.best_height == 109
    path.unlink()
    write_out(source, path)
    assert take_in(target, path) == (1, 110, True)


def test_bad_blocks_are_refused_by_height(source: Chain, tmp_path: Path) -> None:
    path = tmp_path / "chain"
    blocks = [GENESIS, *make_branch(GENESIS, 5)]
    strange = make_block(blocks[2], fees=1)
    unlinked = make_branch(GENESIS, 3)[2]
    unproved = make_block(blocks[2])
    UNPROVED.add(unproved.hash)
    nothing = make_block(blocks[2], [spend([Coin(bytes(32), 0, btm(10**9))], [btm(1)])], fees=10**9 - 1)
    texts = {
        strange: "block 3 of the archive is refused: dismatch output amount: wrong coinbase transaction",
        unlinked: "block 3 of the archive does not follow the one before it",
        unproved: "block 3 of the archive is refused: invalid difficulty proof of work",
        nothing: "block 3 of the archive is refused: fail to find utxo entry",
    }
    for bad, text in texts.items():
        target = open_chain()
        with path.open("wb") as stream:
            raw = [block.to_bytes() for block in [*blocks[:3], bad, *blocks[4:]]]
            write_archive(stream, SOLONET, 0, 6, raw)
        with pytest.raises(ArchiveError, match=f"^{text}"):
            take_in(target, path)
        assert target.best_height == 2
    with path.open("wb") as stream:
        write_archive(stream, SOLONET, 0, 2, [GENESIS.to_bytes(), b"\x03\x01\x01"])
    with pytest.raises(ArchiveError, match="damaged at block 1"):
        take_in(open_chain(), path)


def test_other_networks_and_other_files(source: Chain, tmp_path: Path) -> None:
    path = tmp_path / "chain"
    write_out(source, path)
    with pytest.raises(ArchiveError, match="is of the network solonet, this node is of mainnet"):
        take_in(open_chain(params=MAINNET), path)
    path.write_bytes(gzip.compress(b"something else"))
    with pytest.raises(ArchiveError, match="not a chain archive"):
        take_in(open_chain(), path)


HEADER = ArchiveHeader("solonet", GENESIS.hash, 0, 1)


@pytest.mark.parametrize(
    ("damaged", "text"),
    [
        (HEADER.to_bytes().replace(b"\n\x01", b"\n\x02"), "the archive is of version 2; .* knows version 1"),
        (ArchiveHeader("n" * (MAX_NETWORK_NAME + 1), GENESIS.hash, 0, 1).to_bytes(), "damaged in its header"),
        (HEADER.to_bytes() + (MAX_BLOCK_BYTES + 1).to_bytes(4, "little"), "no block has 33554433 bytes"),
        (HEADER.to_bytes() + MAX_BLOCK_BYTES.to_bytes(4, "little"), "cut off at block 0"),
    ],
)
def test_damage_is_told_before_it_is_read_over(damaged: bytes, text: str) -> None:
    with pytest.raises(ArchiveError, match=text):
        list(ChainArchive.read(BytesIO(damaged)))


def test_the_longest_name_of_a_network() -> None:
    header = ArchiveHeader("n" * MAX_NETWORK_NAME, GENESIS.hash, 0, 0)
    assert ArchiveHeader.read(BytesIO(header.to_bytes())) == header


def test_a_network_has_its_name_and_its_genesis_block() -> None:
    HEADER.require(SOLONET)
    ArchiveHeader("", GENESIS.hash, 0, 1).require(SOLONET)
    with pytest.raises(ArchiveError, match="of the network mainnet, this node is of solonet"):
        ArchiveHeader("mainnet", GENESIS.hash, 0, 1).require(SOLONET)
    with pytest.raises(ArchiveError, match="of the network solonet"):
        ArchiveHeader("solonet", bytes(32), 0, 1).require(SOLONET)
    with pytest.raises(ArchiveError, match=f"of the network with the genesis block {'00' * 32}"):
        ArchiveHeader("", bytes(32), 0, 1).require(SOLONET)


def test_a_block_is_at_its_height() -> None:
    assert decode_block(0, GENESIS.to_bytes()) == GENESIS
    with pytest.raises(ArchiveError, match="damaged at block 5: that one says its height is 0"):
        decode_block(5, GENESIS.to_bytes())


def test_a_chain_recorded_as_json_is_read_and_closed(tmp_path: Path) -> None:
    path = tmp_path / "chain.json"
    blocks = [GENESIS, *make_branch(GENESIS, 2)]
    path.write_text(json.dumps({"blocks": [block.to_hex() for block in blocks]}))
    with ChainArchive.open(path) as archive:
        assert [raw for _, raw in archive] == [block.to_bytes() for block in blocks]
    stream = BytesIO(HEADER.to_bytes())
    with ChainArchive.read(stream):
        assert not stream.closed
    assert stream.closed


def test_longer_branch_reorganises(source: Chain, tmp_path: Path) -> None:
    path = tmp_path / "chain"
    write_out(source, path)
    target = open_chain()
    extend(target, 105)
    assert take_in(target, path) == (110, 1, True)
    assert target.best_hash == source.best_hash


def test_missing_and_damaged_blocks_are_told_of(tmp_path: Path) -> None:
    database = MemoryStore()
    chain = open_chain(database)
    blocks = extend(chain, 3)
    database.put(b"B:" + blocks[1].hash, b"zz")
    with pytest.raises(StoreError, match="damaged at block"):
        write_out(chain, tmp_path / "chain")
    assert not list(tmp_path.iterdir())


def test_import_reports_progress(source: Chain, tmp_path: Path) -> None:
    path = tmp_path / "chain"
    write_out(source, path)
    heights: list[int] = []
    target = open_chain()
    extend(target, 1)
    take_in(target, path, on_block=heights.append)
    assert heights == list(range(111))


def test_block_that_is_gone_is_told_of(tmp_path: Path) -> None:
    database = MemoryStore()
    chain = open_chain(database)
    blocks = extend(chain, 3)
    database.delete(b"B:" + blocks[1].hash)
    with pytest.raises(ArchiveError, match="block 2 is missing in the database"):
        write_out(chain, tmp_path / "chain")


def test_failing_disk_is_not_blamed_on_the_archive(source: Chain, tmp_path: Path) -> None:
    class FullDisk(MemoryStore):
        def write(self, changes: Mapping[bytes, bytes | None]) -> None:
            if len(self._values) > 100:
                raise StoreError("no space left on device")
            super().write(changes)

    path = tmp_path / "chain"
    write_out(source, path)
    with pytest.raises(StoreError, match="no space left on device"):
        take_in(open_chain(FullDisk()), path)
