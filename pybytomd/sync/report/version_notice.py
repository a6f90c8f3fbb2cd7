"""Whether seeds run a newer version than ours.

Source: p2p-and-sync reference, section 3.3; ``version/version.go``.
"""

from __future__ import annotations

import logging
import re

from pybytomd.p2p.errors import IncompatiblePeer
from pybytomd.p2p.transport.node_info import SEMANTIC_VERSION, major_version

logger = logging.getLogger(__name__)

UP_TO_DATE, NEWER_VERSION, NEWER_MAJOR_VERSION = 0, 1, 2

_NUMBERS = re.compile(r"\d+", re.ASCII)


class VersionNotice:
    """The highest version a seed told."""

    def __init__(self, own: str) -> None:
        self._own = own
        self.version = own
        self.update = UP_TO_DATE

    def seen(self, version: str) -> None:
        """A seed told its version."""
        try:
            is_major = major_version(version) > major_version(self._own)
        except IncompatiblePeer:
            return
        if _numbers(version) <= _numbers(self._own):
            return
        self.update = max(self.update, NEWER_MAJOR_VERSION if is_major else NEWER_VERSION)
        if _numbers(version) > _numbers(self.version):
            self.version = version
            logger.warning("a newer version is in use", extra={"version": version, "own": self._own})


def _numbers(version: str) -> tuple[int, ...]:
    """The three numbers of a semantic version; what follows them does not count."""
    match = SEMANTIC_VERSION.fullmatch(version)
    return tuple(int(text) for text in _NUMBERS.findall(".".join(match.group(1, 2, 3)))) if match else (0,)
