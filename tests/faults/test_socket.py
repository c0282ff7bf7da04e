"""The socket is lost at every stage, goes quiet, or carries rubbish: HTTP settles it."""

from contextlib import closing
from functools import partial

import pytest
import websocket

from comfy.client.reconcile.freshness import Link
from comfy.demo.http.server import DemoServer
from storage.records import Status
from studio.ids import client_id
from tests.faults.conftest import Open
from tests.faults.house import ENDLESS, SERVER, House

FINISHED = [Status.FINISHED] * 3


@pytest.fixture
def house(open_house: Open) -> House:
    return open_house(previews=True)


def hears_again(house: House) -> None:
    """Wait until frames reach us, of a generation that is long enough for any renewal."""
    (id_,) = house.generate(1, **ENDLESS)
    house.until(lambda: house.runs(id_))
    house.cancel(id_)
    assert house.statuses([id_]) == [Status.CANCELLED]


@pytest.mark.parametrize("stage", ["queued", "loading", "step:5", "finishing", "ended"])
def test_a_socket_dropped_at_any_stage_costs_nothing(
    house: House, engine: DemoServer, stage: str
) -> None:
    engine.faults.at(stage, "drop")
    ids = house.generate(3)
    assert house.statuses(ids) == FINISHED
    assert engine.faults.injected[f"drop@{stage}"] == 1


def test_a_socket_that_is_down_before_anything_is_sent_costs_nothing(
    open_house: Open, engine: DemoServer
) -> None:
    house = open_house()
    engine.faults.route("/ws", status=502, html=True)
    engine.faults.do("drop")
    house.wait_for_link(Link.POLLING)
    ids = house.generate(3)
    assert house.statuses(ids) == FINISHED
    assert Link.POLLING in house.links(ids)


def test_a_socket_that_never_opens_leaves_polling(open_house: Open, engine: DemoServer) -> None:
    engine.faults.route("/ws", lost=True, count=4)
    house = open_house()
    assert house.statuses(house.generate(2)) == FINISHED[:2]


def test_a_connection_lost_again_and_again_costs_nothing(house: House, engine: DemoServer) -> None:
    ids = house.generate(3)
    for id_ in ids:
        house.until(partial(house.runs_or_ran, id_))
        engine.faults.do("drop")
    assert house.statuses(ids) == FINISHED


def test_a_half_open_socket_is_found_out_and_replaced(house: House, engine: DemoServer) -> None:
    ids = house.generate(3)
    house.until(lambda: house.runs(ids[0]))
    engine.faults.half_open = True
    house.until(lambda: Link.LIVE is not house.studio.servers.states()[0].freshness.link)
    engine.faults.half_open = False
    assert house.statuses(ids) == FINISHED
    house.wait_for_link(Link.LIVE)


def test_what_a_half_open_socket_hides_is_learnt_by_http(house: House, engine: DemoServer) -> None:
    engine.faults.half_open = True
    ids = house.generate(3)
    assert house.statuses(ids) == FINISHED
    assert house.links(ids) & {Link.POLLING, Link.RECONNECTING}


def test_a_second_socket_of_our_client_id_takes_nothing_from_us(
    house: House, engine: DemoServer
) -> None:
    ids = house.generate(1, **ENDLESS) + house.generate(2)
    house.until(lambda: house.runs(ids[0]))
    ours = client_id(house.folder, house.studio._servers[SERVER].address)
    url = engine.url.replace("http", "ws") + f"/ws?clientId={ours}"
    with closing(websocket.create_connection(url, timeout=5)):
        house.until(lambda: bool(house.links(ids) - {Link.NONE, Link.LIVE}))
    house.cancel(ids[0])
    assert house.statuses(ids) == [Status.CANCELLED, *FINISHED[1:]]
    hears_again(house)


def test_a_socket_taken_off_the_register_is_renewed(house: House, engine: DemoServer) -> None:
    ids = house.generate(3)
    house.until(lambda: house.runs(ids[0]))
    engine.faults.do("clobber")
    assert house.statuses(ids) == FINISHED
    hears_again(house)


def test_a_mute_server_is_asked_instead(house: House, engine: DemoServer) -> None:
    engine.faults.mute = True
    ids = house.generate(1, **ENDLESS) + house.generate(2)
    house.until(lambda: Link.POLLING in house.links(ids))
    house.cancel(ids[0])
    assert house.statuses(ids) == [Status.CANCELLED, *FINISHED[1:]]
    assert not any(map(house.runs, ids))


def test_garbage_and_giant_frames_are_passed_over(house: House, engine: DemoServer) -> None:
    engine.faults.garbage_steps = True
    ids = house.generate(3)
    house.until(lambda: house.runs(ids[0]))
    engine.faults.do("garbage", giant=32 * 2**20)
    assert house.statuses(ids) == FINISHED
    assert engine.faults.injected["garbage"] > 10
