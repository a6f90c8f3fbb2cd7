"""``python -m tests.mutants [PACKAGE|PATH ...]``: tries faults and lists those that no test notices.

Without a name all of consensus, ledger, chain and vm. The exit status is 1 if something survives that
``equivalent.toml`` does not explain.
"""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

from tests.mutants.operators import Mutant, mutants
from tests.mutants.reach import Reach, find_reach, load_reach
from tests.mutants.results import KEPT, Results, equivalents, state_of_files, tests_state
from tests.mutants.suites import ROOT, SUITES, modules
from tests.mutants.trials import IMPORT_ANEW, SURVIVED, Trial, try_by_importing, try_in_functions


def chosen(names: list[str]) -> dict[str, list[str]]:
    """Modules to put faults into, by package."""
    if not names:
        return {package: modules(package) for package in SUITES}
    found: dict[str, list[str]] = {}
    for name in names:
        path = Path(name.removeprefix("pybytomd/").strip("/"))
        package = path.parts[0]
        known = modules(package) if package in SUITES else []
        wanted = f"pybytomd/{path}"
        matching = [one for one in known if one == wanted or one.startswith(wanted + "/")]
        if not matching:
            sys.exit(f"no module to put faults into: {name} (packages: {', '.join(SUITES)}, or a path in one)")
        found.setdefault(package, []).extend(matching)
    return found


def reach_of(package: str, suite: tuple[str, ...], state: str) -> Reach:
    """Which tests reach what, from an earlier run if neither tests nor package have changed."""
    paths = modules(package)
    stamp = state_of_files({ROOT / path for path in paths}) + state
    file = KEPT / f"{package}-{stamp[:12]}{stamp[-12:]}.json"
    return load_reach(file) if file.exists() else find_reach(suite, paths, file)


def run_package(package: str, paths: list[str], jobs: int, fresh: bool) -> int:
    """Try the faults of some modules. Returns how many survive unexplained."""
    suite = SUITES[package]
    state = tests_state(suite)
    results = Results(package, state)
    if fresh:
        results.forget()
    every = [mutant for path in paths for mutant in mutants(path, (ROOT / path).read_bytes())]
    explained = equivalents(package)
    open_ones = [one for one in every if one.change not in explained]
    untried = [one for one in open_ones if results.survived(one) is None]
    if untried:
        _try(package, suite, untried, results, reach_of(package, suite, state), jobs)
    survivors = [one for one in open_ones if results.survived(one)]
    for one in survivors:
        _show(one)
    equivalent = len(every) - len(open_ones)
    killed = len(open_ones) - len(survivors)
    print(f"{package}: {len(every)} mutants, {killed} killed, {equivalent} equivalent, {len(survivors)} survived")
    if paths == modules(package):
        for line, becomes in explained.keys() - {one.change for one in every}:
            print(f"{package}: equivalent.toml explains what is no longer there: {line!r} -> {becomes!r}")
    return len(survivors)


def _try(
    package: str, suite: tuple[str, ...], untried: list[Mutant], results: Results, reach: Reach, jobs: int
) -> None:
    again = KEPT / f"{package}.again"
    again.write_text("")
    done = 0

    def note(mutant: Mutant, survived: bool) -> None:
        nonlocal done
        done += 1
        results.add(mutant, survived)
        if sys.stdout.isatty():
            print(f"\r{package}: {done} of {len(untried)}", end="\r", flush=True)

    def from_function(mutant: Mutant, answer: int) -> None:
        imported = answer == SURVIVED and mutant.function and reach.is_imported(mutant.path, *mutant.function)
        if answer == IMPORT_ANEW or imported:
            with again.open("a") as file:
                file.write(mutant.key + "\n")
        else:
            note(mutant, answer == SURVIVED)

    trials = []
    for mutant in untried:
        if mutant.function is not None:
            last = mutant.line + mutant.source[mutant.start : mutant.end].count(b"\n")
            trials.append(Trial(mutant, reach.tests(mutant.path, mutant.line, last)))
    if trials:
        try_in_functions(suite, trials, reach, jobs, from_function, KEPT / f"{package}.log")
        results.read()
    anew = set(again.read_text().split())
    importing = [one for one in untried if one.function is None or one.key in anew]
    try_by_importing(suite, importing, reach, jobs, lambda mutant, answer: note(mutant, answer == SURVIVED))


def _show(mutant: Mutant) -> None:
    before, after = mutant.change
    print(f"\n{mutant.path}:{mutant.line}")
    print("\n".join(f"-   {line}" for line in before.splitlines()))
    print("\n".join(f"+   {line}" for line in after.splitlines()))


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.mutants", description="Tries faults against the tests.")
    parser.add_argument("names", nargs="*", metavar="PACKAGE|PATH", help=f"of {', '.join(SUITES)}; all by default")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1, help="workers at a time")
    parser.add_argument("--fresh", action="store_true", help="forget what earlier runs have found")
    options = parser.parse_args()
    survived = [run_package(*one, options.jobs, options.fresh) for one in chosen(options.names).items()]
    return 1 if any(survived) else 0


if __name__ == "__main__":
    sys.exit(main())
