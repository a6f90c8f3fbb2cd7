"""The fixtures that others test their programs with, in a test run of its own."""

from __future__ import annotations

import pytest

pytest_plugins = ["pytester"]

TESTS = """
import os
from pathlib import Path
import pytest
from pybytomd.client import Refused

def test_blocks(node, mine, funded_account):
    height = node.call("get-block-count")["block_count"]
    hashes = mine(3, to=funded_account.address)
    assert node.call("get-block-count")["block_count"] == height + 3
    assert node.client.get_block(block_hash=hashes[-1]).height == height + 3
    block = node.call("get-block", block_hash=hashes[-1])
    assert block["height"] == height + 3
    assert block["transactions"][0]["outputs"][0]["address"] == funded_account.address
    assert node.call("net-info")["network_id"] == "dev"
    assert node.call("check-key-password", xpub=node.call("list-keys")[0]["xpub"],
                     password=funded_account.password)["check_result"]

def test_each_test_has_a_chain_of_its_own(node, mine):
    assert node.call("get-block-count")["block_count"] == 109
    assert len(list(Path(os.environ["TMPDIR"]).glob("pybytomd-dev-*"))) == 1
    with pytest.raises(Refused, match="unknown address type"):
        mine(1, to="nowhere")
"""


@pytest.mark.timeout(300)
def test_the_fixtures(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever is set for nodes in the environment, which has a place for temporary files, too."""
    monkeypatch.setenv("TMPDIR", str(pytester.mkdir("temporary")))
    for name in ("TM_LOG_FORMAT", "TMLOG_FORMAT"):
        monkeypatch.setenv(name, "nonsense")
    pytester.makepyfile(TESTS)
    result = pytester.runpytest_subprocess("-p", "pybytomd.testing", "-p", "no:cacheprovider")
    result.assert_outcomes(passed=2)
