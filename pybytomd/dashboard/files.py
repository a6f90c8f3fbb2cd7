"""The files of the pages, by their path below ``/dashboard/``, with type and tag."""

from __future__ import annotations

import gzip
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from pybytomd.crypto.mnemonic import DEFAULT_LANGUAGE, word_list

STATIC = Path(__file__).parent / "static"
INDEX = "index.html"
WORDS = "words.txt"
"""The words that mnemonics are made of, one a line, from the library that the node takes them from."""
TYPES = {
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".svg": "image/svg+xml",
    ".txt": "text/plain; charset=utf-8",
}
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'; "
    "require-trusted-types-for 'script'; trusted-types 'none'"
)
HEADERS = (
    ("Content-Security-Policy", POLICY),
    ("Referrer-Policy", "no-referrer"),
    ("Permissions-Policy", "camera=(self), clipboard-write=(self)"),
    ("Cache-Control", "no-cache"),
)
"""What goes with each file: nothing inline, nothing from elsewhere, no markup from text, and always the newest."""


@dataclass(frozen=True, slots=True)
class StaticFile:
    """A file as it is sent, ``packed`` to who takes gzip. ``tag`` changes with the content."""

    content: bytes
    packed: bytes
    content_type: str
    tag: str

    @classmethod
    def of(cls, name: str, content: bytes) -> StaticFile:
        """A file of this name. Raises KeyError for a type that is not served."""
        tag = f'W/"{hashlib.sha256(content).hexdigest()[:16]}"'
        return cls(content, gzip.compress(content, mtime=0), TYPES[Path(name).suffix], tag)


@cache
def files() -> Mapping[str, StaticFile]:
    """All files by their path below the folder. Read and packed once, when the first page is asked for."""
    paths = sorted(path for path in STATIC.rglob("*") if path.is_file())
    read = {path.relative_to(STATIC).as_posix(): path.read_bytes() for path in paths}
    read[WORDS] = "\n".join(word_list(DEFAULT_LANGUAGE)).encode()
    return {name: StaticFile.of(name, content) for name, content in read.items()}
