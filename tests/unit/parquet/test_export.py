"""The chain as Parquet files, read back by DuckDB: every row, on and on, through kills and reorganisations."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from pybytomd.chain.chain import Chain
from pybytomd.ledger.inputs import CoinbaseInput, IssuanceInput, SpendInput
from pybytomd.parquet import export as export_module
from pybytomd.parquet.errors import ExportError
from pybytomd.parquet.export import export_parquet
from pybytomd.parquet.tables import TABLES, Type
from tests.chain_builder import extend, make_branch, open_chain
from tests.unit.rpc.recorded import recorded_chain

pytest.importorskip("pyarrow", reason="Parquet files are written with pyarrow, which is not installed")
duckdb = pytest.importorskip("duckdb", reason="Parquet files are read back by DuckDB, which is not installed")

HEIGHT = 270


def query(directory: Path, sql: str) -> list[Any]:
    """Rows of a query, in which each table is known by its name."""
    with duckdb.connect() as database:
        for table in TABLES:
            database.sql(f"CREATE VIEW {table} AS SELECT * FROM read_parquet('{directory}/{table}/*.parquet')")
        return database.sql(sql).fetchall()


def names(directory: Path, table: str) -> list[str]:
    return sorted(path.name for path in (directory / table).iterdir())


def files(directory: Path) -> dict[str, bytes]:
    return {str(path.relative_to(directory)): path.read_bytes() for path in directory.rglob("*.parquet")}


@pytest.fixture(scope="module")
def recorded() -> Chain:
    return recorded_chain()


@pytest.fixture(scope="module")
def exported(recorded: Chain, tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = tmp_path_factory.mktemp("export") / "warehouse"
    done = export_parquet(recorded, directory, lag=0, blocks_per_file=100)
    assert (done.blocks, done.height) == (HEIGHT + 1, HEIGHT)
    return directory


def test_every_block(recorded: Chain, exported: Path) -> None:
    assert names(exported, "blocks") == [f"{first:010}.parquet" for first in (0, 100, 200)]
    rows = query(exported, "SELECT height, block_hash, previous_block_hash, epoch(block_time), transaction_count, "
                           "size, nonce, bits FROM blocks ORDER BY height")  # fmt: skip
    blocks = [recorded.block_at(height) for height in range(HEIGHT + 1)]
    assert rows == [
        (
            block.height,
            block.hash.hex(),
            block.header.previous_block_hash.hex(),
            block.header.timestamp,
            len(block.transactions),
            len(block.to_bytes()),
            block.header.nonce,
            block.header.bits,
        )
        for block in blocks
    ]


def test_every_transaction(recorded: Chain, exported: Path) -> None:
    expected = []
    for height in range(HEIGHT + 1):
        block = recorded.block_at(height)
        fails = recorded.transaction_status(block.hash).fails
        expected += [
            (height, position, tx.id.hex(), fail, position == 0, len(tx.inputs), len(tx.outputs), tx.mux_id.hex())
            for position, (tx, fail) in enumerate(zip(block.transactions, fails, strict=True))
        ]
    assert expected == query(
        exported,
        "SELECT height, transaction_position, tx_id, status_fail, is_coinbase, input_count, output_count, mux_id "
        "FROM transactions ORDER BY 1, 2",
    )


def test_every_input_and_output(recorded: Chain, exported: Path) -> None:
    inputs, outputs = [], []
    for height in range(HEIGHT + 1):
        for tx in recorded.block_at(height).transactions:
            for position, one in enumerate(tx.inputs):
                row: tuple[Any, ...] = (tx.id.hex(), position)
                if isinstance(one, SpendInput):
                    spent = (tx.ids.prevout_ids[position] or b"").hex()
                    row += ("spend", one.asset_id.hex(), one.amount, spent, one.control_program.hex(), None)
                elif isinstance(one, IssuanceInput):
                    row += ("issue", one.asset_id.hex(), one.amount, None, None, one.asset_definition.hex())
                else:
                    assert isinstance(one, CoinbaseInput)
                    row += ("coinbase", None, None, None, None, None)
                inputs.append(row)
            for position, out in enumerate(tx.outputs):
                kind = "retire" if out.control_program[:1] == b"\x6a" else "control"
                values = ((out.asset_id or b"").hex(), out.amount, out.control_program.hex())
                outputs.append((tx.id.hex(), position, tx.result_ids[position].hex(), kind, *values))
    order = "ORDER BY height, transaction_position, position"
    columns = "tx_id, position, type, asset_id, amount, spent_output_id, control_program, asset_definition"
    assert query(exported, f"SELECT {columns} FROM inputs {order}") == inputs
    columns = "tx_id, position, output_id, type, asset_id, amount, control_program"
    assert query(exported, f"SELECT {columns} FROM outputs {order}") == outputs


def test_what_is_unspent_by_a_query_is_what_the_chain_says(recorded: Chain, exported: Path) -> None:
    found = query(
        exported,
        "SELECT output_id FROM outputs WHERE type = 'control' AND is_effective AND output_id NOT IN "
        "(SELECT spent_output_id FROM inputs WHERE spent_output_id IS NOT NULL AND is_effective)",
    )
    unspent = {output_id.hex() for output_id, entry in recorded.store.utxos() if not entry.spent}
    assert {output_id for (output_id,) in found} == unspent


def test_fees_and_rewards(exported: Path) -> None:
    """What the transactions of a block pay is in its reward."""
    (checked,) = query(
        exported,
        "SELECT count(*) FROM blocks JOIN (SELECT height, sum(fee) AS paid FROM transactions GROUP BY height) "
        "USING (height) WHERE fees = paid AND (height = 0 OR reward = 41250000000 + fees)",
    )
    assert checked == (HEIGHT + 1,)


def test_columns_are_as_documented(exported: Path) -> None:
    kinds = {Type.INTEGER: "BIGINT", Type.TEXT: "VARCHAR", Type.FLAG: "BOOLEAN", Type.TIME: "TIMESTAMP"}
    for table, columns in TABLES.items():
        found = query(exported, f"DESCRIBE {table}")
        assert [(row[0], row[1].partition("_")[0]) for row in found] == [(c.name, kinds[c.type]) for c in columns]
        for column in columns:
            assert column.meaning
            (nulls,) = query(exported, f"SELECT count(*) FROM {table} WHERE {column.name} IS NULL")[0]
            assert column.nullable or nulls == 0


def test_it_goes_on_where_it_was(tmp_path: Path) -> None:
    chain = open_chain()
    extend(chain, 25)
    first = export_parquet(chain, tmp_path, lag=3, blocks_per_file=10)
    assert (first.blocks, first.height) == (23, 22)
    before = files(tmp_path)
    assert export_parquet(chain, tmp_path, lag=3).blocks == 0
    assert files(tmp_path) == before
    extend(chain, 20)
    assert export_parquet(chain, tmp_path, lag=3).height == 42
    after = files(tmp_path)
    assert names(tmp_path, "blocks") == [f"{start:010}.parquet" for start in (0, 10, 20, 30, 40)]
    complete = [name for name in before if "0000000020" not in name]
    assert all(after[name] == before[name] for name in complete)
    assert query(tmp_path, "SELECT count(*), max(height), count(DISTINCT height) FROM blocks") == [(43, 42, 43)]
    assert json.loads((tmp_path / "export.json").read_text())["block_hash"] == (chain.hash_at(42) or b"").hex()


def test_a_chain_that_is_too_short(tmp_path: Path) -> None:
    done = export_parquet(open_chain(), tmp_path, lag=10)
    assert (done.blocks, done.height) == (0, -1)
    assert names(tmp_path, ".") == ["export.json"]


def test_a_reorganisation_above_the_lag_changes_nothing(tmp_path: Path) -> None:
    chain = open_chain()
    extend(chain, 12)
    export_parquet(chain, tmp_path, lag=3, blocks_per_file=10)
    for block in make_branch(chain.block_at(10), 5):
        chain.process_block(block, proof=True)
    assert export_parquet(chain, tmp_path, lag=3).height == 12
    assert query(tmp_path, "SELECT block_hash FROM blocks ORDER BY height") == [
        ((chain.hash_at(height) or b"").hex(),) for height in range(13)
    ]


def test_a_deeper_one_is_told_of(tmp_path: Path) -> None:
    chain = open_chain()
    extend(chain, 12)
    export_parquet(chain, tmp_path, lag=0)
    for block in make_branch(chain.block_at(10), 5):
        chain.process_block(block, proof=True)
    before = files(tmp_path)
    with pytest.raises(ExportError, match="reorganised deeper than --lag"):
        export_parquet(chain, tmp_path, lag=0)
    assert files(tmp_path) == before


def test_stopped_in_the_midst_of_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(export_module, "ROWS_AT_ONCE", 2)
    chain = open_chain()
    extend(chain, 30)
    seen: list[int] = []
    with pytest.raises(ExportError, match="stopped at block 15"):
        export_parquet(
            chain, tmp_path, lag=0, blocks_per_file=10, on_block=seen.append, go_on=lambda: len(seen) < 15
        )
    assert names(tmp_path, "blocks") == ["0000000000.parquet"]
    assert export_parquet(chain, tmp_path, lag=0).blocks == 21
    assert query(tmp_path, "SELECT height FROM blocks ORDER BY height") == [(height,) for height in range(31)]


def test_what_a_killed_export_left_is_removed(tmp_path: Path) -> None:
    chain = open_chain()
    extend(chain, 5)
    export_parquet(chain, tmp_path, lag=0)
    left = tmp_path / "blocks" / ".0000000000.parquet.tmp0123"
    left.write_bytes(b"half")
    export_parquet(chain, tmp_path, lag=0)
    assert not left.exists()


STATE = {"network": "solonet", "blocks_per_file": 10, "height": -1, "block_hash": "", "format": 1}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "is not of an export"),
        ("[]", "is not of an export"),
        ("[" * 50_000, "is not of an export"),
        ('{"format": 1}', "is not of an export"),
        (json.dumps({**STATE, "format": 2}), "is of format 2, and this program writes 1"),
        (json.dumps({**STATE, "network": "mainnet"}), "is an export of mainnet, and this is solonet"),
        (json.dumps({**STATE, "blocks_per_file": 0}), "is not of an export"),
        (json.dumps({**STATE, "blocks_per_file": "x"}), "is not of an export"),
        (json.dumps({**STATE, "height": 99}), "block 99 of the export is not in the chain"),
    ],
)
def test_another_state_file(tmp_path: Path, text: str, message: str) -> None:
    (tmp_path / "export.json").write_text(text)
    with pytest.raises(ExportError, match=message):
        export_parquet(open_chain(), tmp_path, lag=0)
    assert (tmp_path / "export.json").read_text() == text


def test_other_directories(tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "letter").write_text("")
    with pytest.raises(ExportError, match="has other things in it"):
        export_parquet(open_chain(), tmp_path / "mine")
    with pytest.raises(ExportError, match="cannot write"):
        export_parquet(open_chain(), tmp_path / "mine" / "letter")
    export_parquet(open_chain(), tmp_path / "new", blocks_per_file=10)
    with pytest.raises(ExportError, match="has 10 blocks in a file, which stays so"):
        export_parquet(open_chain(), tmp_path / "new", blocks_per_file=20)


@pytest.mark.parametrize("count", [0, -1, 1_000_001])
def test_blocks_of_a_file_have_bounds(tmp_path: Path, count: int) -> None:
    with pytest.raises(ExportError, match=f"a file has from 1 to 1000000 blocks, not {count}"):
        export_parquet(open_chain(), tmp_path / "new", blocks_per_file=count)
    assert not (tmp_path / "new").exists()


def test_without_pyarrow_it_is_said_how_to_have_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "pyarrow", None)
    with pytest.raises(ExportError, match=r"pip install 'pybytomd\[parquet\]'"):
        export_parquet(open_chain(), tmp_path)
