"""What the documents for contributors name is there."""

import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PAGES = ("docs/architecture.md", "docs/protocol.md", "CONTRIBUTING.md")
ROOMS = ("", "comfy/", "ui/shell/")
FILE = re.compile(r"`((?:[\w.]+/)*[\w.]+(?:\.(?:py|js|sql|json|md)|/[\w]+))`")


@pytest.mark.parametrize("page", PAGES)
def test_every_file_that_is_named_is_there(page: str) -> None:
    tracked = subprocess.run(
        ["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    files = {*tracked.stdout.split()} or {str(p.relative_to(ROOT)) for p in ROOT.rglob("*")}
    known = {name.rpartition("/")[2] for name in files}
    text = (ROOT / page).read_text(encoding="utf-8")
    missing = [
        name
        for name in FILE.findall(text)
        if name not in known and not any((ROOT / f"{room}{name}").exists() for room in ROOMS)
    ]
    assert not missing


@pytest.mark.parametrize("page", PAGES)
def test_every_link_leads_somewhere(page: str) -> None:
    text = (ROOT / page).read_text(encoding="utf-8")
    for target in re.findall(r"\]\(([^)#]+)", text):
        assert target.startswith("http") or (ROOT / page).parent.joinpath(target).exists(), target


@pytest.mark.parametrize("page", [*PAGES, "Makefile"])
def test_every_test_that_is_named_is_there(page: str) -> None:
    named = re.findall(r"tests/[\w/.]*\w", (ROOT / page).read_text(encoding="utf-8"))
    assert [name for name in named if not (ROOT / name).exists()] == []
