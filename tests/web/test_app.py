"""The program as people start it: in a process of its own, from the command line."""

import contextlib
import os
import re
import socket
import stat
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from tests.support.program import Program, run, running
from web.signals import END_SECONDS

ASKED = {"prompt": "a red fox", "checkpoint": "any", "steps": 500}
TELLING = {"PYTHONPROFILEIMPORTTIME": "1"}
"""Python says what it imports."""


def open_to_others(folder: Path) -> list[str]:
    """What others may do anything with, but for links."""
    found = [folder, *folder.rglob("*")]
    return [
        str(path)
        for path in found
        if not path.is_symlink() and stat.S_IMODE(path.stat().st_mode) & 0o077
    ]


@contextlib.contextmanager
def masked(mask: int) -> Iterator[None]:
    """What is made meanwhile is open to others but for *mask*."""
    before = os.umask(mask)
    try:
        yield
    finally:
        os.umask(before)


@dataclass(frozen=True)
class Life:
    """What was seen of a program from its start to its end."""

    folder: Path
    open_while_it_ran: list[str]
    engine_answers: dict[str, int]
    exit_code: int
    log: str


@pytest.fixture(scope="module")
def life(tmp_path_factory: pytest.TempPathFactory) -> Life:
    """One start for most claims, in a folder that was open to others.

    Somebody logs in, somebody fails to; it is asked to end while streams are open.
    """
    folder = tmp_path_factory.mktemp("life")
    (folder / ".env").write_text("STEPGLASS_AUTH=ann:s3cret\n")
    opened = folder / "data" / "images"
    opened.mkdir(parents=True)
    (folder / "data" / "old.txt").write_text("x")
    for path, mode in ((opened.parent, 0o755), (opened, 0o755), (opened.parent / "old.txt", 0o644)):
        path.chmod(mode)
    arguments = ("--demo-step-seconds", "1", "--log-level", "debug")
    with masked(0o022), running(folder, *arguments, environment=TELLING) as program:
        closed = open_to_others(folder / "data")
        answers = {
            path: httpx.get(f"{program.engine_url}{path}").status_code
            for path in ("/queue", "/history", "/object_info")
        }
        exit_code = ended_amid_streams(program)
        return Life(folder, closed, answers, exit_code, program.log)


def ended_amid_streams(program: Program) -> int:
    with httpx.Client(base_url=program.url, timeout=30) as client:
        assert client.get("/healthz").status_code == 200
        wrong = {"username": "ann", "password": "s3cret2"}
        assert client.post("/login", data=wrong).status_code == 401
        client.post("/login", data=wrong | {"password": "s3cret"}).raise_for_status()
        assert client.get("/").status_code == 200
        id_ = client.post("/api/generate", json=ASKED).raise_for_status().json()["generationId"]
        with (
            client.stream("GET", f"/api/generate/progress?generationId={id_}") as progress,
            client.stream("GET", "/gradio_api/heartbeat/abc") as heartbeat,
        ):
            assert next(progress.iter_text())
            assert next(heartbeat.iter_text())
            return program.end()


@pytest.mark.skipif(os.name == "nt", reason="Windows ends processes without a signal")
def test_sigterm_ends_it_though_streams_are_open(life: Life) -> None:
    assert life.exit_code == 0


@pytest.mark.skipif(os.name == "nt", reason="Windows ends processes without a signal")
def test_sigterm_ends_it_though_a_server_never_answers(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:  # takes connections, says nothing
        address = f"http://127.0.0.1:{silent.getsockname()[1]}"
        with running(tmp_path, "--server", address) as program:
            assert program.end() == 0


def test_the_last_resort_leaves_a_margin_within_five_seconds() -> None:
    assert END_SECONDS <= 3


def test_what_a_log_says_holds_no_password(life: Life) -> None:
    assert "login as 'ann'" in life.log
    assert "s3cret" not in life.log


def test_its_engine_asks_for_a_token(life: Life) -> None:
    """Whoever finds the port of a running app's engine learns nothing there."""
    assert set(life.engine_answers.values()) == {401}


def test_mcp_is_not_loaded_before_somebody_speaks_it(life: Life) -> None:
    imported = re.findall(r"(?m)^import time:.*\| +(\S+)$", life.log)
    assert "ui.page" in imported
    assert [name for name in imported if name.startswith("mcp.")] == []


def test_a_folder_that_was_open_is_closed_at_the_start_and_stays_so(life: Life) -> None:
    assert life.open_while_it_ran == []
    assert open_to_others(life.folder / "data") == []


def test_a_backup_is_restored_into_a_new_folder(life: Life, tmp_path: Path) -> None:
    archive = tmp_path / "copy.zip"
    with masked(0o022):
        kept = run(life.folder, "backup", str(archive))
    assert (kept.returncode, kept.stderr) == (0, "")
    assert stat.S_IMODE(archive.stat().st_mode) == 0o600
    assert open_to_others(life.folder / "data") == []

    def restore() -> "subprocess.CompletedProcess[str]":
        return run(tmp_path, "restore", "copy.zip", "--data-folder", "new")

    restored = restore()
    assert (restored.returncode, restored.stderr) == (0, "")
    secret = (life.folder / "data" / "secret.key").read_bytes()
    assert (tmp_path / "new" / "secret.key").read_bytes() == secret
    again = restore()
    assert (again.returncode, again.stderr.count("\n")) == (1, 1)


def test_a_taken_port_is_one_line(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        ended = run(tmp_path, "--port", str(port), "--log-level", "error")
    assert ended.returncode == 2
    assert ended.stderr == (
        f"stepglass: Port {port} is taken: stop what listens there, or choose another with "
        "--port.\n"
    )


def test_a_wrong_value_is_said_before_anything_starts(tmp_path: Path) -> None:
    ended = run(tmp_path, "--port", "abc")
    assert (ended.returncode, ended.stderr.count("\n"), ended.stdout) == (2, 1, "")
    assert list(tmp_path.iterdir()) == []


def test_a_damaged_secret_is_said_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "secret.key").write_bytes(b"short")
    ended = run(tmp_path, "--port", "0", "--log-level", "error")
    assert (ended.returncode, ended.stderr.count("\n")) == (2, 1)
    assert "is damaged" in ended.stderr
