"""Opens the node's web page, where somebody sits in front of it.

Source: rpc-and-cli reference, section 1.3 (``web.closed``). The reference always tries; we do so only on a desktop
and from a terminal, never for a service.
"""

from __future__ import annotations

import logging
import sys
import threading
import webbrowser
from collections.abc import Mapping
from typing import TextIO

logger = logging.getLogger(__name__)

DISPLAYS = ("DISPLAY", "WAYLAND_DISPLAY")


def is_desktop(out: TextIO, variables: Mapping[str, str], platform: str = sys.platform) -> bool:
    """Whether a person with a graphical browser started this; ``variables`` is the environment."""
    if not out.isatty():
        return False
    return platform in ("darwin", "win32") or any(variables.get(name) for name in DISPLAYS)


def open_page(url: str) -> None:
    """Open a page in the browser, without waiting for it; a failure is only logged."""
    threading.Thread(target=_open, args=(url,), name="browser", daemon=True).start()


def _open(url: str) -> None:
    try:
        if not webbrowser.open(url):
            logger.info("no browser could be opened", extra={"url": url})
    except (webbrowser.Error, OSError) as error:
        logger.info("no browser could be opened", extra={"url": url, "err": str(error)})
