"""What is served, how large it is, and what the policy forbids."""

from __future__ import annotations

import gzip
import re
from pathlib import Path

import pytest

from pybytomd.dashboard.files import HEADERS, INDEX, STATIC, WORDS, files
from pybytomd.rpc import pages
from tests.unit.dashboard.static import scripts, style

MOST = 150_000
"""Bytes of all files together, as they are sent: compressed."""
MOST_OF_START = 80_000
"""Bytes that the first page takes, likewise, in one language."""
MOST_FILES_OF_START = 14


def test_every_file_of_the_folder_is_served_and_nothing_else() -> None:
    folder = {path.relative_to(STATIC).as_posix() for path in STATIC.rglob("*") if path.is_file()}
    assert files().keys() == folder | {WORDS}
    assert files()[INDEX].content_type == "text/html; charset=utf-8"
    assert files()[WORDS].content.count(b"\n") == 2047
    assert len({file.tag for file in files().values()}) == len(files())
    assert all(gzip.decompress(file.packed) == file.content for file in files().values())


def test_all_of_it_is_small() -> None:
    assert sum(len(file.packed) for file in files().values()) < MOST


def imports(path: str) -> set[str]:
    """Modules that a module imports before it runs."""
    found = re.findall(r'^import (?:[^"]*? from )?"(\.{1,2}/[^"]+)";', scripts()[path], re.MULTILINE)
    folder = path.split("/")[:-1]
    paths = set()
    for one in found:
        parts = [*folder]
        for step in one.split("/"):
            if step == "..":
                parts.pop()
            elif step != ".":
                parts.append(step)
        paths.add("/".join(parts))
    return paths


def closure(*paths: str) -> set[str]:
    seen: set[str] = set()
    waiting = [*paths]
    while waiting:
        path = waiting.pop()
        if path not in seen:
            seen.add(path)
            waiting += imports(path)
    return seen


def test_the_first_page_takes_little() -> None:
    names = closure("app.js", "pages/start.js") | {INDEX, "style.css", "theme.js", "icon.svg", "texts/zh.js"}
    assert sum(len(files()[name].packed) for name in names) < MOST_OF_START
    assert len(names) <= MOST_FILES_OF_START


def test_what_is_loaded_ahead_is_there_and_is_needed() -> None:
    page = files()[INDEX].content.decode()
    ahead = set(re.findall(r'rel="modulepreload" href="/dashboard/([^"]+)"', page))
    assert ahead <= closure("app.js", "pages/start.js")
    assert all(path in files() for path in re.findall(r'(?:src|href)="/dashboard/([^"]+)"', page))


def test_what_is_loaded_later_is_there() -> None:
    """Modules that are imported when they are wanted, and the pages of all routes."""
    for path, source in scripts().items():
        folder = path.split("/")[:-1]
        for one in re.findall(r'import\("\./([^"$]+)"\)', source):
            assert "/".join([*folder, one]) in scripts()
    table = re.search(r"const PAGES = (\{.*?\});", scripts()["app.js"], re.DOTALL)
    assert table
    pages = {f"pages/{name}.js" for name in re.findall(r': "(\w+)"', table[1])}
    assert pages | {"pages/lock.js", "pages/missing.js"} == {
        path for path in scripts() if path.startswith("pages/")
    }


def test_what_other_pages_take_from_here_is_there() -> None:
    """The page about the API loads modules of the dashboard, by names that it calls them by."""
    taken = {
        (module, name.strip())
        for script in Path(pages.__file__).with_name("static").glob("*.js")
        for names, module in re.findall(
            r'^import \{([^}]*)\} from "/dashboard/([^"]+)";', script.read_text(), re.MULTILINE
        )
        for name in names.split(",")
    }
    assert taken
    for module, name in taken:
        declared = rf"^export (?:async )?(?:function|const|class) {re.escape(name)}(?!\w)"
        assert re.search(declared, scripts()[module], re.MULTILINE), (module, name)


@pytest.mark.parametrize("path", scripts())
def test_imports_lead_somewhere_and_down(path: str) -> None:
    """core knows no element's part and no page, parts call no method, pages do not know each other."""
    found = imports(path)
    assert found <= scripts().keys()
    layers = {"core": {"core"}, "parts": {"core", "parts"}, "flows": {"core", "parts", "flows"}}
    below = layers.get(path.split("/")[0], {"core", "parts", "flows"})
    assert {one.split("/")[0] for one in found} <= below
    if path.startswith("parts/"):
        assert not found & {"core/api.js", "core/live.js", "core/wallet.js"}


@pytest.mark.parametrize("path", scripts())
def test_nothing_becomes_markup_or_code(path: str) -> None:
    forbidden = r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function|DOMParser|srcdoc"
    assert re.findall(forbidden, scripts()[path]) == []
    assert re.findall(r"https?://(?!www\.w3\.org/2000/svg)", scripts()[path]) == []


def test_the_policy_allows_nothing_inline_and_nothing_from_elsewhere() -> None:
    policy = dict(HEADERS)["Content-Security-Policy"]
    assert "unsafe" not in policy
    sources = {word for part in policy.split(";") for word in part.split()[1:]}
    assert sources <= {"'none'", "'self'", "'script'"}
    page = files()[INDEX].content.decode()
    assert not re.search(r"<style|style=|\son\w+=|<script(?! (?:src=|type=\"module\" src=))", page)
    assert "url(" not in style()
    assert "@import" not in style()


def test_no_type_is_guessed() -> None:
    assert {file.content_type.partition(";")[0] for file in files().values()} == {
        "text/html", "text/css", "text/javascript", "text/plain", "image/svg+xml",
    }  # fmt: skip


def test_every_class_of_the_style_sheet_is_given_to_something() -> None:
    names = set(re.findall(r"\.([a-z][\w-]*)", re.sub(r"\{[^{}]*\}", " ", style())))
    words = set(re.findall(r"[\w-]+", "\n".join([*scripts().values(), files()[INDEX].content.decode()])))
    sections = re.search(r"const SECTIONS = (\{.*?\n\});", scripts()["app.js"], re.DOTALL)
    assert sections
    words |= {f"to-{name}" for name in re.findall(r"\t(\w+):", sections[1])}
    assert names - words == set()
