"""Every source that the code names is a heading of the specification."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conventions.source import ROOT, modules, text

SPECIFICATION = ROOT / "pybytomd" / "specification"
CHAPTERS = {path.stem: path for path in SPECIFICATION.glob("*.md") if path.stem != "README"}
NUMBER = r"(?:[A-Z]\d*|\d+)(?:\.\d+)*"
CITATION = re.compile(
    rf"([a-z0-9]+(?:-[a-z0-9]+)*) reference, (?:sections?|parts?) ({NUMBER}(?:(?:, and |, | and | to ){NUMBER})*)"
)
HEADING = re.compile(rf"^#+ (?:Part )?({NUMBER})[. ]", re.MULTILINE)


def headings(chapter: Path) -> set[str]:
    return set(HEADING.findall(chapter.read_text(encoding="utf-8")))


def citations(source: str) -> Iterator[tuple[str, str]]:
    """Chapter and number of each section named, wherever a line of a docstring ends."""
    flat = re.sub(r"\s+(?:# )?", " ", source)
    for chapter, numbers in CITATION.findall(flat):
        for number in re.findall(NUMBER, numbers):
            yield chapter, number


@pytest.mark.parametrize("path", modules())
def test_sections_that_are_named_exist(path: str) -> None:
    missing = [
        f"{chapter} {number}"
        for chapter, number in citations(text(path))
        if chapter not in CHAPTERS or number not in headings(CHAPTERS[chapter])
    ]
    assert missing == []


def test_citations_are_found() -> None:
    """The pattern still fits what is written: most packages name their sources."""
    named = [citation for path in modules() for citation in citations(text(path))]
    assert len(named) > 200
    assert {chapter for chapter, _number in named} >= {
        "chain-and-storage",
        "equity",
        "p2p-and-sync",
        "rpc-and-cli",
    }


def test_the_first_page_leads_to_every_chapter() -> None:
    page = (SPECIFICATION / "README.md").read_text(encoding="utf-8")
    assert set(re.findall(r"\]\(([\w-]+)\.md\)", page)) == set(CHAPTERS)
