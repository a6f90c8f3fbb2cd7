"""The fixtures that others test their programs with, in a test run of its own."""

from __future__ import annotations

import pytest

pytest_plugins = ["pytester"]

TESTS = """
import pytest
from pybytomd.testing import CallFailed

def test_blocks(node, mine, funded_account):
    height = node.call("get-block-count")["block_count"]
    hashes = mine(3, to=funded_account.address)
    assert node.call("get-block-count")["block_count"] == height + 3
    block = node.call("get-block", block_hash=hashes[-1])
    assert block["height"] == height + 3
    assert block["transactions"][0]["outputs"][0]["address"] == funded_account.address
    assert node.call("net-info")["network_id"] == "dev"
    assert node.call("check-key-password", xpub=node.call("list-keys")[0]["xpub"],
                     password=funded_account.password)["check_result"]

def test_each_test_has_a_chain_of_its_own(node, mine):
    assert node.call("get-block-count")["block_count"] == 109
    with pytest.raises(CallFailed, match="generate: "):
        mine(1, to="nowhere")
"""


@pytest.mark.timeout(300)
def test_the_fixtures(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(TESTS)
    result = pytester.runpytest_subprocess("-p", "pybytomd.testing", "-p", "no:cacheprovider")
    result.assert_outcomes(passed=2)
