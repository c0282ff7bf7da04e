"""A pairing link makes one other device the same person, once and soon."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.parse import urlsplit

import httpx

from storage.records import Status
from studio.access.viewer import Viewer
from studio.ids import new_id
from tests.support.records import generation
from tests.support.served import Served
from tests.web.access.asking import owner
from tests.web.conftest import ACCOUNTS, Serve
from web.access.pairing import MAX_CODES, PAIR_SECONDS, Codes


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def code_of(link: str) -> str:
    return urlsplit(link).query.removeprefix("code=")


def offered(client: httpx.Client) -> str:
    answer = client.post("/api/pair")
    assert answer.status_code == 200, answer.text
    assert answer.json()["image"].startswith("data:image/svg+xml")
    return str(answer.json()["link"])


def test_a_code_holds_for_minutes_and_once() -> None:
    clock = Clock()
    codes = Codes(clock)
    first = codes.new("a")
    assert codes.browser(first) == "a"
    second = codes.new("a")  # in place of the first
    assert codes.browser(first) is None
    assert codes.use(second) == "a"
    assert codes.use(second) is None
    codes.done(second, joined=False)
    assert codes.use(second) == "a"
    codes.done(second, joined=True)
    assert codes.use(second) is None
    third = codes.new("a")
    assert codes.use(third) == "a"
    newest = codes.new("a")
    codes.done(third, joined=False)  # an owner has one code, the newest
    assert codes.browser(third) is None
    assert codes.browser(newest) == "a"
    late = codes.new("a")
    clock.now += PAIR_SECONDS
    assert codes.use(late) is None
    for wrong in ("", "x", "\udcff"):
        assert codes.use(wrong) is None
    many = [codes.new(str(n)) for n in range(MAX_CODES + 1)]
    assert codes.browser(many[0]) is None
    assert codes.browser(many[-1]) == str(MAX_CODES)


def test_a_phone_becomes_the_browser_that_offered(served: Served) -> None:
    with served.browser() as desk, served.browser() as phone, served.browser() as third:
        mine, others = owner(desk), owner(phone)
        link = offered(desk)
        assert link.startswith(served.url)
        for _ in range(2):  # looking uses nothing up, for previews look as well
            assert "Join" in phone.get(link).text
        assert phone.post("/pair", data={"code": code_of(link)}).status_code == 303
        assert owner(phone) == mine != others
        for status in (
            third.get(link).status_code,
            third.post("/pair", data={"code": code_of(link)}).status_code,
        ):
            assert status == 410
        assert owner(third) != mine


def test_what_the_phone_made_comes_along_if_it_wants(served: Served) -> None:
    over: dict[str, Any] = {"status": Status.FINISHED, "finished_at": 1.8e9}
    with served.browser() as desk, served.browser() as phone, served.browser() as tablet:
        mine, first, second = owner(desk), owner(phone), owner(tablet)
        served.store.generations.add(
            [generation(id=new_id(), owner=one, **over) for one in (mine, first, second)]
        )
        link = offered(desk)
        assert "It has one generation of its own" in phone.get(link).text
        phone.post("/pair", data={"code": code_of(link), "bring": "1"})
        tablet.post("/pair", data={"code": code_of(offered(desk))})
        assert owner(phone) == owner(tablet) == mine
    assert len(served.studio.generations.history(Viewer(mine))) == 2
    assert len(served.studio.generations.history(Viewer(second))) == 1


def test_of_two_devices_at_once_the_late_one_keeps_what_it_has(served: Served) -> None:
    over: dict[str, Any] = {"status": Status.FINISHED, "finished_at": 1.8e9}
    with served.browser() as desk, ThreadPoolExecutor(2) as pool:
        mine = owner(desk)
        for _ in range(8):
            with served.browser() as phone, served.browser() as tablet:
                devices = [(phone, owner(phone)), (tablet, owner(tablet))]
                served.store.generations.add(
                    [generation(id=new_id(), owner=o, **over) for _, o in devices]
                )
                fields = {"code": code_of(offered(desk)), "bring": "1"}
                tries = [pool.submit(one.post, "/pair", data=fields) for one, _ in devices]
                statuses = [one.result().status_code for one in tries]
                assert sorted(statuses) == [303, 410]
                kept = [len(served.studio.generations.history(Viewer(o))) for _, o in devices]
                assert kept == [int(status == 410) for status in statuses]
    assert len(served.studio.generations.history(Viewer(mine))) == 8


def test_what_still_runs_is_not_moved(served: Served) -> None:
    with served.browser() as desk, served.browser() as phone:
        owner(desk)
        served.store.generations.add([generation(id=new_id(), owner=owner(phone))])
        link = offered(desk)
        refused = phone.post("/pair", data={"code": code_of(link), "bring": "1"})
        assert refused.status_code == 409
        assert "still runs or waits" in refused.json()["error"]
        # The link is not used up by that.
        assert phone.post("/pair", data={"code": code_of(link)}).status_code == 303


def test_no_other_site_pairs_anybody(served: Served) -> None:
    with served.browser() as desk, served.browser() as victim:
        mine = owner(victim)
        owner(desk)
        link = offered(desk)
        foreign = {"Origin": "https://evil.example"}
        assert (
            victim.post("/pair", data={"code": code_of(link)}, headers=foreign).status_code == 403
        )
        assert victim.post("/api/pair", headers=foreign).status_code == 403
        assert owner(victim) == mine


def test_where_nobody_is_a_browser_nothing_is_paired(share: Serve) -> None:
    with share(people="one").browser() as client:
        client.get("/")
        assert client.post("/api/pair").status_code == 409
        assert client.post("/pair", data={"code": "x"}).status_code == 409
    assert share(auth=ACCOUNTS).login().post("/api/pair").status_code == 409
    with share().browser() as fresh:  # no cookie came along
        assert fresh.post("/api/pair").status_code == 409
