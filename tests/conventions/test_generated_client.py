"""The typed client is that of today's API."""

from __future__ import annotations

from pybytomd.client.generation import FOLDER, MARK, generate
from tests.conventions.source import ROOT

GENERATED = ("types.py", "methods.py", "async_methods.py")


def test_the_client_is_written_from_this_api() -> None:
    """After a change of the API, of a docstring too, and after a merge: ``make client``."""
    stale = [name for name, source in generate().items() if (FOLDER / name).read_text("utf-8") != source]
    assert stale == [], "these modules of the typed client are of another API: run `make client` and commit them"


def test_generated_files_say_that_they_are() -> None:
    """In their first line, and to git's tools."""
    assert all((FOLDER / name).read_text("utf-8").startswith(f"{MARK}\n") for name in GENERATED)
    attributes = (ROOT / ".gitattributes").read_text("utf-8").splitlines()
    marked = {line.split()[0] for line in attributes if line.endswith(" linguist-generated")}
    assert marked == {(FOLDER / name).relative_to(ROOT).as_posix() for name in GENERATED}
