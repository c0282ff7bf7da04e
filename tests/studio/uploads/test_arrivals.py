"""Whose file it is that was sent through the page."""

from pathlib import Path

from studio.uploads.arrivals import MAX_FILES, Arrivals


def test_only_who_sent_a_file_reaches_it_and_only_while_it_is_there(tmp_path: Path) -> None:
    file, other = tmp_path / "sent.png", tmp_path / "secret"
    for path in (file, other):
        path.write_text("x")
    arrivals = Arrivals()
    arrivals.add("ann", [str(file)])
    assert arrivals.path(str(file), "ann") == file
    assert arrivals.path(f"{tmp_path}/x/../sent.png", "ann") == file
    assert arrivals.path(str(file), "bob") is None
    for text in (str(other), "/etc/passwd", "", "\0", "\ud800", "../../etc/passwd", "."):
        assert arrivals.path(text, "ann") is None
    file.unlink()
    assert arrivals.path(str(file), "ann") is None


def test_a_link_put_in_a_files_place_leads_nowhere(tmp_path: Path) -> None:
    file, secret = tmp_path / "sent.png", tmp_path / "secret"
    for path in (file, secret):
        path.write_text("x")
    arrivals = Arrivals()
    arrivals.add("ann", [str(file)])
    file.unlink()
    file.symlink_to(secret)
    assert arrivals.path(str(file), "ann") is None


def test_one_who_sends_very_much_is_forgotten_for_that_and_nobody_else(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("x")
    arrivals = Arrivals()
    for owner in ("ann", "bob"):
        arrivals.add(owner, [str(tmp_path / "a")])
    arrivals.add("bob", (str(tmp_path / str(number)) for number in range(MAX_FILES)))
    assert arrivals.path(str(tmp_path / "a"), "ann")
    assert arrivals.path(str(tmp_path / "a"), "bob") is None
