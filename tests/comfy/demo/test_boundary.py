"""Nobody but who may asks the engine: not another site's page, not another person's program."""

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
import websocket

from comfy.demo import ENGINE_NAME, TOKEN_VARIABLE
from comfy.demo.http.server import DemoServer
from comfy.demo.launch import ROOT, DemoProcess
from comfy.demo.settings import EngineSettings
from tests.comfy.demo.client import Client, is_event, txt2img

TOKEN = "a-token-of-the-test"
FOREIGN = [
    {"Origin": "https://evil.example"},
    {"Origin": "http://127.0.0.1:1"},
    {"Origin": "http://localhost"},
    {"Origin": "null"},
    {"Origin": ""},
    {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site"},
    {"Host": "evil.example"},
    {"Host": "127.0.0.1.evil.example"},
    {"Host": "localhost.evil.example"},
    {"Host": "192.168.1.2"},
    {"Host": "evil.example", "Origin": "http://evil.example"},
]
"""What browsers send for pages of others, and for a name that was turned to 127.0.0.1."""
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>fetch("/history")</script></svg>'


@pytest.mark.parametrize("headers", FOREIGN)
def test_another_sites_page_can_neither_read_nor_change_nor_upload(
    client: Client, headers: dict[str, str]
) -> None:
    answers = [
        client.http.get("/history", headers=headers),
        client.http.get("/object_info", headers=headers),
        client.http.post("/queue", json={"clear": True}, headers=headers),
        client.http.post("/api/interrupt", json={}, headers=headers),
        client.http.post("/prompt", json={"prompt": txt2img()}, headers=headers),
        client.http.post("/upload/image", files={"image": ("x.svg", SVG)}, headers=headers),
        client.http.options("/prompt", headers=headers),
    ]
    assert {answer.status_code for answer in answers} == {403}
    assert not any("access-control-allow-origin" in answer.headers for answer in answers)
    assert client.http.get("/prompt").json() == {"exec_info": {"queue_remaining": 0}}


@pytest.mark.parametrize("headers", FOREIGN)
def test_another_sites_page_opens_no_socket(server: DemoServer, headers: dict[str, str]) -> None:
    given = dict(headers)
    host, origin = given.pop("Host", None), given.pop("Origin", None)
    with pytest.raises(websocket.WebSocketBadStatusException, match="403"):
        websocket.create_connection(
            server.url.replace("http", "ws") + "/ws",
            header=given,
            host=host,
            origin=origin,
            suppress_origin=origin is None,
        )


@pytest.mark.parametrize("name", ["127.0.0.1", "localhost", "LOCALHOST.", "[::1]", "a.localhost"])
def test_a_page_of_its_own_may(server: DemoServer, client: Client, name: str) -> None:
    here = f"{name}:{server.url.rpartition(':')[2]}"
    headers = {"Host": here, "Origin": f"http://{here}", "Sec-Fetch-Site": "same-origin"}
    assert client.http.post("/queue", json={"clear": True}, headers=headers).status_code == 200


def test_an_engine_for_a_network_answers_under_any_name_but_no_foreign_page() -> None:
    with DemoServer(EngineSettings(host="0.0.0.0")) as server:
        url = server.url.replace("0.0.0.0", "127.0.0.1")
        assert httpx.get(f"{url}/queue", headers={"Host": "gpu.example"}).status_code == 200
        both = {"Host": "gpu.example", "Origin": "http://evil.example"}
        assert httpx.get(f"{url}/queue", headers=both).status_code == 403


def test_a_foreign_page_never_sees_what_runs(server: DemoServer, client: Client) -> None:
    """The engine still serves its own client while others are refused."""
    prompt_id = client.post(txt2img(steps=40))
    client.until(is_event("progress"))
    refused = client.http.post("/queue", json={"clear": True}, headers=FOREIGN[0])
    assert refused.status_code == 403
    client.until_over(prompt_id)
    entry = server.books.get(prompt_id)
    assert entry
    assert entry.outcome == "success"


@pytest.mark.parametrize(
    ("name", "body"),
    [
        ("x.svg", SVG),
        ("x.html", b"<script>1</script>"),
        ("x.xhtml", b"<html xmlns='http://www.w3.org/1999/xhtml'/>"),
        ("x.js", b"1"),
        ("x.css", b"*{}"),
        ("x.xml", b"<x/>"),
        ("x.txt", b"<script>1</script>"),
        ("x.pdf", b"%PDF-1.4"),
        ("x", b"<script>1</script>"),
        ('x".svg', SVG),
        ("x\r\n.svg", SVG),
    ],
)
def test_what_a_browser_could_run_is_a_download(
    server: DemoServer, client: Client, name: str, body: bytes
) -> None:
    (Path(server.folder) / "output" / name).write_bytes(body)
    answer = client.http.get("/view", params={"filename": name, "type": "output"})
    assert answer.status_code == 200
    assert answer.content == body
    assert answer.headers["content-disposition"].startswith("attachment")
    assert answer.headers["content-security-policy"] == "sandbox"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert not answer.headers["content-type"].startswith(("text/html", "image/svg", "text/xml"))


@pytest.mark.parametrize("name", ["x.png", "x.jpg", "x.webp", "x.gif", "x.mp4", "x.webm", "x.mp3"])
def test_images_audio_and_video_show_in_place(
    server: DemoServer, client: Client, name: str
) -> None:
    (Path(server.folder) / "output" / name).write_bytes(b"bytes")
    answer = client.http.get("/view", params={"filename": name, "type": "output"})
    assert answer.headers["content-disposition"] == f'filename="{name}"'
    assert answer.headers["content-type"].split("/")[0] in ("image", "audio", "video")
    assert answer.headers["x-content-type-options"] == "nosniff"


@pytest.fixture
def guarded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[DemoProcess]:
    monkeypatch.setenv("STEPGLASS_AUTH", "ann:not-for-the-child")
    child = DemoProcess(tmp_path, step_seconds=0.01, token=TOKEN)
    yield child
    child.close()


def test_a_child_with_a_token_answers_nobody_else(guarded: DemoProcess) -> None:
    url = guarded.url
    for headers in ({}, {"Authorization": "Bearer no"}, {"Authorization": f"Basic {TOKEN}"}):
        for path in ("/", "/queue", "/api/history", "/view?filename=x", "/userdata?dir=x", "/ws"):
            assert httpx.get(f"{url}{path}", headers=headers).status_code == 401, path
    known = dict(guarded.address.headers)
    assert httpx.get(f"{url}/queue", headers=known).status_code == 200
    opened = websocket.create_connection(guarded.address.socket_url("me"), header=known)
    opened.close()


@pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="needs Linux's /proc")
def test_its_token_is_no_argument_and_no_secret_of_ours_is_in_its_environment(
    guarded: DemoProcess,
) -> None:
    assert guarded.url
    of = Path(f"/proc/{guarded.pid}")
    assert TOKEN.encode() not in (of / "cmdline").read_bytes()
    names = {line.partition(b"=")[0] for line in (of / "environ").read_bytes().split(b"\0")}
    assert TOKEN_VARIABLE.encode() in names
    assert not [name for name in names if name.startswith((b"STEPGLASS_", b"COMFYUI_"))]


def test_a_restarted_child_keeps_its_token(guarded: DemoProcess) -> None:
    before = guarded.address
    guarded.kill()
    guarded.start()
    assert guarded.address == before
    assert httpx.get(f"{guarded.url}/queue", headers=dict(before.headers)).status_code == 200


def test_started_by_hand_it_asks_for_no_token(tmp_path: Path) -> None:
    env = {name: text for name, text in os.environ.items() if name != TOKEN_VARIABLE}
    command = [sys.executable, "-m", "comfy.demo", "--port", "0", "--exit-with-parent"]
    child = subprocess.Popen(
        [*command, "--output", str(tmp_path)],
        cwd=ROOT,
        env=env,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        encoding="utf-8",
    )
    assert child.stdin
    assert child.stdout
    url = child.stdout.readline().removeprefix(f"{ENGINE_NAME}: ").strip()
    assert httpx.get(f"{url}/queue").status_code == 200
    child.stdin.close()
    child.wait(10)
    child.stdout.close()


def test_headers_of_nonsense_are_refused(server: DemoServer) -> None:
    port = int(server.url.rpartition(":")[2])
    for line in ("Host: [::1", "Host: 127.0.0.1:x", "Host: ", "Host: @", "Host: ::1"):
        with socket.create_connection(("127.0.0.1", port), timeout=10) as connection:
            connection.sendall(f"GET /queue HTTP/1.1\r\n{line}\r\n\r\n".encode())
            assert connection.recv(100).split()[1] in (b"403", b"400")
