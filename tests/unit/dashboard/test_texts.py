"""The words of the dashboard: complete in every language, used, and fitting each other."""

from __future__ import annotations

import re

import pytest

from pybytomd.rpc.errors import ERROR_TABLE
from tests.unit.dashboard.static import LANGUAGES, PLACEHOLDER, scripts, texts

PLURALS = (".one", ".other")
CALL = re.compile(r"""\bt\((["`])(.+?)\1""")
QUOTED = re.compile(r"""["`]([a-z]+\.[\w.${}\[\]?:"' ]+?)["`]""")


def stem(key: str) -> str:
    """A key without the form of its plural."""
    return key.rpartition(".")[0] if key.endswith(PLURALS) else key


def asked_for() -> tuple[set[str], list[re.Pattern[str]]]:
    """The keys that modules ask for, and patterns of those put together, a group for each part."""
    source = "\n".join(scripts().values())
    found = {match[1] for match in CALL.findall(source)} | set(QUOTED.findall(source))
    parts = [re.split(r"\$\{[^}]*\}", key) for key in found]
    plain = {one[0] for one in parts if len(one) == 1}
    return plain, [re.compile(r"([^.]+)".join(map(re.escape, one)) + r"\Z") for one in parts if len(one) > 1]


def test_the_languages_have_the_same_keys_and_placeholders() -> None:
    english = texts("en")
    for language in LANGUAGES[1:]:
        other = texts(language)
        assert english.keys() == other.keys()
        for key, text in english.items():
            allowed = set(PLACEHOLDER.findall(text)) | ({"n"} if key.endswith(PLURALS) else set())
            assert set(PLACEHOLDER.findall(other[key])) <= allowed | set(PLACEHOLDER.findall(text)), key
            assert other[key].strip() == other[key] != ""


def test_chinese_is_chinese() -> None:
    """What is the same in both is a name or a figure."""
    same = {key for key, text in texts("zh").items() if text == texts("en")[key]}
    assert {key for key in same if re.search(r"[a-z]{4,} [a-z]{3,}", texts("zh")[key])} == set()


def test_every_text_that_is_asked_for_is_there() -> None:
    source = "\n".join(scripts().values())
    asked = {match[1] for match in CALL.findall(source) if "${" not in match[1]}
    known = {stem(key) for key in texts("en")} | texts("en").keys()
    assert sorted(asked - known) == []


def test_every_text_is_asked_for() -> None:
    """Whole, or put together of parts that stand somewhere in the modules; errors are those of the node."""
    plain, patterns = asked_for()
    source = "\n".join(scripts().values())
    parts = {*re.findall(r'"([\w.()]+)"', source), *re.findall(r"\b(\w+)(?=:)", source)}

    def is_asked_for(key: str) -> bool:
        found = [match for pattern in patterns if (match := pattern.match(key))]
        return key in plain or key.startswith("error.") or any(set(one.groups()) <= parts for one in found)

    assert [key for key in texts("en") if not is_asked_for(key) and not is_asked_for(stem(key))] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_code_of_the_node_is_explained(language: str) -> None:
    missing = [code for code in ERROR_TABLE if f"error.{code}" not in texts(language)]
    assert missing == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_tone(language: str) -> None:
    """Nobody shouts, nobody apologises."""
    words = re.compile(
        r"!|！|\bplease\b|\bsorry\b|\boops\b|\bsuccessfully\b|something went wrong|成功", re.IGNORECASE
    )
    assert {key: text for key, text in texts(language).items() if words.search(text)} == {}


def test_every_placeholder_is_given_a_value() -> None:
    """By each call of the text, as far as its values stand there."""
    source = "\n".join(scripts().values())
    missing = []
    for key, given in re.findall(r"""\bt\("([\w.]+)"(?:, \{((?:[^{}]|\{[^{}]*\}|\$\{[^{}]*\})*)\})?\)""", source):
        texts_of = [text for name, text in texts("en").items() if key in (name, stem(name))]
        wanted = {name for text in texts_of for name in PLACEHOLDER.findall(text)}
        missing += [(key, name) for name in wanted if not re.search(rf"\b{name}\b", given)]
    assert missing == []
