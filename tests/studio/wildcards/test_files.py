"""Files of wildcards are read as editors write them, on any system."""

from pathlib import Path

import pytest

from studio.wildcards import files
from studio.wildcards.files import read_files


@pytest.mark.parametrize(
    ("data", "lines"),
    [
        (b"\xef\xbb\xbfred\r\ngreen\r\n", ("red", "green")),
        ("red\ngreen\n".encode("utf-16"), ("red", "green")),
        (b"\xfe\xff" + "red\r\ngreen".encode("utf-16-be"), ("red", "green")),
        (b"\xff\xfer\0e\0d\0\n\0g\0r\0e\0e\0n\0\n\0", ("red", "green")),
        (b"caf\xe9\nth\xe9\n", ("café", "thé")),
        ("café\n狐\n".encode(), ("café", "狐")),
        (b"", ()),
    ],
)
def test_each_encoding_gives_the_same_words(
    tmp_path: Path, data: bytes, lines: tuple[str, ...]
) -> None:
    (tmp_path / "wildcards" / "a").mkdir(parents=True)
    (tmp_path / "wildcards" / "a" / "b.txt").write_bytes(data)
    assert {name: tuple(found) for name, found in read_files(tmp_path).items()} == {"a/b": lines}


def test_a_character_cut_by_the_limit_spoils_no_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(files, "MAX_BYTES", 7)
    (tmp_path / "wildcards").mkdir()
    (tmp_path / "wildcards" / "b.txt").write_text("é\nred\n狐", "utf-8")
    assert tuple(read_files(tmp_path)["b"]) == ("é", "red")
