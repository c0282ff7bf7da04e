"""The engine as a child process."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import httpx

from comfy.demo import ENGINE_NAME
from comfy.demo.launch import ROOT, DemoProcess
from tests.comfy.demo.client import eventually


def test_it_starts_at_once_and_can_be_started_again_at_the_same_place(tmp_path: Path) -> None:
    before = time.monotonic()
    demo = DemoProcess(tmp_path, step_seconds=0.01)
    assert time.monotonic() - before < 1
    url = demo.url
    assert httpx.get(f"{url}/system_stats", trust_env=False).status_code == 200
    demo.close()
    assert not demo.is_alive
    demo.start()
    assert demo.url == url
    assert httpx.get(f"{url}/queue", trust_env=False).status_code == 200
    demo.close()


def test_a_killed_one_comes_back_by_itself_where_asked(tmp_path: Path) -> None:
    demo = DemoProcess(tmp_path, step_seconds=0.01, keep_alive=True)
    url, first = demo.url, demo.pid
    os.kill(first, signal.SIGKILL)
    eventually(lambda: demo.is_alive and demo.pid != first)
    assert demo.url == url
    demo.close()
    assert not demo.is_alive


def test_it_says_one_line_and_ends_with_its_parent(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "comfy.demo", "--port", "0", "--exit-with-parent"]
    child = subprocess.Popen(
        [*command, "--output", str(tmp_path)],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        encoding="utf-8",
    )
    assert child.stdin
    assert child.stdout
    assert child.stdout.readline().startswith(f"{ENGINE_NAME}: http://127.0.0.1:")
    child.stdin.close()
    assert child.stdout.read() == ""
    child.stdout.close()
    assert child.wait(10) == 0
    eventually(lambda: child.poll() is not None)


def test_a_port_in_use_is_one_clear_line(tmp_path: Path) -> None:
    demo = DemoProcess(tmp_path, step_seconds=0.01)
    port = demo.url.rpartition(":")[2]
    command = [sys.executable, "-m", "comfy.demo", "--port", port]
    second = subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, timeout=30, check=False
    )
    demo.close()
    assert second.returncode == 2
    assert second.stderr.startswith("Cannot listen on 127.0.0.1")
