"""How much each part of the node logs (log level, verbosity), changed while it runs, and undone at its end.

Parts are those that have a file of their own in the log directory; ``general`` is what belongs to none of them.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping

from pybytomd.node.console.log_records import GENERAL, MODULES

logger = logging.getLogger(__name__)

LEVELS: Mapping[str, int] = {
    "debug": logging.DEBUG,
    "info": logging.INFO,
    "warn": logging.WARNING,
    "error": logging.ERROR,
    "fatal": logging.CRITICAL,
}
OWN_LOGGER = "pybytomd"
PARTS: tuple[str, ...] = tuple(sorted({GENERAL, *(part for _package, part in MODULES)}))
"""Every part by its name."""
_NAMES = {level: name for name, level in LEVELS.items()}


def level_of(text: str) -> int:
    """The level of a setting; what is no level means info, as in the reference."""
    return LEVELS.get(text.lower(), logging.INFO)


class LogLevels:
    """The levels in force. ``setting`` is that of the configuration, in which every part begins."""

    def __init__(self, setting: str) -> None:
        self._configured = level_of(setting)
        self._levels = dict.fromkeys(PARTS, self._configured)

    @property
    def names(self) -> tuple[str, ...]:
        """What can be set, that which says most in front."""
        return tuple(LEVELS)

    def levels(self) -> dict[str, str]:
        """The level of each part, in order of names."""
        return {part: _NAMES[level] for part, level in self._levels.items()}

    def set_level(self, part: str, level: str) -> None:
        """Have one part tell so much from now on. Raises KeyError for a part or a level that is none.

        It is said in the log whatever the levels are: who reads it must know why it grows or has a gap.
        """
        before, after = self._levels[part], LEVELS[level]
        self._levels[part] = after
        self.apply()
        record = logger.makeRecord(
            logger.name, logging.INFO, __file__, 0, "log level is changed until the node ends", (), None,
            extra={"part": part, "from": _NAMES[before], "to": _NAMES[after]},
        )  # fmt: skip
        logger.handle(record)

    def apply(self) -> None:
        """Bring the levels into force. Each package has its own: what is above it may belong to another part."""
        logging.getLogger(OWN_LOGGER).setLevel(self._levels[GENERAL])
        for package, part in MODULES:
            logging.getLogger(package).setLevel(self._levels[part])

    def reset(self) -> None:
        """Nothing is in force any more."""
        self._levels = dict.fromkeys(PARTS, self._configured)
        for package, _part in MODULES:
            logging.getLogger(package).setLevel(logging.NOTSET)
