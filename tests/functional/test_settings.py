"""``pybytomd config`` as an operator runs it, before a node is started."""

import json
from pathlib import Path

from tests.functional.node_process import run


async def test_settings_are_shown_and_checked(tmp_path: Path) -> None:
    assert (await run("init", "--home", tmp_path)).status == 0
    config = tmp_path / "config.toml"
    sound = await run("config", "check", "--home", tmp_path)
    assert (sound.status, sound.out) == (0, f"the settings of {tmp_path} are in order\n")
    secret = "cd" * 64
    shown = await run("config", "show", "--json", "--home", tmp_path, "--mining", TM_P2P_NODE_KEY=secret)
    assert shown.status == 0, shown.text
    assert secret not in shown.text
    rows = {row["key"]: row for row in json.loads(shown.out)}
    assert rows["mining"] == {"key": "mining", "value": True, "source": "flag", "place": "--mining"}
    assert rows["p2p.node_key"]["value"] == "(hidden)"
    assert rows["chain_id"]["source"] == "file"
    assert "disk.min_free" not in rows
    everything = await run("config", "show", "--all", "--home", tmp_path)
    assert "disk.min_free" in everything.out
    text = config.read_text()
    config.write_text(text + "max_num_pers = 3\n")
    line = text.count("\n") + 1
    wrong = await run("config", "check", "--home", tmp_path)
    assert wrong.status == 1
    assert wrong.out == (
        f"ERROR: {config}, line {line}: unknown setting p2p.max_num_pers (did you mean p2p.max_num_peers?)\n"
    )
    assert wrong.err == f"ERROR: 1 mistake in the settings of {tmp_path}\n"
    config.write_text(text)
    exposed = await run("config", "check", "--home", tmp_path, LISTEN="0.0.0.0:9888", TM_AUTH_DISABLE="1")
    assert exposed.status == 1
    assert "without authentication" in exposed.out
    broken = await run("config", "show", "--home", tmp_path, "--p2p.max_num_peers", "-1")
    assert (broken.status, broken.out) == (1, "")
    assert "Traceback" not in broken.err


async def test_an_example_of_all_settings_is_printed_and_in_order(tmp_path: Path) -> None:
    printed = await run("config", "example")
    assert (printed.status, printed.err) == (0, "")
    (tmp_path / "config.toml").write_text(printed.out)
    checked = await run("config", "check", "--home", tmp_path)
    assert (checked.status, checked.out) == (0, f"the settings of {tmp_path} are in order\n")
    told = json.loads((await run("config", "show", "--json", "--home", tmp_path)).out)
    assert {row["source"] for row in told} >= {"file"}
    assert {"p2p.seeds", "disk.min_free", "log.format"} <= {row["key"] for row in told}
