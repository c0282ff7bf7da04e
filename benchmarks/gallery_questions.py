"""What the gallery asks: pages near and deep, filters, orders, words, counts, choices."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from benchmarks import synthetic
from benchmarks.questions import Question, Rig
from storage.records import ImageKey
from storage.search.query import Search, Sort

ANN = "user:ann"
PAGE = 100
DAY = 86_400.0
TAG = "seascapes"
ONE_IN_RATED, ONE_IN_TAGGED = 100, 2000
"""Of so many finished generations one is rated, or tagged, before the questions."""
ONE_IN_APART, AT_ONCE = 4, 5000
"""Of so many batches one has an image rated, and another in the bin; batches in one write."""
COMMON, MIDDLING = synthetic.WORDS[0], synthetic.WORDS[len(synthetic.WORDS) // 4]
CHECKPOINT = "sd3.5_medium.safetensors"

_COLUMNS = "id, created_at, prompt, checkpoint, width, height, image_count"
_SHOWN = "deleted_at IS NULL AND status = 'finished'"


def questions(_periods: tuple[int, ...]) -> list[Question]:
    """All of them; they have no periods."""
    deep = synthetic.NOW - 500 * DAY
    since = synthetic.NOW - 200 * DAY
    rarest = list(synthetic.RARE)
    return [
        Question("gallery: page of 100", _page(Search()), _sqlite(), _newest),
        Question("gallery: page of one owner", _page(Search(), ANN), _sqlite(f"owner = '{ANN}'")),
        Question("gallery: page 500 days down", _deep(deep), _sqlite(f"created_at < {deep}")),
        *(
            Question(f"gallery: by {sort}", _page(Search(sort=sort)))
            for sort in (Sort.OLDEST, Sort.RATING, Sort.SLOWEST, Sort.FASTEST)
        ),
        Question(
            "gallery: a checkpoint's",
            _page(Search(checkpoint=CHECKPOINT)),
            _sqlite(f"checkpoint = '{CHECKPOINT}'"),
        ),
        Question("gallery: rated 4 and better", _page(Search(rating=4))),
        Question("gallery: a tag's", _page(Search(tags=(TAG,)))),
        Question("gallery: favourites", _page(Search(favourite=True))),
        Question("gallery: the bin", _page(Search(binned=True))),
        Question(
            "gallery: a day's",
            _page(Search(since=since, until=since + DAY)),
            _sqlite(f"created_at >= {since} AND created_at < {since + DAY}"),
        ),
        *(
            Question(
                f"gallery: “{word}” ({said})",
                _page(Search(words=word)),
                _sqlite(f"prompt LIKE '%{word}%'"),
            )
            for word, said in (
                (COMMON, "common"),
                (MIDDLING, "middling"),
                *((rare, f"1 in {synthetic.RARE[rare]:,}") for rare in rarest),
                ("unheard-of", "nowhere"),
            )
        ),
        Question(
            "gallery: a phrase without a word",
            _page(Search(words=f'"{COMMON} {synthetic.WORDS[1]}" -{synthetic.WORDS[2]}')),
            _sqlite(
                f"prompt LIKE '%{COMMON} {synthetic.WORDS[1]}%' "
                f"AND prompt NOT LIKE '%{synthetic.WORDS[2]}%'"
            ),
        ),
        Question("gallery: count of all", _count(Search()), _sqlite_count("true")),
        Question("gallery: count of rated", _count(Search(rating=4))),
        Question("gallery: count of the bin", _count(Search(binned=True))),
        Question(
            "gallery: count of a word",
            _count(Search(words=MIDDLING)),
            _sqlite_count(f"prompt LIKE '%{MIDDLING}%'"),
        ),
        Question("gallery: choices", lambda rig: rig.store.library.facets(ANN)),
    ]


def prepare(rig: Rig) -> None:
    """Rate and tag some, and images of batches one by one, where nobody has yet.

    Then what the app sums up by itself is: rare words are looked for there.
    """
    _mark(rig)
    rig.store.timings.sum_up(synthetic.NOW)


def _mark(rig: Rig) -> None:
    library = rig.store.library
    if not library.count(Search(rating=1), owner=None):
        rated = _some(rig, ONE_IN_RATED)
        for stars in range(1, 6):
            library.mark(rated[stars - 1 :: 5], None, rating=stars)
        library.label(_some(rig, ONE_IN_TAGGED), None, "tag", add=[TAG])
    if not library.count(Search(favourite=True), owner=None):
        batches = _some(rig, ONE_IN_APART, "image_count = 4")
        for first in range(0, len(batches), AT_ONCE):
            some = batches[first : first + AT_ONCE]
            library.mark([ImageKey(id_, 1) for id_ in some], None, favourite=True)
            library.mark([ImageKey(id_, 2) for id_ in some], None, rating=5)
            library.bin([ImageKey(id_, 3) for id_ in some], None)


def _some(rig: Rig, one_in: int, also: str = "true") -> Sequence[str]:
    sql = (
        f"SELECT id FROM generations WHERE {_SHOWN} AND {also} AND hash(id) % {one_in} = 0 "
        "ORDER BY id"
    )
    found = rig.store.read(lambda cursor: cursor.execute(sql).fetchall())
    return [row[0] for row in found]


def _page(search: Search, owner: str | None = None) -> Callable[[Rig], Any]:
    return lambda rig: rig.store.library.search(search, owner=owner, limit=PAGE)


def _deep(at: float) -> Callable[[Rig], Any]:
    """The page after a record made about then, which is looked for once."""
    found: list[str] = []

    def ask(rig: Rig) -> Any:
        if not found:
            found.extend(
                g.id for g in rig.store.library.search(Search(until=at), owner=None, limit=1)
            )
        return rig.store.library.search(Search(), owner=None, after=found[0], limit=PAGE)

    return ask


def _count(search: Search) -> Callable[[Rig], Any]:
    return lambda rig: rig.store.library.count(search, owner=None)


def _sqlite(condition: str = "true") -> Callable[[Rig], Any]:
    return partial(
        _asked,
        f"SELECT {_COLUMNS} FROM generations WHERE {_SHOWN} AND {condition} "
        f"ORDER BY created_at DESC, id DESC LIMIT {PAGE}",
    )


def _sqlite_count(condition: str) -> Callable[[Rig], Any]:
    return partial(_asked, f"SELECT count(*) FROM generations WHERE {_SHOWN} AND {condition}")


def _asked(sql: str, rig: Rig) -> Any:
    return rig.sqlite.execute(sql).fetchall()


def _newest(rig: Rig) -> Any:
    frame = rig.frame
    shown = frame[frame["deleted_at"].isna() & (frame["status"] == "finished")]
    return shown.nlargest(PAGE, "created_at")
