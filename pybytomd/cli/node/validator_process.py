"""One validator of ``pybytomd dev --bytom2``: a node in a process of its own that ends with whoever started it.

It says in one line where it is reached, is told over its standard input whom to call, an address a line, and stops
when that is closed: so it does even when whoever started it was killed.
"""

from __future__ import annotations

import asyncio
import os
import sys
import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TextIO

from pybytomd.errors import BytomError
from pybytomd.node.run import run_node
from pybytomd.node.settings.value_types import Value
from pybytomd.p2p.network_address import NetAddress
from pybytomd.rpc.api import ApiParts
from pybytomd.rpc.bytom2.api import Bytom2Api
from pybytomd.sync.bytom2.manager import SyncManager

REPORT = "validator is up:"
"""What the line begins with that tells the URL of the API, and where peers are taken."""
FLAGS: Mapping[str, Value] = {
    "mining": True,
    "p2p.laddr": "tcp://127.0.0.1:0",
    "p2p.skip_upnp": True,
    "p2p.lan_discoverable": False,
    "web.closed": True,
}
PASSED_OVER = frozenset({"LISTEN", "TM_HOME", "TM_ROOT", "TM_CHAIN_ID", "TM_FEDERATION"})
"""Variables that would have all validators at one place, or on another network."""


def main() -> None:
    """Run the validator of a home, with its API at an address: those are the arguments."""
    home, api_address = sys.argv[1:]
    variables = {name: text for name, text in os.environ.items() if name not in PASSED_OVER}
    try:
        run_node(Path(home), {**FLAGS, "api_addr": api_address}, variables, when_up=_report)
    except BytomError as error:
        sys.exit(f"ERROR: {error}")


async def _report(api: ApiParts, url: str, say: Callable[[str], None]) -> None:
    assert isinstance(api, Bytom2Api)  # noqa: S101 - the only kind that is started so
    network = api.network
    assert network is not None  # noqa: S101 - it would be without in vault mode alone
    say(f"{REPORT} {url} {network.listen_address}")
    thread = threading.Thread(
        target=_obey, args=(sys.stdin, network, api.stop, asyncio.get_running_loop()), name="orders", daemon=True
    )
    thread.start()


def _obey(orders: TextIO, network: SyncManager, stop: Callable[[], None], loop: asyncio.AbstractEventLoop) -> None:
    """Do what is said until it ends, and then stop."""
    for line in orders:
        loop.call_soon_threadsafe(network.keep, NetAddress.parse(line.strip()))
    loop.call_soon_threadsafe(stop)


if __name__ == "__main__":
    main()
