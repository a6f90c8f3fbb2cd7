"""hooks.toml: the hooks of whoever runs the node, webhooks and programs.

::

    [[hook]]
    name = "payments"
    topic = "account_transactions"
    filter = { account_alias = "shop" }
    program = ["/usr/local/bin/paid", "--verbose"]

    [[hook]]
    name = "blocks"
    topic = "blocks"
    filter = { detail = "summary" }
    url = "http://127.0.0.1:8000/block"
    secret = "at least sixteen letters"
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pybytomd.codec.json.gojson import JsonValue
from pybytomd.errors import BytomError, ConfigError
from pybytomd.rpc.hooks.hook import Hook
from pybytomd.rpc.hooks.records import MAX_HOOKS
from pybytomd.rpc.push.events.topics import find_topic

MAX_FILE = 1 << 20
MEMBERS = frozenset({"name", "topic", "filter", "url", "secret", "program"})


def read_hooks_file(path: Path) -> list[Hook]:
    """The hooks of a file; none if there is no file. Raises ConfigError."""
    try:
        with path.open("rb") as file:
            data = file.read(MAX_FILE + 1)
    except FileNotFoundError:
        return []
    except OSError as error:
        raise ConfigError(f"{path}: {error.strerror}") from error
    if len(data) > MAX_FILE:
        raise ConfigError(f"{path} has more than {MAX_FILE >> 20} MiB")
    try:
        document = tomllib.loads(data.decode())
    except (ValueError, RecursionError) as error:  # also for a number of thousands of digits
        raise ConfigError(f"{path} is not TOML: {error}") from error
    tables = document.get("hook", [])
    if set(document) - {"hook"} or not isinstance(tables, list):
        raise ConfigError(f"{path}: there is nothing in it but tables that begin with [[hook]]")
    if len(tables) > MAX_HOOKS:
        raise ConfigError(f"{path}: there are more than {MAX_HOOKS} hooks")
    hooks = [_hook(table, f"{path}, hook {number}") for number, table in enumerate(tables, 1)]
    if len({hook.name for hook in hooks}) < len(hooks):
        raise ConfigError(f"{path}: two hooks have the same name")
    return hooks


def _hook(table: Any, where: str) -> Hook:
    if not isinstance(table, Mapping):
        raise ConfigError(f"{where} is no table")
    unknown = sorted(set(table) - MEMBERS)
    if unknown:
        raise ConfigError(f"{where}: there is no {unknown[0]}; a hook has {', '.join(sorted(MEMBERS))}")
    program = table.get("program", [])
    if not (isinstance(program, list) and all(isinstance(word, str) for word in program)):
        raise ConfigError(f"{where}: program is a list of texts, the program and its arguments")
    for name in ("name", "topic", "url", "secret"):
        if not isinstance(table.get(name, ""), str):
            raise ConfigError(f"{where}: {name} is a text")
    hook = Hook(
        name=table.get("name", ""),
        topic=table.get("topic", ""),
        wanted=_json(table.get("filter"), where),
        url=table.get("url", ""),
        secret=table.get("secret", ""),
        program=tuple(program),
    )
    try:
        hook.check()
        find_topic(hook.topic).read(hook.wanted)
    except BytomError as error:
        raise ConfigError(f"{where}: {error}") from error
    return hook


def _json(value: Any, where: str) -> JsonValue:
    if value is None or isinstance(value, bool | int | str):
        return value
    if isinstance(value, list):
        return [_json(item, where) for item in value]
    if isinstance(value, Mapping):
        return {name: _json(member, where) for name, member in value.items()}
    raise ConfigError(f"{where}: filter has a {type(value).__name__}, which is in no filter")
