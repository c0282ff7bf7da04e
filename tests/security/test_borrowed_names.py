"""What somebody merely names, in a text or an address, does not become theirs."""

import os
from pathlib import Path

import pytest
from PIL import Image

from storage.records import Generation
from studio.access.viewer import Viewer, viewer_of
from studio.workflows.presets import Preset
from studio.workflows.presses.press import Grid
from tests.faults.house import CHECKPOINT
from tests.security.conftest import PASSWORDS, Fortress
from tests.security.person import Person
from ui.shell.context import Parts
from ui.shell.rpc import Ask
from ui.workflows.actions import FormActions
from web.access import middleware


@pytest.fixture
def outside(tmp_path: Path) -> Path:
    Image.new("RGB", (64, 64), "red").save(tmp_path / "private.png")
    return tmp_path / "private.png"


def test_a_path_in_ones_prompt_is_no_file_that_was_handed_out(
    fortress: Fortress, ann: Person, bob: Person, outside: Path
) -> None:
    theirs = ann.upload(outside.read_bytes(), "theirs.png")
    folder = Path(bob.upload(b"x")).parent.parent
    for path in (f"{folder}/{os.path.relpath(outside, folder)}", theirs):
        made = fortress.made(bob.owner, prompt=path, negative_prompt=path)
        assert path in bob.ask("gal_page", search={}, limit=10).text
        bob.heard("ui.page.use", [], {"id": made.id, "how": ""})
        bob.heard(
            "ui.live.follow.show", list(bob.values("ui.live.follow.show").values()), {"id": made.id}
        )
        assert bob.send("ui.generate.handlers.keep", [{"path": path}, None]).status_code == 400
        assert bob.client.get(f"/gradio_api/file={path}").status_code == 404


def test_a_contact_sheet_is_handed_to_who_asked_for_it(
    fortress: Fortress, ann: Person, bob: Person
) -> None:
    made = fortress.made(ann.owner)
    path = sheet(fortress, ann, made)
    assert ann.client.get(f"/{path}").content[:4] == b"\x89PNG"
    assert bob.client.get(f"/{path}").status_code == 404


def test_a_session_that_ann_opened_says_nothing_to_bob_and_does_nothing_for_him(
    ann: Person, bob: Person
) -> None:
    values = ann.values("ui.generate.tab.generate")
    values |= {"field-prompt": "x", "field-checkpoint": CHECKPOINT}
    assert ann.send("ui.generate.tab.generate", list(values.values())).status_code == 200
    thief = Person(bob.client, ann._demo, bob.owner)
    thief.session = ann.session
    query = {"session_hash": ann.session}
    assert bob.client.get("/gradio_api/queue/data", params=query).status_code == 403
    assert bob.client.get(f"/gradio_api/heartbeat/{ann.session}").status_code == 403
    assert thief.send("ui.live.follow.cancel", []).status_code == 403
    assert thief.ask("gal_page", search={}).status_code == 403
    for path in ("reset", "cancel"):
        body = {"session_hash": ann.session, "event_id": "x", "fn_index": 0}
        assert bob.client.post(f"/gradio_api/{path}", json=body).status_code == 403
    assert bob.ask("gal_page", search={}).status_code == 200


def test_an_address_of_many_parts_is_held_against_a_links_key_a_few_times_only(
    fortress: Fortress, bob: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    tried: list[str] = []
    opens = fortress.studio.links.opens

    def counted(id_: str, key: str) -> bool:
        tried.append(id_)
        return opens(id_, key)

    monkeypatch.setattr(fortress.studio.links, "opens", counted)
    assert bob.client.get(f"/api/{'a/' * 10_000}?key=x").status_code == 404
    assert len(tried) <= middleware.MAX_PARTS + 3


def test_a_login_that_was_ended_ends_no_others(fortress: Fortress) -> None:
    with fortress.stranger() as old, fortress.stranger() as kept:
        for client in (old, kept):
            fields = {"username": "ann", "password": PASSWORDS["ann"]}
            client.post("/login", data=fields).raise_for_status()
        ended = dict(old.cookies)
        old.post("/logout")
        basic = ("bob", PASSWORDS["bob"])  # so that bob is let in beside ann's old cookie
        with fortress.stranger(cookies=ended, auth=basic) as thief:
            thief.post("/logout", data={"everywhere": "1"})
        assert kept.get("/api/generations").status_code == 200


def sheet(fortress: Fortress, person: Person, made: Generation) -> str:
    """The address of a contact sheet with *made* on it, as the page is told it."""
    viewer = Viewer(person.owner)
    form = fortress.studio.forms.open_preset(viewer, Preset("x", made.graph)).form
    grid = Grid((made.id,), ((0, 0),), ("a",), ("b",))
    fortress.studio.forms._open.change(viewer, form.id, grid=grid)
    actions = FormActions(Parts(fortress.studio, viewer_of))
    return str(actions.sheet(Ask({"bench": form.id}, viewer))["url"])
