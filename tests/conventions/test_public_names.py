"""What others may build on can be built on. Types of the installed wheel are checked by ``make test-wheel``."""

import json

import pybytomd
from tests.conventions import consumer
from tests.conventions.source import ROOT


def test_a_program_of_others_shows_a_transaction() -> None:
    case = json.loads((ROOT / "tests/vectors/data/tx.json").read_text())["cases"][0]
    lines = consumer.shown(case["raw"])
    assert lines[0] == "a4e1c5f49f16a9839b3d30682f2848d2be8959a38d2a01866313520cf76de398"
    assert len(lines) == 1 + len(case["tx"]["outputs"])
    assert consumer.main([case["raw"]]) == 0
    assert consumer.main(["no hex"]) == 1


def test_the_package_says_what_is_public() -> None:
    told = pybytomd.__doc__ or ""
    public = ("codec", "crypto", "pow", "ledger", "vm", "consensus", "equity", "client", "errors", "__version__")
    assert [name for name in public if f"``{name}``" not in told] == []
    assert (ROOT / "pybytomd/py.typed").is_file()
