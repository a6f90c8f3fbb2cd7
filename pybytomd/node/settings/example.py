"""The text of ``config.example.toml``, from the table of options: ``python -m pybytomd.node.settings.example``."""

from __future__ import annotations

import sys
import textwrap
from collections.abc import Iterator

import tomli_w

from pybytomd.node.settings.options import OPTIONS, Option

WIDTH = 100

HEAD = """\
# Every setting of pybytomd with its default. `pybytomd init` writes a file with the few that matter.
#
# The file is config.toml in the home directory (--home DIR; by default ~/.bytom). What counts, first to last:
# a flag, the environment variable, this file, the default. The name of a flag is the key with its section in
# front: [p2p] seeds is --p2p.seeds. The variable is that in capitals: TM_P2P_SEEDS.
# Paths are relative to the home directory unless they are absolute.
#
# Only in the environment: LISTEN (host:port, overrides api_addr), BYTOM_DEBUG (log records name file, function
# and line), TM_HOME (the home directory), PYBYTOMD_KERNEL (the code for proofs of work, instead of the fastest);
# and for pybytomcli and pybytomd miner BYTOM_URL (which node to talk to), BYTOM_ACCESS_TOKEN (name:secret) and
# BYTOM_CACERT (certificates to know an https node by). Without them the cookie of a node of the same user is used.
"""


def example_text() -> str:
    """The whole file."""
    return HEAD + "\n".join(_lines()) + "\n"


def _lines() -> Iterator[str]:
    section = ""
    for option in sorted(OPTIONS, key=lambda option: _SECTION_ORDER[option.section]):
        if option.section != section:
            section = option.section
            yield ""
            yield f"[{section}]"
        yield ""
        yield from _comment(option)
        yield tomli_w.dumps({option.name: option.default}).rstrip("\n")


def _comment(option: Option) -> Iterator[str]:
    text = option.help.rstrip(".") + "."
    if option.note:
        text += f" {option.note[0].upper()}{option.note[1:]}."
    if option.inert:
        text += f" Has no effect: {option.inert}."
    text += f" {'Flag' if option.flag else 'No flag'}, {option.environment}."
    yield from textwrap.wrap(text, WIDTH, initial_indent="# ", subsequent_indent="# ")


_SECTION_ORDER = {section: place for place, section in enumerate(dict.fromkeys(o.section for o in OPTIONS))}

if __name__ == "__main__":
    sys.stdout.write(example_text())
