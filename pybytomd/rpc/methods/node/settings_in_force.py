"""The settings that a node runs with. Not in the reference."""

from __future__ import annotations

from dataclasses import dataclass

from pybytomd.rpc.api import ApiParts
from pybytomd.rpc.errors import NotAvailable
from pybytomd.rpc.roles import Role
from pybytomd.rpc.schema.registry import BOTH, method


@dataclass(frozen=True, slots=True)
class SettingReply:
    """A setting: ``source`` is ``default``, ``file``, ``environment`` or ``flag``.

    ``place`` is the file and line, the variable or the flag, empty for a default. ``value`` is text, a number, or
    true or false; that of a secret is hidden.
    """

    key: str
    value: bool | int | str
    source: str
    place: str


@method("list-settings", role=Role.ADMIN, in_reference=False, reads=True, kinds=BOTH)
def list_settings(api: ApiParts) -> list[SettingReply]:
    """Every setting that is in force, and where it comes from, as pybytomd config show --all tells it."""
    if api.settings is None:
        raise NotAvailable("this node has no configuration")
    return [SettingReply(one.key, one.value, one.source, one.place) for one in api.settings()]
