"""Logins and links end where they are to end, and no stranger locks an owner out."""

import base64
from pathlib import Path

import httpx
import pytest

from studio.access.secret import load_secret, sign, verified
from studio.access.viewer import Viewer
from studio.ids import new_id
from tests.support.records import generation
from tests.support.served import Served
from tests.web.access.asking import at_once
from tests.web.conftest import ACCOUNTS, Serve
from web.access.throttle import MAX_FAILURES_PER_ACCOUNT, MAX_FAILURES_PER_ADDRESS


def stolen(served: Served, client: httpx.Client) -> httpx.Client:
    """Somebody who has copied the cookies of *client*."""
    return served.browser(cookies=dict(client.cookies))


def is_in(client: httpx.Client) -> bool:
    return client.get("/config").status_code == 200


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_logout_ends_the_session_itself(serve: Serve, tmp_path: Path, method: str) -> None:
    served = serve(data_folder=tmp_path / "kept", auth=ACCOUNTS)
    here, phone, bob = served.login(), served.login(), served.login("bob")
    thief = stolen(served, here)
    assert is_in(thief)
    assert here.request(method, "/logout").status_code == 303
    assert not is_in(here)
    assert not is_in(thief)
    assert is_in(phone)
    served.stop()
    again = serve(data_folder=tmp_path / "kept", auth=ACCOUNTS)
    assert not is_in(stolen(again, thief))
    assert is_in(stolen(again, phone))
    assert is_in(stolen(again, bob))


def test_logging_out_everywhere_ends_all_of_the_account(serve: Serve, tmp_path: Path) -> None:
    served = serve(data_folder=tmp_path / "kept", auth=ACCOUNTS)
    here, phone, bob = served.login(), served.login(), served.login("bob")
    assert here.post("/logout", data={"everywhere": "1"}).status_code == 303
    assert not is_in(phone)
    assert is_in(bob)
    later = served.login()
    assert is_in(later)
    served.stop()
    again = serve(data_folder=tmp_path / "kept", auth=ACCOUNTS)
    assert not is_in(stolen(again, phone))
    assert is_in(stolen(again, later))


def test_no_other_site_logs_anybody_out(share: Serve) -> None:
    ann = share(auth=ACCOUNTS).login()
    link = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate"}
    assert ann.get("/logout", headers=link).status_code == 403
    assert ann.post("/logout", headers={"Origin": "http://evil.example"}).status_code == 403
    assert is_in(ann)


def test_a_forged_or_foreign_session_ends_nothing(share: Serve) -> None:
    served = share(auth=ACCOUNTS)
    ann = served.login()
    stranger = served.browser()
    assert stranger.post("/logout", data={"everywhere": "1"}).status_code == 401
    ((name, value),) = [(n, v) for n, v in ann.cookies.items() if "login" in n]
    forged = served.browser(cookies={name: value[:-3] + "xxx"})
    forged.post("/logout", data={"everywhere": "1"})
    assert is_in(ann)


def test_a_renewed_link_makes_the_old_one_dead(share: Serve) -> None:
    served = share(auth=ACCOUNTS)
    ann, bob, friend = served.login(), served.login("bob"), served.login("bob")
    record = generation(id=new_id(), owner="user:ann")
    served.store.generations.add([record])
    path = f"/api/generations/{record.id}"
    old = ann.get(path).json()["privateLink"]
    assert friend.get(old).status_code == 200  # remembered by a cookie from here on
    assert friend.get(path).status_code == 200
    assert bob.post(f"{path}/link").status_code == 404
    assert friend.post(f"{path}/link").status_code == 403
    new = ann.post(f"{path}/link").json()["privateLink"]
    assert new != old
    assert ann.get(path).json()["privateLink"] == new
    assert friend.get(path).status_code == 404
    assert bob.get(path + old.partition("?")[2].join(("?", ""))).status_code == 404
    assert bob.get(new).status_code == 200
    assert bob.get(path).status_code == 200


def test_no_stranger_locks_an_owner_out(serve: Serve) -> None:
    """Thirty wrong passwords from anywhere stop guessing, not who was here before."""
    served = serve(trusted_proxies=["127.0.0.1"], auth=ACCOUNTS)
    ann = served.login()
    right, other = (
        {"username": "ann", "password": "pw-ann"},
        {"X-Forwarded-For": "198.51.100.1"},
    )
    with served.browser() as strangers:

        def guess(n: int) -> httpx.Response:
            return strangers.post(
                "/login",
                data={"username": "ann", "password": "guess"},
                headers={"X-Forwarded-For": f"203.0.113.{n}"},
            )

        assert at_once(MAX_FAILURES_PER_ACCOUNT, guess) == {401}
        locked = strangers.post("/login", data=right, headers=other)
        assert locked.status_code == 429
        assert int(locked.headers["retry-after"]) > 0
    # The same browser, from somewhere it never was.
    assert ann.post("/logout").status_code == 303
    assert ann.post("/login", data=right, headers=other).status_code == 200
    assert is_in(ann)


def test_a_known_device_guesses_no_more_than_others(serve: Serve) -> None:
    served = serve(auth=ACCOUNTS)
    ann = served.login()
    ann.post("/logout")
    wrong = {"username": "ann", "password": "guess"}
    assert at_once(MAX_FAILURES_PER_ADDRESS, lambda _: ann.post("/login", data=wrong)) == {401}
    right = {"username": "ann", "password": "pw-ann"}
    assert ann.post("/login", data=right).status_code == 429
    # It is known as ann alone: as bob it counts with its address.
    assert served.login("bob").get("/config").json()["username"] == "bob"


def test_forwarded_addresses_are_believed_from_named_proxies_alone(serve: Serve) -> None:
    served = serve(auth=ACCOUNTS)
    with served.browser() as stranger:

        def guess(n: int) -> httpx.Response:
            return stranger.post(
                "/login",
                data={"username": f"no{n}", "password": "guess"},
                headers={"X-Forwarded-For": f"203.0.113.{n}"},
            )

        assert at_once(MAX_FAILURES_PER_ADDRESS, guess) == {401}
        assert guess(MAX_FAILURES_PER_ADDRESS).status_code == 429


def test_programs_that_fail_too_often_are_told_to_wait(serve: Serve) -> None:
    served = serve(auth=ACCOUNTS)
    with served.browser() as program:

        def guess(_: int) -> httpx.Response:
            return program.get("/api/generations", auth=("ann", "no"))

        assert at_once(MAX_FAILURES_PER_ADDRESS, guess) == {401}
        answer = program.get("/api/generations", auth=("ann", "pw-ann"))
    assert answer.status_code == 429
    assert int(answer.headers["retry-after"]) > 0
    assert "wait" in answer.json()["error"]
    assert is_in(served.login())  # the login counts apart


def test_a_program_that_was_here_before_is_not_locked_out_by_others(serve: Serve) -> None:
    served = serve(trusted_proxies=["127.0.0.0/8"], auth=ACCOUNTS)
    right, wrong = ("ann", "pw-ann"), ("ann", "guess")
    mine = {"X-Forwarded-For": "198.51.100.7"}
    with served.browser() as client:
        assert client.get("/api/generations", auth=right, headers=mine).status_code == 200

        def guess(n: int) -> httpx.Response:
            from_ = {"X-Forwarded-For": f"203.0.113.{n}"}
            return client.get("/api/generations", auth=wrong, headers=from_)

        assert at_once(MAX_FAILURES_PER_ACCOUNT, guess) == {401}
        other = {"X-Forwarded-For": "198.51.100.8"}
        assert client.get("/api/generations", auth=right, headers=other).status_code == 429
        assert client.get("/api/generations", auth=right, headers=mine).status_code == 200


def test_the_login_keeps_the_name_and_nothing_else(serve: Serve) -> None:
    page = {"Accept": "text/html"}
    with serve(auth=ACCOUNTS).browser() as client:
        typed = {"username": '"><script>ann', "password": "sesame-4711"}
        answer = client.post("/login", data=typed, headers=page)
        assert answer.status_code == 401
        assert "Wrong name or password." in answer.text
        assert "&quot;&gt;&lt;script&gt;ann" in answer.text
        assert "<script>" not in answer.text
        assert "sesame-4711" not in answer.text
        font = answer.text.partition("base64,")[2].partition(")")[0]
        assert base64.b64decode(font).startswith(b"wOF2")
        long = client.post("/login", data={"username": "n" * 9000, "password": "x"}, headers=page)
        assert len(long.text) < len(answer.text) + 1000
        assert client.post("/login", content=b"x" * 20_000).status_code == 413


def test_an_old_session_without_a_serial_still_holds(serve: Serve) -> None:
    """Who was logged in before an update stays so."""
    served = serve(auth=ACCOUNTS)
    ann = served.login()
    ((name, value),) = [(n, v) for n, v in ann.cookies.items() if "login" in n]
    secret = load_secret(served.settings.data_folder)
    text = verified(secret, "session", value) or ""
    old = served.browser(cookies={name: sign(secret, "session", ".".join(text.split(".")[:3]))})
    assert is_in(old)
    old.post("/logout")
    assert not is_in(served.browser(cookies=dict(old.cookies)))
    assert served.studio.generations.history(Viewer("user:ann")) == []
