"""The program as people start it: in a process of its own, from the command line."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.support.paths import ROOT
from web.signals import END_SECONDS

PATIENCE_SECONDS = 60.0


def environment() -> dict[str, str]:
    ours = ("STEPGLASS_", "GRADIO_", "COMFYUI_", "SPACE_")
    return {k: v for k, v in os.environ.items() if not k.startswith(ours)}


def run(folder: Path, *arguments: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, str(ROOT / "app.py"), *arguments],
        cwd=folder,
        env=environment(),
        capture_output=True,
        text=True,
        timeout=PATIENCE_SECONDS,
        check=False,
    )


@contextlib.contextmanager
def running(folder: Path, *arguments: str) -> Iterator[tuple["subprocess.Popen[str]", str]]:
    """The program on a free port, once it says where it is."""
    process = subprocess.Popen(
        [sys.executable, str(ROOT / "app.py"), "--port", "0", *arguments],
        cwd=folder,
        env=environment(),
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stderr
    try:
        for line in process.stderr:
            if "Stepglass is at " in line:
                yield process, line.rsplit(" ", 1)[1].strip().rstrip("/")
                break
        else:
            pytest.fail("the program ended before it served")
    finally:
        if process.poll() is None:
            process.kill()
        process.wait()
        process.stderr.close()


@pytest.mark.skipif(os.name == "nt", reason="Windows ends processes without a signal")
def test_sigterm_ends_it_though_streams_are_open(tmp_path: Path) -> None:
    with (
        running(tmp_path, "--demo-step-seconds", "1") as (process, url),
        httpx.Client(base_url=url, timeout=20) as client,
    ):
        assert client.get("/healthz").status_code == 200
        assert client.get("/").status_code == 200
        id_ = start(client)
        with (
            client.stream("GET", f"/api/generate/progress?generationId={id_}") as progress,
            client.stream("GET", "/gradio_api/heartbeat/abc") as heartbeat,
        ):
            assert next(progress.iter_text())
            assert next(heartbeat.iter_text())
            process.send_signal(signal.SIGTERM)
            assert process.wait(PATIENCE_SECONDS) == 0


@pytest.mark.skipif(os.name == "nt", reason="Windows ends processes without a signal")
def test_sigterm_ends_it_though_a_server_never_answers(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:  # takes connections, says nothing
        address = f"http://127.0.0.1:{silent.getsockname()[1]}"
        with running(tmp_path, "--server", address) as (process, _):
            process.send_signal(signal.SIGTERM)
            assert process.wait(PATIENCE_SECONDS) == 0


def test_the_last_resort_leaves_a_margin_within_five_seconds() -> None:
    assert END_SECONDS <= 3


def start(client: httpx.Client) -> str:
    """Start a generation that waits or runs for long."""
    asked = {"prompt": "a red fox", "checkpoint": "any", "steps": 500}
    answer = client.post("/api/generate", json=asked)
    assert answer.status_code == 202, answer.text
    return str(answer.json()["generationId"])


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


def test_a_backup_is_restored_into_a_new_folder(tmp_path: Path) -> None:
    with running(tmp_path) as (process, _):
        process.terminate()
        process.wait(PATIENCE_SECONDS)
    kept = run(tmp_path, "backup", "copy.zip")
    assert (kept.returncode, kept.stderr) == (0, "")
    restored = run(tmp_path, "restore", "copy.zip", "--data-folder", "new")
    assert (restored.returncode, restored.stderr) == (0, "")
    secret = (tmp_path / "data" / "secret.key").read_bytes()
    assert (tmp_path / "new" / "secret.key").read_bytes() == secret
    again = run(tmp_path, "restore", "copy.zip", "--data-folder", "new")
    assert (again.returncode, again.stderr.count("\n")) == (1, 1)


def test_a_damaged_secret_is_said_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "secret.key").write_bytes(b"short")
    ended = run(tmp_path, "--port", "0", "--log-level", "error")
    assert (ended.returncode, ended.stderr.count("\n")) == (2, 1)
    assert "is damaged" in ended.stderr


def test_what_a_log_says_holds_no_password(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("STEPGLASS_AUTH=ann:s3cret\n")
    with running(tmp_path, "--log-level", "debug") as (process, url):
        httpx.post(f"{url}/login", data={"username": "ann", "password": "s3cret"})
        httpx.post(f"{url}/login", data={"username": "ann", "password": "s3cret2"})
        process.terminate()
        assert process.stderr
        assert "s3cret" not in process.stderr.read()
