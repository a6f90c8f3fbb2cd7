"""The binding of LevelDB, whichever is installed: pyproject.toml chooses one that has a wheel for the machine.

All have the interface of plyvel. ``plyvel-ci`` has the name of its module, too; ``plyvel-next`` comes first, since
where both are installed somebody has chosen it.
"""

from __future__ import annotations

try:
    import plyvel_next as plyvel
except ModuleNotFoundError:
    import plyvel

__all__ = ["plyvel"]
