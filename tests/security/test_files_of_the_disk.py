"""No file of the server's disk but one's own uploads comes in through an event."""

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from studio.access.viewer import Viewer
from studio.errors import UploadError
from tests.faults.house import CHECKPOINT
from tests.security.conftest import Fortress
from tests.security.person import FILE, Person

FORMS: tuple[dict[str, Any], ...] = ({}, {"meta": FILE}, {"meta": None, "url": "x", "size": 1})
"""What a file object may have beside its path."""


def picture(path: Path, colour: str = "red") -> bytes:
    Image.new("RGB", (64, 64), colour).save(path)
    return path.read_bytes()


def stolen(fortress: Fortress, thief: Person, path: str) -> bytes:
    """What keeping *path*, generating from it and using that again hands out; b"" for nothing."""
    if not thief.outcome("ui.generate.handlers.keep", [{"path": path}, None])["success"]:
        return b""
    values = thief.values("ui.generate.tab.generate")
    values |= {"field-prompt": "x", "field-checkpoint": CHECKPOINT}
    thief.outcome("ui.generate.tab.generate", list(values.values()))
    record = fortress.studio.generations.history(Viewer(thief.owner), limit=1)[0]
    used = thief.outcome("ui.page.use", [], {"id": record.id, "how": ""})["output"]["data"]
    paths = [one["path"] for one in used if isinstance(one, dict) and one.get("path")]
    return thief.client.get(f"/gradio_api/file={paths[0]}").content if paths else b""


def test_a_picture_of_the_disk_does_not_come_back_through_the_image_field(
    fortress: Fortress, bob: Person, tmp_path: Path
) -> None:
    data = picture(tmp_path / "private.png")
    assert stolen(fortress, bob, str(tmp_path / "private.png")) != data


def test_ones_own_upload_still_comes_back_through_it(
    fortress: Fortress, bob: Person, tmp_path: Path
) -> None:
    data = picture(tmp_path / "mine.png", "green")
    assert stolen(fortress, bob, bob.upload(data)) == data


def paths(fortress: Fortress, ann: Person, folder: Path) -> Iterator[str]:
    """Ways to name what is not one's own."""
    picture(folder / "private.png")
    outside = str(folder / "private.png")
    theirs = ann.upload(picture(folder / "theirs.png", "blue"))
    arrived = fortress.folder / "arrived"
    (arrived / "link.png").unlink(missing_ok=True)
    (arrived / "link.png").symlink_to(folder / "private.png")
    yield from (outside, theirs, os.path.relpath(outside), str(arrived / "link.png"))
    yield from (f"{arrived}/../../{outside}", str(arrived), f"{theirs}/../../x", "a\0b")
    yield from (f"file://{outside}", f" {outside}", "/proc/self/environ", "/dev/zero", "~/x.png")
    yield from ("http://127.0.0.1:1/x", "//example.com/x", str(fortress.folder / "data/secret.key"))


def test_no_event_takes_a_file_that_is_not_ones_own_whatever_the_component(
    fortress: Fortress, ann: Person, bob: Person, tmp_path: Path
) -> None:
    for path in paths(fortress, ann, tmp_path):
        for form in FORMS:
            file = {"path": path, **form}
            nested = {"background": None, "layers": [file], "composite": None}
            for answer in (
                bob.send("ui.generate.handlers.keep", [file, None]),
                bob.send("ui.generate.handlers.keep", [nested, None]),
                bob.ask("wf_mask_keep", bench="x", key="y", path=path),
                bob.send("ui.page.use", [], {"id": file}),
                bob.ask("wf_open", path=path, name="x.png"),
                bob.client.post("/gradio_api/run/keep", json={"data": [file, None]}),
                bob.client.post("/gradio_api/call/run_preset", json={"data": ["x", "", file]}),
            ):
                assert answer.status_code == 400, (path, answer.text)
                error = answer.json()["error"]
                assert error == "A file is to be uploaded first, by whoever names it."
                assert str(fortress.folder) not in error


def test_a_name_spelled_by_numbers_and_a_name_said_twice_are_files_too(bob: Person) -> None:
    for body in (
        r'{"data": [{"path": "\ud800"}]}',
        r'{"data": [{"\u0070ath": "/etc/passwd"}]}',
        '{"data": [{"path": "", "path": "/etc/passwd"}]}',
        '{"data": [{"path": "/etc/passwd"}]}'.encode("utf-16"),
    ):
        content = body if isinstance(body, bytes) else body.encode()
        answer = bob.client.post("/gradio_api/run/keep", content=content)
        assert answer.status_code == 400
        assert "uploaded" in answer.json()["error"]


@pytest.mark.parametrize("where", ["a pipe", "an open file's number"])
def test_a_pipe_keeps_nobody_waiting(bob: Person, tmp_path: Path, where: str) -> None:
    os.mkfifo(tmp_path / "pipe")
    reader, writer = os.pipe()
    path = str(tmp_path / "pipe") if where == "a pipe" else f"/proc/self/fd/{reader}"
    for _ in range(40):  # more than there are threads to hang
        assert bob.send("ui.generate.handlers.keep", [{"path": path}, None]).status_code == 400
    assert bob.client.get("/healthz").status_code == 200
    os.close(reader)
    os.close(writer)


def test_a_pipe_in_place_of_an_upload_is_refused_at_once(fortress: Fortress, bob: Person) -> None:
    """What the studio opens is a plain file, whoever put something else in its place."""
    path = Path(bob.upload(b"x", "later.png"))
    path.unlink()
    os.mkfifo(path)
    answer = bob.send("ui.generate.handlers.keep", [{"path": str(path), "meta": FILE}, None])
    assert answer.status_code == 400
    with pytest.raises(UploadError, match="no file"):
        fortress.studio.uploads.keep(path)


def test_a_script_gets_nothing_of_what_others_sent(ann: Person, bob: Person) -> None:
    graph = {"1": {"class_type": "CheckpointLoaderSimple", "inputs": {"ckpt_name": "x"}}}
    path = ann.upload(json.dumps(graph).encode(), "secret.json")
    assert "error" not in ann.ask("wf_open", path=path, name="secret.json").json()
    assert bob.ask("wf_open", path=path, name="secret.json").status_code == 400
