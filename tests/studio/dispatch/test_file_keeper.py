"""Files from servers that break off, lie about lengths, or answer with somebody else's words."""

import hashlib
import json
import socket
from collections.abc import Iterator
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from PIL import Image as Pillow

from comfy.client.http.address import parse_address
from comfy.client.server import Server
from comfy.client.timeouts import USUAL
from comfy.errors import BadAnswer, ComfyError, Unanswered
from comfy.graph.plan import Plan, make_plan
from comfy.progress.advance import Phase, Progress
from comfy.progress.nodes import NodeProgress
from comfy.protocol.events import OutputFile
from storage.errors import DiskFull
from studio.dispatch.file_keeper import Keeper
from tests.comfy.client.wire import http, listening, read_request
from tests.support.films import film

ID = "0198f0a0-0000-7000-8000-000000000001"
CADENCE = replace(USUAL, fetch=0.5, answer=1.0)


def picture(size: int = 400) -> bytes:
    out = BytesIO()
    Pillow.effect_noise((size, size), 90).convert("RGB").save(out, "PNG")
    return out.getvalue()


def history(*names: str) -> bytes:
    """The answer to /history of a prompt with these files."""
    images = [{"filename": name, "subfolder": "", "type": "output"} for name in names]
    entry = {"outputs": {"9": {"images": images}}, "status": {"status_str": "success"}}
    return http(200, json.dumps({ID: entry}).encode())


FORGOTTEN = http(200, b"{}")


class Shop:
    """A server whose answers are given route by route, in turn; the last stays."""

    def __init__(self) -> None:
        self.answers: dict[str, list[bytes]] = {}
        self.asked: list[str] = []

    def talk(self, connection: socket.socket) -> None:
        head = read_request(connection)
        route = head.split(b" ")[1].split(b"?")[0].split(b"/")[1].decode()
        self.asked.append(route)
        turn = self.answers[route]
        connection.sendall(turn[0] if len(turn) == 1 else turn.pop(0))


@pytest.fixture
def shop() -> Shop:
    return Shop()


@pytest.fixture
def keeper(shop: Shop, tmp_path: Path) -> Iterator[Keeper]:
    with listening(shop.talk) as listener:
        server = Server(parse_address(listener.url, name="gpu"), "me", cadence=CADENCE)
        yield Keeper(server, tmp_path, CADENCE)
        server.api.close()


def finished(*names: str) -> Progress:
    files = tuple(OutputFile("9", "images", name) for name in names)
    return Progress(ID, Plan(), phase=Phase.FINISHED, files=files)


def kept(folder: Path) -> dict[str, str]:
    """Digest by name of all that lies in images/."""
    found = (folder / "images").rglob("*") if (folder / "images").is_dir() else ()
    return {p.name: hashlib.sha256(p.read_bytes()).hexdigest() for p in found if p.is_file()}


def digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def claims(data: bytes, length: int) -> bytes:
    return http(200, data).replace(b"Length: %d" % len(data), b"Length: %d" % length)


def test_a_file_that_ends_before_its_length_is_fetched_again(
    keeper: Keeper, shop: Shop, tmp_path: Path
) -> None:
    data = picture()
    shop.answers = {"history": [history("a.png")], "view": [claims(data, 10**6), http(200, data)]}
    with pytest.raises(Unanswered):
        keeper.keep(finished("a.png"))
    assert kept(tmp_path) == {}
    assert [image.sha256 for image in keeper.keep(finished("a.png")).images] == [digest(data)]


def test_a_file_that_is_longer_than_it_claims_is_fetched_again(keeper: Keeper, shop: Shop) -> None:
    data = picture()
    short = claims(data, len(data) // 2)
    shop.answers = {"history": [history("a.png")], "view": [short, http(200, data)]}
    with pytest.raises(BadAnswer, match="damaged"):
        keeper.keep(finished("a.png"))
    assert [image.sha256 for image in keeper.keep(finished("a.png")).images] == [digest(data)]


def test_a_file_that_is_damaged_on_the_server_is_kept_as_it_is(keeper: Keeper, shop: Shop) -> None:
    data = picture()[:5000]
    shop.answers = {"history": [history("a.png")], "view": [http(200, data)]}
    with pytest.raises(BadAnswer):
        keeper.keep(finished("a.png"))
    assert [image.sha256 for image in keeper.keep(finished("a.png")).images] == [digest(data)]


def test_a_video_is_kept_with_its_size_and_length(
    keeper: Keeper, shop: Shop, tmp_path: Path
) -> None:
    shop.answers = {"history": [history("a.mp4")], "view": [http(200, film(frames=36))]}
    (image,) = keeper.keep(finished("a.mp4")).images
    assert (image.width, image.height, image.seconds) == (96, 64, 3.0)
    again = Keeper(keeper._server, tmp_path, CADENCE)  # after a restart
    assert again.keep(finished("a.mp4")).images == (image,)
    assert shop.asked.count("view") == 1


def test_a_damaged_video_is_kept_as_it_is(keeper: Keeper, shop: Shop) -> None:
    data = b"\0\0\0\x18ftypisom" + b"\0\0\0\x0cmoov\xff\xff\xff\xff" * 9
    shop.answers = {"history": [history("a.mp4")], "view": [http(200, data)]}
    (image,) = keeper.keep(finished("a.mp4")).images
    assert (image.sha256, image.width, image.seconds) == (digest(data), 0, 0.0)


def test_a_full_disk_leaves_nothing_and_takes_the_file_later(
    keeper: Keeper, shop: Shop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = picture()
    shop.answers = {"history": [history("a.png")], "view": [http(200, data)]}
    with monkeypatch.context() as full:
        full.setattr("storage.files.atomic_write.RESERVE", 2**60)
        full.setattr("storage.files.arriving.RESERVE", 0)
        with pytest.raises(DiskFull):
            keeper.keep(finished("a.png"))
        assert kept(tmp_path) == {}
        assert not list((tmp_path / "incoming").glob("*"))
    assert len(keeper.keep(finished("a.png")).images) == 1


@pytest.mark.parametrize(
    "answer",
    [
        http(404, b"<html>", Content_Type="text/html"),
        http(200, b'{"status": "starting"}'),
        http(200, b"[]"),
        http(503),
    ],
    ids=["404", "foreign JSON", "a list", "503"],
)
def test_what_is_no_history_says_nothing_of_a_file(
    keeper: Keeper, shop: Shop, answer: bytes
) -> None:
    data = picture()
    shop.answers = {
        "history": [answer, answer, history("a.png")],
        "view": [http(200, data)],
    }
    for _ in range(2):
        with pytest.raises(ComfyError):
            keeper.keep(finished("a.png"))
    assert [image.sha256 for image in keeper.keep(finished("a.png")).images] == [digest(data)]
    assert shop.asked.count("view") == 1


def test_a_404_is_final_between_two_words_of_comfyui(keeper: Keeper, shop: Shop) -> None:
    shop.answers = {
        "history": [history("a.png"), history("a.png"), http(502), history("a.png")],
        "view": [http(404)],
    }
    for _ in range(2):  # at first; then without a word after it
        with pytest.raises(ComfyError):
            keeper.keep(finished("a.png"))
    result = keeper.keep(finished("a.png"))
    assert result.images == ()
    assert result.warnings == ("gpu does not give out a.png (404).",)


def test_a_prompt_that_the_server_forgot_gives_no_file(
    keeper: Keeper, shop: Shop, tmp_path: Path
) -> None:
    shop.answers = {"history": [FORGOTTEN], "view": [http(200, picture())]}
    result = keeper.keep(finished("a.png", "b.png", "c.png", "d.png", "e.png"))
    assert result.images == ()
    assert [w.partition(". ")[0] for w in result.warnings] == [
        "Missing: a.png, b.png, c.png and 2 more"
    ]
    assert "view" not in shop.asked
    assert kept(tmp_path) == {}


def test_what_the_server_forgot_is_fetched_where_only_we_could_have_written_it(
    keeper: Keeper, shop: Shop
) -> None:
    data, ours = picture(), f"x_{ID}_00001_.png"
    shop.answers = {"history": [FORGOTTEN], "view": [http(200, data)]}
    result = keeper.keep(finished("a.png", ours))
    assert [(i.filename, i.sha256) for i in result.images] == [(ours, digest(data))]
    assert [w.partition(". ")[0] for w in result.warnings] == ["Missing: a.png"]


def test_of_a_prompt_that_ran_again_the_present_files_are_taken(keeper: Keeper, shop: Shop) -> None:
    old, new = picture(), picture()
    shop.answers = {
        "history": [history("a.png", "b.png"), history("a.png", "c.png")],
        "view": [http(200, old), http(500), http(200, new)],
    }
    with pytest.raises(ComfyError):
        keeper.keep(finished("a.png", "b.png"))
    result = keeper.keep(finished("a.png", "b.png"))
    assert [(i.number, i.filename, i.sha256) for i in result.images] == [
        (0, "a.png", digest(old)),
        (1, "c.png", digest(new)),
    ]


def test_what_came_over_the_socket_comes_first_and_what_did_not_is_told(
    keeper: Keeper, shop: Shop, tmp_path: Path
) -> None:
    graph: dict[str, Any] = {
        "20": {"class_type": "SaveImageWebsocket", "_meta": {"title": "Send"}, "inputs": {}}
    }
    sent, saved = picture(), picture()
    keeper.sent(ID, "20", sent)
    progress = replace(
        finished("a.png"), plan=make_plan(graph), nodes={"20": NodeProgress(1.0, 3, 3)}
    )
    shop.answers = {"history": [history("a.png")], "view": [http(200, saved)]}
    result = keeper.keep(progress)
    assert [(i.node, i.sha256) for i in result.images] == [
        ("20", digest(sent)),
        ("9", digest(saved)),
    ]
    assert "Send: 1 of 3 images arrived" in result.warnings[0]
    keeper.forget(ID)
    assert not list((tmp_path / "arriving").iterdir())
