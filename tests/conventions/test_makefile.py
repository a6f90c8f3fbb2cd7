"""What can be made is described, and what the README tells to make can be made."""

import re

from tests.conventions.source import ROOT, text

MAKEFILE = text("Makefile")
DESCRIBED = dict(re.findall(r"^([a-z-]+):[^#\n]*## (.+)$", MAKEFILE, re.MULTILINE))


def test_every_target_is_described() -> None:
    phony = re.search(r"^\.PHONY: (.+)$", MAKEFILE, re.MULTILINE)
    assert phony
    assert set(phony[1].split()) == set(DESCRIBED)


def test_what_is_told_to_make_can_be_made() -> None:
    for name in ("README.md", ".ci/run", ".pre-commit-config.yaml"):
        told = set(re.findall(r"(?:^\s*|`)make ([a-z-]+)", text(name), re.MULTILINE))
        assert told - set(DESCRIBED) == set(), name


def test_scripts_of_make_can_be_run() -> None:
    scripts = set(re.findall(r"^\t(?:\S+python )?(\.ci/[\w.-]+)", MAKEFILE, re.MULTILINE))
    assert scripts
    for script in scripts:
        assert (ROOT / script).stat().st_mode & 0o111, script
