"""The typed client is that of today's API."""

from __future__ import annotations

from pybytomd.client.generation import FOLDER, generate


def test_the_client_is_written_from_this_api() -> None:
    """After a change of the API, of a docstring too, and after a merge: ``make client``."""
    stale = [name for name, source in generate().items() if (FOLDER / name).read_text("utf-8") != source]
    assert stale == [], "these modules of the typed client are of another API: run `make client` and commit them"
