import uuid
from pathlib import Path

import pytest

from storage.errors import StorageError
from storage.files import arriving
from storage.files.arriving import Arriving

ID = "0198f0a0-0000-7000-8000-000000000001"
OTHER = "0198f0a0-0000-7000-8000-000000000002"


def test_images_come_back_in_order_with_their_nodes(tmp_path: Path) -> None:
    here = Arriving(tmp_path)
    nodes = ["20", "../../é:7", "x" * 500, "20"]
    for number, node in enumerate(nodes):
        here.put(ID, node, bytes([number]))
    arrived = Arriving(tmp_path).images(ID)
    assert [image.path.read_bytes() for image in arrived] == [b"\0", b"\1", b"\2", b"\3"]
    assert [image.node for image in arrived] == ["20", "../../é:7", "x" * 100, "20"]
    assert here.images(OTHER) == ()


@pytest.mark.parametrize(("limit", "value"), [("MAX_IMAGES", 2), ("MAX_BYTES", 20)])
def test_no_generation_fills_the_disk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, limit: str, value: int
) -> None:
    monkeypatch.setattr(arriving, limit, value)
    here = Arriving(tmp_path)
    for _ in range(2):
        here.put(ID, "20", b"123456789")
    with pytest.raises(StorageError, match="save them as files"):
        here.put(ID, "20", b"123456789")
    assert len(here.images(ID)) == 2
    here.put(OTHER, "20", b"123456789")


def test_an_ending_is_noted_until_it_is_let_go(tmp_path: Path) -> None:
    here = Arriving(tmp_path)
    assert here.noted(ID) is None
    here.note(ID, {"files": [], "texts": ["é"]})
    assert Arriving(tmp_path).noted(ID) == {"files": [], "texts": ["é"]}
    here.remove(ID)
    assert here.noted(ID) is None


@pytest.mark.parametrize("content", [b"", b'{"files"', b"[]", b"\xff", b"[" * 100_000])
def test_a_note_cut_by_a_power_loss_is_none(tmp_path: Path, content: bytes) -> None:
    here = Arriving(tmp_path)
    here.note(ID, {})
    (tmp_path / "arriving" / ID / "finished.json").write_bytes(content)
    assert here.noted(ID) is None


def test_what_is_of_no_live_generation_is_swept(tmp_path: Path) -> None:
    here = Arriving(tmp_path)
    here.sweep(())
    for id_ in (ID, OTHER):
        here.put(id_, "20", b"1")
    here.sweep({OTHER})
    assert (here.images(ID), len(here.images(OTHER))) == ((), 1)


@pytest.mark.parametrize("id_", ["", "..", "a/b", str(uuid.UUID(ID)).upper()])
def test_an_id_that_is_none_reaches_no_folder(tmp_path: Path, id_: str) -> None:
    with pytest.raises(ValueError, match=r"UUID|no generation id"):
        Arriving(tmp_path).put(id_, "20", b"1")
