"""Nobody else on the machine reads what is kept, whichever command was given."""

import os
import stat
import subprocess
import sys
from pathlib import Path

from tests.support.paths import ROOT
from tests.web.test_app import running


def open_to_others(folder: Path) -> list[str]:
    """What others may do anything with, but for links."""
    found = [folder, *folder.rglob("*")]
    return [
        str(path)
        for path in found
        if not path.is_symlink() and stat.S_IMODE(path.stat().st_mode) & 0o077
    ]


def test_a_folder_that_was_open_is_closed_at_the_start_and_stays_so(tmp_path: Path) -> None:
    data = tmp_path / "data"
    (data / "images").mkdir(parents=True)
    (data / "old.txt").write_text("x")
    for path in (data, data / "images"):
        path.chmod(0o755)
    (data / "old.txt").chmod(0o644)
    before = os.umask(0o022)
    try:
        with running(tmp_path, "--data-folder", str(data)) as (_process, _url):
            assert open_to_others(data) == []
        archive = tmp_path / "kept.zip"
        command = [sys.executable, str(ROOT / "app.py"), "backup", str(archive)]
        subprocess.run([*command, "--data-folder", str(data)], check=True, cwd=tmp_path)
    finally:
        os.umask(before)
    assert open_to_others(data) == []
    assert stat.S_IMODE(archive.stat().st_mode) == 0o600
