"""One's own list of tags over HTTP."""

from contextlib import closing

from tests.support.served import Served

CSV = b'long_hair,0,90,"longhair,/lh"\n1girl,0,900,\n'


def test_a_list_is_kept_sent_and_removed_for_whoever_brought_it(served: Served) -> None:
    with closing(served.browser()) as ann, closing(served.browser()) as bob:
        kept = ann.post("/api/tags", params={"name": "mine.csv"}, content=CSV)
        assert kept.json() == {"name": "mine.csv", "rows": 2}
        sent = ann.get("/api/tags")
        assert sent.text == "1girl\t0\t900\t\nlong_hair\t0\t90\tlonghair,/lh\n"
        again = ann.get("/api/tags", headers={"If-None-Match": sent.headers["etag"]})
        assert (again.status_code, again.content) == (304, b"")
        assert bob.get("/api/tags").text == ""
        assert bob.delete("/api/tags").json() == {"rows": 0}
        assert ann.get("/api/tags").text == sent.text
        assert ann.delete("/api/tags").json() == {"rows": 0}
        assert ann.get("/api/tags").text == ""


def test_what_is_no_list_is_refused_with_a_sentence_and_changes_nothing(served: Served) -> None:
    with closing(served.browser()) as ann:
        ann.post("/api/tags", content=CSV)
        refused = ann.post("/api/tags", content=b"\x89PNG\r\n\x1a\n\0\xff")
        assert (refused.status_code, refused.json()["error"]) == (
            409,
            "The list of tags is not text in UTF-8: save it as a CSV file in UTF-8.",
        )
        assert ann.get("/api/tags").text.startswith("1girl")
