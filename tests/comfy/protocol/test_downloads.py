"""What servers tell of downloads, in each of the forms, and as rubbish."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from comfy.protocol.downloads import (
    DownloadNews,
    Report,
    Stage,
    read_batch,
    read_history,
    read_manager,
    read_task,
    with_total,
)
from comfy.protocol.frames import parse

ASSET = """{"type": "asset_download", "data": {"task_id": "t1",
"asset_name": "a", "bytes_total": 10,
"bytes_downloaded": 4, "progress": 0.4, "status": "running"}}"""
BATCH = """{"type": "missing_model_download", "data": {"name": "a",
"task_id": "t2", "batch_id": "b",
"status": "failed", "bytes_downloaded": 0, "error": "Download failed (HTTP 401)"}}"""
MANAGER = """{"type": "cm-queue-status", "data": {"status": "done", "total_count": 1,
"model_result": {"k1": "success"}, "nodepack_result": {"k2": "it broke", "k3": 5}}}"""


def test_frames_of_all_forms_name_what_they_are_about() -> None:
    assert parse(ASSET, 1.0) == (
        DownloadNews("", 1.0, ("t1",), Report(Stage.RUNNING, 4, 10), "t1"),
    )
    failed = Report(Stage.FAILED, 0, error="Download failed (HTTP 401)")
    assert parse(BATCH, 1.0) == (DownloadNews("", 1.0, ("b", "t2"), failed, "t2"),)
    assert parse(MANAGER, 1.0) == (
        DownloadNews("", 1.0, ("k1",), Report(Stage.DONE)),
        DownloadNews("", 1.0, ("k2",), Report(Stage.FAILED, error="it broke")),
    )


def test_tasks_of_all_forms_are_read() -> None:
    task = {"status": "in_progress", "bytes_received": 3, "bytes_total": 9}
    assert read_task(task) == Report(Stage.RUNNING, 3, 9)
    done = {"status": "completed", "result": {"success": True, "hash": "sha256:" + "b" * 64}}
    assert read_task(done) == Report(Stage.DONE, sha256="b" * 64)
    wrong = {"status": "completed", "result": {"success": False, "error": "no space left"}}
    assert read_task(wrong) == Report(Stage.FAILED, error="no space left")
    error = {"status": "error", "error": {"code": "HASH", "message": "hash differs"}}
    assert read_task(error) == Report(Stage.FAILED, error="hash differs")
    assert read_task({"status": "dancing"}) is None
    batch = {"results": [{"status": "skipped_existing"}], "skipped": 1}
    assert read_batch(batch) == Report(Stage.DONE)
    assert read_manager("success").stage is Stage.DONE
    history = {"history": {"result": "success", "status": {"status_str": "success"}}}
    assert read_history(history) == Report(Stage.DONE)
    assert read_history({"history": {}}) is None


def test_more_than_there_is_makes_the_size_unknown() -> None:
    assert with_total(Report(Stage.RUNNING, 12), 10).total is None
    assert with_total(Report(Stage.RUNNING, 4), 10).total == 10


SCRAP = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=9)
KEYS = st.sampled_from(
    [
        *("status", "bytes_downloaded", "bytes_total", "error", "result", "message", "sha256"),
        *("history", "results", "task_id", "note", "hash", "success"),
    ]
)
OBJECTS = st.dictionaries(
    KEYS,
    SCRAP | st.sampled_from(["completed", "failed"]) | st.dictionaries(KEYS, SCRAP),
    max_size=6,
)


@given(OBJECTS)
def test_rubbish_is_read_without_a_fault(data: dict[str, Any]) -> None:
    for report in (read_task(data), read_batch(data), read_history(data)):
        if report:
            assert report.received is None or report.received >= 0
            assert report.stage is not Stage.FAILED or report.error
