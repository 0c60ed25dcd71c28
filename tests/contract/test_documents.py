"""What the documents point at is there."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGES = [
    *(ROOT / name for name in ("README.md", "CONTRIBUTING.md", "CHANGELOG.md")),
    *ROOT.glob("docs/**/*.md"),
    *ROOT.glob("services/*/README.md"),
    *(page for page in ROOT.glob("tests/**/README.md") if "node_modules" not in page.parts),
]
LINK = re.compile(r"]\((?!https?:)([^)#]+)")
FILE = re.compile(r"`((?:tests|docs|infra|libs|services|requirements)/[^`*<…{]*)`")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere(page):
    broken = [link for link in LINK.findall(page.read_text("utf-8")) if not (page.parent / link).exists()]

    assert broken == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_files_that_are_named_exist(page):
    missing = [name for name in FILE.findall(page.read_text("utf-8")) if not (ROOT / name).exists()]

    assert missing == []


def test_every_guarantee_names_a_file_of_tests():
    table = (ROOT / "docs/explanation/guarantees.md").read_text("utf-8").partition("## Limits")[0]
    promises = [line for line in table.splitlines() if line.startswith("| ") and "| promise |" not in line]

    assert promises
    for promise in promises:
        assert re.search(r"`tests/[\w/]+/test_\w+\.py`", promise.rsplit("|", 2)[1]), promise
