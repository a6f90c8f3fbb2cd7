"""The faults that are made, and that tests notice them."""

from __future__ import annotations

import pytest

from pybytomd.consensus.difficulty import ends_period
from tests.mutants.living import living_functions, put_in
from tests.mutants.operators import Mutant, mutants
from tests.mutants.results import EQUIVALENT, equivalents
from tests.mutants.suites import ROOT, SUITES, modules


def changes(source: str) -> list[str]:
    return [mutant.change[1] for mutant in mutants("x.py", source.encode())]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("a < b", ["a <= b"]),
        ("not a", ["(a)"]),
        ("a and b and c", ["(b) and (c)", "(a) and (c)", "(a) and (b)"]),
        ("f(a, strict=True)", []),
        ("f(a, key=b)", ["f(a)"]),
        ("min(a)", ["max(a)"]),
        ("a[1:]", ["a[:]", "a[0:]", "a[2:]"]),
        ("b if a else c", ["b if False else c", "b if True else c"]),
        ("'text'", []),
        ("True", ["False"]),
    ],
)
def test_faults_of_an_expression(line: str, expected: list[str]) -> None:
    assert sorted(changes(f"x = {line}\n")) == sorted(f"x = {one}" for one in expected)


def test_faults_of_statements() -> None:
    source = (
        'def f(self):\n    """Text."""\n    self.a = b\n    log.info(1)\n    g()\n    if a:\n        raise E\n'
    )
    assert sorted(changes(source)) == ["if False:", "if True:", "pass", "pass", "pass"]
    assert all(mutant.function == (2, 7) for mutant in mutants("x.py", source.encode()))


def test_a_fault_is_known_by_its_surroundings() -> None:
    def keys(source: str) -> list[str]:
        return [mutant.key for mutant in mutants("x.py", source.encode())]

    assert len(set(keys("x = a + b + c\n"))) == 2
    assert keys("y = b\nx = a + b\n") == keys("x = a + b\n")


def fault(path: str, becomes: str) -> Mutant:
    (found,) = [one for one in mutants(path, (ROOT / path).read_bytes()) if one.change[1] == becomes]
    return found


def test_a_fault_acts_in_what_is_loaded(monkeypatch: pytest.MonkeyPatch) -> None:
    path = ends_period.__code__.co_filename.removeprefix(f"{ROOT}/")
    becomes = "return height % BLOCKS_PER_RETARGET == 0 and height == 0"
    monkeypatch.setattr(ends_period, "__code__", ends_period.__code__)  # to be put back
    assert not ends_period(0)
    assert put_in(fault(path, becomes), living_functions())
    assert ends_period(0)


def test_equivalent_faults_have_a_package_and_a_reason() -> None:
    text = EQUIVALENT.read_text(encoding="utf-8")
    assert text.count("[[mutant]]") == sum(len(equivalents(package)) for package in SUITES)


def test_every_suite_exists() -> None:
    for package, suite in SUITES.items():
        assert modules(package)
        assert all((ROOT / test.partition("::")[0]).exists() for test in suite)
