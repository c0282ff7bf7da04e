"""Handing out while the disk is full."""

from pathlib import Path

import pytest

from comfy.client.http.address import parse_address
from storage.records import Generation, Status
from studio.access.viewer import Viewer
from studio.dispatch.dispatcher import Sender
from studio.generations.new_records import press_of
from studio.studio import Studio
from tests.studio.conftest import ANYBODY, request
from tests.support import environment
from tests.support.stores import open_store


def hand_out(studio: Studio) -> Generation:
    """Give the next job to the server, as its line does."""
    job = studio._jobs.take("demo", is_ready=lambda: True)
    assert job is not None
    return job.record


def test_what_is_cancelled_while_the_disk_is_full_does_not_fail(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = environment.settings(tmp_path)
    address = parse_address("http://127.0.0.1:1", name="demo")  # nothing is sent to it
    studio = Studio(settings, (address,), open_store(tmp_path))
    try:
        (sender,) = (part for part in studio._parts if isinstance(part, Sender))
        (asked,) = studio.generations.create(Viewer("user:ann"), press_of(request()))
        record = hand_out(studio)
        studio.cancels.one(asked.id, ANYBODY)  # while its graph is being made
        with monkeypatch.context() as full:
            full.setattr("storage.engine.database.RESERVE", 2**60)
            sender._send(record)
            (waiting, _), *_ = studio._jobs.waiting()
            assert (waiting.id, waiting.cancel_asked) == (asked.id, True)
        sender._send(hand_out(studio))
        ended = studio.generations.get(asked.id, ANYBODY)
        assert ended is not None
        assert (ended.status, ended.error) == (Status.CANCELLED, "")
    finally:
        studio.close()
