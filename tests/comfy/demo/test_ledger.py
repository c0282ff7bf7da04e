"""The engine's books outlive its memory, and its process."""

from pathlib import Path

from comfy.demo.engine.ledger import JOURNAL, Books, read


def test_books_are_read_again_from_their_journal_even_if_it_was_cut(tmp_path: Path) -> None:
    journal = tmp_path / JOURNAL
    books = Books(journal)
    for id_ in ("a", "b", "c"):
        books.receive(id_, "us")
    books.start("a")
    books.end("a", "success", ["a.png"])
    books.start("b")
    books.close()
    with journal.open("ab") as file:
        file.write(b'{"prompt_id": "c", "rec')
    entries = {entry.prompt_id: entry for entry in Books(journal).all()}
    assert entries["a"].outcome == "success"
    assert entries["a"].files == ("a.png",)
    assert (entries["a"].completed, entries["a"].forgotten) == (0, 1)
    assert entries["b"].outcome == entries["c"].outcome == "forgotten"
    assert {entry.prompt_id for entry in read(journal)} == {"a", "b", "c"}


def test_a_prompt_run_to_its_end_twice_is_told_from_one_run_again_after_a_restart() -> None:
    books = Books()
    for id_ in ("twice", "again"):
        books.receive(id_, "us")
        books.start(id_)
        books.end(id_, "success")
    books.start("twice")
    books.end("twice", "success")
    books.forget()
    books.start("again")
    books.end("again", "success")
    twice, again = books.all()
    assert (twice.doubled, again.doubled) == (1, 0)


def test_taking_out_a_second_one_says_nothing_of_the_first() -> None:
    books = Books()
    books.receive("a", "us")
    books.start("a")
    books.receive("a", "us")
    books.delete("a")
    books.end("a", "success")
    books.delete("a")
    assert [entry.outcome for entry in books.all()] == ["success"]
