"""Levels of the parts of the log, changed while there is one."""

import logging
from pathlib import Path

import pytest

from pybytomd.node.console.log_levels import PARTS
from pybytomd.node.console.logs import Logging


def text_of(directory: Path, part: str) -> str:
    return "".join(path.read_text() for path in directory.glob(f"{part}.*"))


def test_one_part_tells_more_and_the_others_do_not(tmp_path: Path) -> None:
    with Logging(tmp_path, "info", lambda _line: None) as logs:
        logs.levels.set_level("mining", "debug")
        logging.getLogger("pybytomd.mining.proposer").debug("of the part")
        logging.getLogger("pybytomd.mining.cpu_miner").debug("of another part, whose package is below")
        logging.getLogger("pybytomd.chain.chain").debug("of another part")
        logging.getLogger("pybytomd.watching.service").debug("of no part")
        logging.getLogger("pybytomd.mining.cpu_miner").info("as before")
        assert logs.levels.levels() == {**dict.fromkeys(PARTS, "info"), "mining": "debug"}
    assert 'msg="of the part"' in text_of(tmp_path, "mining")
    assert 'level=info msg="as before"' in text_of(tmp_path, "cpuminer")
    everything = "".join(path.read_text() for path in tmp_path.iterdir())
    assert "of another part" not in everything
    assert "of no part" not in everything


def test_the_change_is_said_even_where_nothing_else_is(tmp_path: Path) -> None:
    with Logging(tmp_path, "info", lambda _line: None) as logs:
        logs.levels.set_level("node", "fatal")
        logs.levels.set_level("general", "error")
        logging.getLogger("pybytomd.node.run").error("not told")
    said = text_of(tmp_path, "node")
    assert 'level=info msg="log level is changed until the node ends" from=info module=node' in said
    assert "part=node to=fatal" in said
    assert "part=general to=error" in said
    assert "not told" not in said


def test_what_belongs_to_no_part_is_general(tmp_path: Path) -> None:
    with Logging(tmp_path, "info", lambda _line: None) as logs:
        logs.levels.set_level("general", "debug")
        logging.getLogger("pybytomd.watching.service").debug("told")
        logging.getLogger("pybytomd.sync.manager").debug("not told")
    assert "msg=told" in text_of(tmp_path, "general")
    assert text_of(tmp_path, "netsync") == ""


def test_the_next_start_begins_with_the_setting(tmp_path: Path) -> None:
    with Logging(tmp_path, "warn", lambda _line: None) as logs:
        assert set(logs.levels.levels().values()) == {"warn"}
        logs.levels.set_level("p2p", "debug")
    assert logging.getLogger("pybytomd.p2p").level == logging.NOTSET
    with Logging(tmp_path, "error", lambda _line: None) as logs:
        assert set(logs.levels.levels().values()) == {"error"}
        assert not logging.getLogger("pybytomd.p2p.peers.switch").isEnabledFor(logging.WARNING)


@pytest.mark.parametrize(("part", "level"), [("nothing", "info"), ("p2p", "loud"), ("p2p", "")])
def test_words_that_mean_nothing_change_nothing(tmp_path: Path, part: str, level: str) -> None:
    with Logging(tmp_path, "info", lambda _line: None) as logs:
        with pytest.raises(KeyError):
            logs.levels.set_level(part, level)
        assert set(logs.levels.levels().values()) == {"info"}
