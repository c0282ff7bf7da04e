"""Images out of videos: telling frames, storyboards, first and last; whatever a file contains."""

import threading
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image as Pillow
from PIL import ImageStat

from storage.errors import StorageError, StoreClosed, VideoRefused
from storage.files.kept_files import keep, remove
from storage.files.thumbnailer import Previews
from storage.files.videos import FRAMES, Still, Videos
from tests.support.films import KINDS, film, number_of, sound

ID = "0198f0a0-0000-7000-8000-000000000001"


@pytest.fixture(scope="module")
def films() -> dict[str, bytes]:
    return {ending: film(ending) for ending in KINDS}


def still(folder: Path, data: bytes, ending: str, what: Still) -> Pillow.Image:
    file = folder / f"film.{ending}"
    file.write_bytes(data)
    videos = Videos()
    with videos.turn():
        return Pillow.open(BytesIO(videos.still(file, what)))


@pytest.mark.parametrize("ending", KINDS)
def test_a_video_gives_its_first_and_its_very_last_frame(
    tmp_path: Path, films: dict[str, bytes], ending: str
) -> None:
    first = still(tmp_path, films[ending], ending, Still.FIRST)
    last = still(tmp_path, films[ending], ending, Still.LAST)
    assert (first.format, first.size, last.size) == ("PNG", (96, 64), (96, 64))
    assert (number_of(first), number_of(last)) == (0, 47)


@pytest.mark.parametrize("ending", KINDS)
def test_a_storyboard_shows_all_of_a_video_in_order(
    tmp_path: Path, films: dict[str, bytes], ending: str
) -> None:
    board = still(tmp_path, films[ending], ending, Still.STORYBOARD)
    assert (board.format, board.size) == ("WEBP", (FRAMES * 96, 64))
    numbers = [number_of(board.crop((n * 96, 0, n * 96 + 96, 64))) for n in range(FRAMES)]
    due = [(n + 0.5) / FRAMES * 48 for n in range(FRAMES)]
    assert all(abs(a - b) <= 2 for a, b in zip(numbers, due, strict=True)), numbers


def test_a_long_video_is_jumped_through(tmp_path: Path) -> None:
    long = film("mp4", frames=51, rate=1)
    board = still(tmp_path, long, "mp4", Still.STORYBOARD)
    numbers = [number_of(board.crop((n * 96, 0, n * 96 + 96, 64))) for n in range(FRAMES)]
    due = [(n + 0.5) / FRAMES * 51 for n in range(FRAMES)]
    assert all(abs(a - b) <= 3 for a, b in zip(numbers, due, strict=True)), numbers
    assert number_of(still(tmp_path, long, "mp4", Still.LAST)) == 50


def test_a_thumbnail_is_no_black_frame(tmp_path: Path) -> None:
    small = still(tmp_path, film(dark=20), "mp4", Still.THUMBNAIL)
    assert ImageStat.Stat(small.convert("L")).stddev[0] > 16


def test_a_black_video_has_a_thumbnail_too(tmp_path: Path) -> None:
    assert still(tmp_path, film(dark=48), "mp4", Still.THUMBNAIL).size == (96, 64)


def test_a_large_video_has_a_small_thumbnail(tmp_path: Path) -> None:
    large = film(frames=3, size=(768, 320))
    assert still(tmp_path, large, "mp4", Still.THUMBNAIL).size == (384, 160)


@pytest.mark.parametrize("what", Still)
@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\0\0\0\x14ftypqt  " + b"x" * 500,
        film()[:700],
        b"#EXTM3U\n#EXTINF:1,\nfile:///etc/hostname\n",
        b"ffconcat version 1.0\nfile '/etc/hostname'\n",
    ],
    ids=["empty", "junk", "cut", "playlist", "concat"],
)
def test_what_cannot_be_read_is_refused_by_a_sentence(
    tmp_path: Path, data: bytes, what: Still
) -> None:
    with pytest.raises(VideoRefused, match="cannot be read"):
        still(tmp_path, data, "mp4", what)


def test_of_a_video_that_is_cut_short_there_is_what_came(
    tmp_path: Path, films: dict[str, bytes]
) -> None:
    cut = films["webm"][: len(films["webm"]) // 2]
    assert still(tmp_path, cut, "webm", Still.STORYBOARD).size == (FRAMES * 96, 64)
    assert 3 < number_of(still(tmp_path, cut, "webm", Still.LAST)) < 47


def test_frames_of_too_many_pixels_are_not_decoded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, films: dict[str, bytes]
) -> None:
    monkeypatch.setattr("storage.files.videos.MAX_PIXELS", 96 * 64 - 1)
    with pytest.raises(VideoRefused):
        still(tmp_path, films["mp4"], "mp4", Still.FIRST)


def test_what_takes_too_long_is_killed(tmp_path: Path, films: dict[str, bytes]) -> None:
    (tmp_path / "film.mp4").write_bytes(films["mp4"])
    videos = Videos(seconds=0.01)
    with videos.turn(), pytest.raises(VideoRefused, match="too long"):
        videos.still(tmp_path / "film.mp4", Still.FIRST)


def test_no_process_is_left_behind_a_shutdown(tmp_path: Path, films: dict[str, bytes]) -> None:
    (tmp_path / "film.mp4").write_bytes(films["mp4"])
    videos, ended = Videos(), threading.Event()

    def ask() -> None:
        with videos.turn():
            try:
                while True:
                    videos.still(tmp_path / "film.mp4", Still.LAST)
            except StoreClosed:
                ended.set()

    asking = threading.Thread(target=ask)
    asking.start()
    videos.close()
    asking.join()
    assert ended.is_set()


def test_thumbnail_and_storyboard_are_made_once_and_go_with_the_file(tmp_path: Path) -> None:
    image = keep(tmp_path, ID, 0, film(), "film.mp4")
    assert (image.thumbnail, image.is_shown) == ("", True)
    previews = Previews(tmp_path)
    small, board = previews.ensure(image), previews.storyboard(image)
    assert small is not None
    assert (small, board) == (tmp_path / image.preview, tmp_path / image.storyboard)
    made = small.stat().st_mtime_ns
    assert previews.ensure(image) == small
    assert small.stat().st_mtime_ns == made
    remove(tmp_path, [image], {image.path})
    assert small.exists()
    remove(tmp_path, [image])
    assert not [p for p in (tmp_path / "images").rglob("*") if p.is_file()]


def test_a_damaged_video_is_tried_once_and_never_sent_as_its_own_thumbnail(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    image = keep(tmp_path, ID, 0, b"\0\0\0\x18ftypisom" + b"\0" * 5000)
    previews = Previews(tmp_path)
    assert previews.ensure(image) is None
    monkeypatch.setattr("storage.files.videos.sys.executable", "/there is none")
    assert previews.ensure(image) is None
    with pytest.raises(StorageError, match="no video"):
        previews.storyboard(keep(tmp_path, ID, 1, b"plain words"))


def test_a_sound_has_its_loudness_drawn(tmp_path: Path) -> None:
    image = keep(tmp_path, ID, 0, sound(), "song.wav")
    small = Previews(tmp_path).ensure(image)
    assert small is not None
    with Pillow.open(small) as drawn:
        ink = drawn.convert("RGBA").getchannel("A")
    left, right = (ImageStat.Stat(ink.crop((x, 0, x + 96, 216))).mean[0] for x in (0, 288))
    assert right > 2 * left > 0
    with pytest.raises(StorageError, match="no video"):
        Previews(tmp_path).storyboard(image)
