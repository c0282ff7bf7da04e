"""Every route, event and function of the page: bob names all that is ann's, and gets none of it.

The lists come from the running page; what they hold must stand in a table here. So whoever adds a
route, an event or a function has to say what it answers to somebody else, and it is tried.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

import httpx
import pytest

from storage.hooks import Hook
from storage.records import Generation
from studio.access.viewer import Viewer
from studio.generate.form_presets import KIND as FORM_PRESET
from studio.generate.styles import KIND as STYLES
from studio.generations.new_records import press_of
from studio.wildcards.own import KIND as LISTS
from studio.workflows.forms.drafts import KIND as DRAFT
from studio.workflows.presets import KIND as PRESET
from tests.faults.house import request
from tests.security.conftest import Fortress, built
from tests.security.person import Person, name_of
from tests.support.routes import routes_of

WORD, NOTE, TAG, NAME = "annslighthouse", "annsnote", "annstag", "Anns preset"
LIST = "annslist"
ANN = Viewer("user:ann")
GRAPH = {"1": {"class_type": "CheckpointLoaderSimple", "inputs": {"ckpt_name": WORD}}}
PAGE, CLOSED, OWN, NOT_HERE, UNFIT = "page", "closed", "own", "not here", "unfit"
STATUSES = {
    PAGE: {200, 204, 303, 304, 405, 406},  # the same for everybody
    CLOSED: {404},  # one of Gradio's that the page does not need
    OWN: {200, 202},  # bob's own, of which there may be none
    NOT_HERE: {404, 409},
    # Nothing can be asked for with these words.
    UNFIT: {400, 401, 403, 404, 405, 406, 409, 410, 415, 422, 429},
}
ROUTES = {
    "/": PAGE, "/healthz": PAGE, "/login": PAGE, "/login/": PAGE, "/config": PAGE,
    "/config/": PAGE, "/metrics": PAGE, "/robots.txt": PAGE, "/theme.css": PAGE,
    "/openapi.json": PAGE, "/docs": PAGE,
    "/stepglass/x": UNFIT, "/icons/x": UNFIT,
    "/manifest.json": PAGE, "/favicon.ico": PAGE, "/static/x": UNFIT, "/assets/x": UNFIT,
    "/svelte/x": UNFIT, "/pair": UNFIT, "/api/pair": NOT_HERE, "/mcp": UNFIT, "/api/x": NOT_HERE,
    "/api/generate": UNFIT, "/api/generate/progress": NOT_HERE, "/api/generations": OWN,
    "/api/generations/x": NOT_HERE, "/api/generations/x/again": NOT_HERE,
    "/api/generations/x/cancel": NOT_HERE, "/api/generations/x/grid": NOT_HERE,
    "/api/generations/x/hold": NOT_HERE,
    "/api/generations/x/link": NOT_HERE, "/api/generations/x/move": NOT_HERE,
    "/api/generations/x/priority": NOT_HERE, "/api/generations/x/release": NOT_HERE,
    "/api/generations/x/retry": NOT_HERE, "/api/images/x/x": NOT_HERE,
    "/api/library/archive": NOT_HERE, "/api/library/delete": OWN, "/api/library/facets": OWN,
    "/api/library/mark": NOT_HERE, "/api/library/restore": OWN, "/api/library/search": UNFIT,
    "/api/library/sheet": NOT_HERE, "/api/library/table": OWN,
    "/api/queue": OWN, "/api/queue/cancel": OWN, "/api/queue/pause": OWN,
    "/api/models": OWN, "POST /api/models": UNFIT, "/api/fetches": OWN,
    "POST /api/fetches": UNFIT, "/api/fetches/look": UNFIT, "/api/fetches/package": UNFIT,
    "/api/fetches/x/cancel": NOT_HERE,
    "/api/styles": OWN, "POST /api/styles": UNFIT, "/api/styles.csv": OWN,
    "/api/styles/import": UNFIT, "/api/styles/x": NOT_HERE, "/api/styles/x/hide": NOT_HERE,
    "/api/presets": OWN, "POST /api/presets": UNFIT, "/api/presets/x": NOT_HERE,
    "/api/prompts/improve": UNFIT, "/api/me": OWN, "/api/tags": OWN,
    "/api/faces": OWN, "POST /api/faces": UNFIT, "/api/faces/card": NOT_HERE,
    "/api/faces/picture": NOT_HERE,
    "/api/hooks": OWN, "POST /api/hooks": UNFIT, "/api/hooks/x": NOT_HERE,
    "/api/hooks/x/test": NOT_HERE, "/api/queue/resume": OWN, "/api/queue/undo": NOT_HERE,
    "/api/stats/x": OWN,
    "/api/prompts/draw": UNFIT, "/api/wildcards": OWN, "POST /api/wildcards": OWN,
    "/api/wildcards.zip": OWN, "/api/wildcards/import": UNFIT, "/api/wildcards/x": NOT_HERE,
    "/api/workflows": OWN, "POST /api/workflows": UNFIT,
    "POST /login": UNFIT, "POST /login/": UNFIT, "/api/workflows/x": NOT_HERE,
    "/api/workflows/x/run": NOT_HERE, "/api/forms": OWN, "POST /api/forms": UNFIT,
    "/api/forms/x": NOT_HERE, "/api/forms/x/reopen": NOT_HERE, "/api/forms/x/run": NOT_HERE,
    "/gradio_api/api/x": UNFIT, "/gradio_api/api/x/": UNFIT, "/gradio_api/run/x": UNFIT,
    "/gradio_api/run/x/": UNFIT, "/gradio_api/call/v2/x": UNFIT, "/gradio_api/call/v2/x/": UNFIT,
    "/gradio_api/call/v2/x/x": PAGE, "/gradio_api/call/x": UNFIT, "/gradio_api/call/x/": UNFIT,
    "/gradio_api/call/x/x": PAGE, "/gradio_api/cancel": UNFIT, "/gradio_api/reset": UNFIT,
    "/gradio_api/reset/": UNFIT, "/gradio_api/component_server": UNFIT,
    "/gradio_api/component_server/": UNFIT, "/gradio_api/queue/join": UNFIT,
    "/gradio_api/queue/data": PAGE, "/gradio_api/queue/status": PAGE,
    "/gradio_api/file/x": UNFIT, "/gradio_api/file=x": UNFIT, "/gradio_api/upload": UNFIT,
    "/gradio_api/upload_progress": UNFIT, "/gradio_api/heartbeat/x": PAGE,
    "/gradio_api/app_id": PAGE, "/gradio_api/app_id/": PAGE, "/gradio_api/info": PAGE,
    "/gradio_api/info/": PAGE, "/gradio_api/openapi.json": PAGE, "/gradio_api/theme.css": PAGE,
    "/gradio_api/login_check": PAGE, "/gradio_api/login_check/": PAGE, "/gradio_api/user": PAGE,
    "/gradio_api/user/": PAGE, "/gradio_api/startup-events": PAGE,
}  # fmt: skip
"""By path, or by method and path. All else of Gradio's is closed, and tried too."""
FIRST_ONLY = ("/gradio_api/heartbeat/x", "/gradio_api/queue/data", "/logout")
"""Answers without an end, of which a test reads the beginning; and the way out, tried elsewhere."""


def words(text: str) -> list[str]:
    return text.split()


FUNCTIONS = words(
    """
fetch_begin fetch_cancel fetch_look fetch_state
gal_again gal_clean gal_clean_plan gal_collect gal_compare gal_count gal_delete gal_describe
gal_facets gal_favour gal_import gal_import_cancel gal_import_state gal_lineage gal_link gal_next
gal_grid gal_note
gal_page gal_purge gal_rate gal_restore gal_tag gal_usage nt_add nt_hooks nt_remove nt_test
st_cold st_examples st_failed st_fall
st_forecasts st_hours st_overview st_servers st_speed st_spent st_sql st_tables st_trend
st_whatif wf_arrange wf_change wf_choose wf_close wf_delete wf_file wf_forms wf_open wf_preset
wf_mask wf_mask_keep wf_programs wf_rename wf_reopen wf_restore wf_resume wf_reuse wf_run
wf_app wf_save wf_share wf_sheet wf_shelf wf_start wf_token gal_unwatch gen_choices
gen_model gen_improve gen_named gen_names gen_pasted gen_prompts gen_recent nt_missed
gen_styles gen_style_keep gen_style_delete gen_style_restore gen_style_move gen_style_hide
gen_styles_import gen_styles_export gen_presets gen_preset_rename gen_preset_delete
gen_preset_restore gen_preset_share gen_preset_import
gen_wild gen_wild_text gen_wild_save gen_wild_delete gen_wild_import gen_wild_draw gen_ways
"""
)
"""What scripts may call; each answers bob with his own, or with a sentence."""
REFUSED = words(
    """
fetch_begin fetch_cancel
gal_again gal_clean gal_compare gal_delete gal_describe gal_import gal_lineage gal_link gal_next
gal_grid gal_note
gal_purge gal_rate gal_restore gal_tag gal_favour gal_collect wf_arrange wf_change wf_choose
wf_close wf_delete wf_file wf_preset wf_rename wf_reopen wf_resume wf_reuse wf_run wf_save
wf_app wf_share wf_sheet wf_open wf_restore wf_mask wf_mask_keep nt_add nt_remove nt_test
gen_style_keep gen_style_move gen_style_hide gen_styles_import gen_preset_rename gen_preset_delete
gen_preset_restore gen_preset_share gen_preset_import
gen_wild_import
"""
)
"""Those that are about one thing, which is ann's here: they change nothing, and say so."""
EVENTS = words(
    """
builtins.dict ui.generate.handlers.<lambda> ui.generate.choosing.choose_quality
ui.generate.handlers.choose_seed ui.generate.choosing.choose_shape ui.generate.handlers.forecast
ui.generate.choosing.choose ui.generate.choosing.correct
ui.generate.pasted.undo ui.generate.pasted.use ui.generate.form_presets.use
ui.generate.form_presets.keep ui.generate.form_presets.undo
ui.generate.handlers.keep ui.generate.choosing.match ui.generate.handlers.opened
ui.generate.handlers.refresh ui.generate.handlers.seed_mode ui.generate.tab.generate
ui.generate.tab.every
ui.shell.header.state ui.page.<lambda> ui.page.spans ui.page.start_from ui.page.use
ui.page.vary ui.notifications.panel.news
ui.queue.tab.act ui.queue.tab.follow ui.queue.tab.left ui.generate.made_from.without_picture
ui.live.follow.again ui.live.follow.attach ui.live.follow.cancel ui.live.follow.go_on
ui.live.follow.rest ui.live.follow.show ui.live.follow.undo ui.workflows.tab.follow
ui.generate.handlers.renew web.functions.calls.run_many web.functions.calls.run_preset
"""
)


@dataclass(frozen=True)
class Trove:
    """All that is ann's: a finished generation, one that waits, a preset, a form, an upload."""

    done: Generation
    waits: Generation
    bench: str
    upload: str
    session: str
    picture: bytes
    hook: str

    def names(self) -> dict[str, Any]:
        """What a request may say to reach any of it."""
        ids = [self.done.id, self.waits.id]
        return {
            "id": self.done.id, "ids": ids, "job": self.done.id, "generationId": self.done.id,
            "first": self.done.id, "second": self.waits.id, "bench": self.bench, "name": NAME,
            "preset": NAME, "old": NAME, "new": "Bobs", "key": "1.ckpt_name", "n": 0,
            "number": 0, "rating": 1, "favourite": True, "on": True, "text": "bob was here",
            "add": ["bobs"], "remove": [TAG], "addTags": ["bobs"], "removeTags": [TAG],
            "collect": "bobs", "rule": "old", "days": 1, "by": -1, "priority": 1, "what": "cancel",
            "sql": "SELECT * FROM generations", "owner": "user:ann", "folder": "/", "seed": "same",
            "search": {"owner": "user:ann"}, "values": {}, "ids_text": " ".join(ids),
            "images": [[self.done.id, 0]],
        }  # fmt: skip


@pytest.fixture(scope="module")
def fortress(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Fortress]:
    """One of this module's own: who asks for everything does much to himself."""
    with built(tmp_path_factory.mktemp("attacked")) as made:
        yield made


@pytest.fixture(scope="module")
def trove(fortress: Fortress) -> Trove:
    ann = fortress.person("ann")
    done = fortress.made(prompt=WORD)
    mark = {"ids": [done.id], "addTags": [TAG], "rating": 5, "collect": "annsshelf"}
    ann.client.post("/api/library/mark", json=mark).raise_for_status()
    assert ann.ask("gal_note", id=done.id, text=NOTE).json()["changed"] == 1
    ann.client.post("/api/workflows", json={"name": NAME, "workflow": GRAPH}).raise_for_status()
    ann.client.post("/api/styles", json={"name": NAME, "prompt": WORD}).raise_for_status()
    kept = {"name": NAME, "values": {"prompt": WORD}}
    ann.client.post("/api/presets", json=kept).raise_for_status()
    for name in (NAME, LIST):  # bob comes to have one of the first name
        ann.client.post("/api/wildcards", json={"name": name, "text": WORD}).raise_for_status()
    ann.client.post("/api/queue/pause").raise_for_status()
    waits = fortress.studio.generations.create(ANN, press_of(request(prompt=WORD)))[0]
    upload = ann.upload(json.dumps(GRAPH).encode(), "anns.json")
    opened = ann.ask("wf_open", path=upload, name="anns.json").json()
    file = fortress.studio.library.files.find(done, 0, ANN)
    assert file is not None
    record = fortress.store.generations.get(done.id)
    assert record is not None
    url = f"https://{WORD}.example/"
    hook = Hook("annshook", ANN.owner, "webhook", url, url, (), 1.0, "annssecret")
    fortress.store.hooks.keep(hook)
    picture = file[0].read_bytes()
    return Trove(record, waits, opened["bench"], upload, ann.session, picture, hook.id)


@pytest.fixture(autouse=True)
def _unharmed(fortress: Fortress, trove: Trove) -> Iterator[None]:
    """Nothing of ann's is other after a test than before it."""
    before = state(fortress, trove)
    yield
    assert state(fortress, trove) == before


def state(fortress: Fortress, trove: Trove) -> dict[str, Any]:
    fortress.studio.drafts.of(ANN.owner)
    kinds = (PRESET, DRAFT, STYLES, FORM_PRESET, LISTS)
    kept = {k: fortress.store.documents.by_name(k, ANN.owner) for k in kinds}
    records = [fortress.store.generations.get(one.id) for one in (trove.done, trove.waits)]
    paused = fortress.studio.queue.is_paused(ANN)
    hooks = fortress.store.hooks.of(ANN.owner)
    documents = [kept[kind] for kind in (PRESET, STYLES, FORM_PRESET, LISTS)]
    return {"records": records, "documents": documents, "paused": paused, "hooks": hooks}


def reveals(trove: Trove, content: bytes, sent: str = "") -> list[str]:
    """What of ann's *content* tells; what bob himself has *sent* may come back."""
    text = content.decode("utf-8", "replace")
    marks = [
        word
        for word in (WORD, NOTE, TAG, "annsshelf", "annssecret")
        if word in text and word not in sent
    ]
    if trove.picture[40:120] in content:
        marks.append("the picture")
    if trove.waits.id in text and trove.waits.id not in sent:
        marks.append("an id")
    return marks


def routes(fortress: Fortress) -> list[tuple[str, str]]:
    return [(m, p) for m, p in routes_of(fortress.demo) if not p.startswith("/logout")]


def expected(method: str, path: str) -> str:
    return ROUTES.get(f"{method} {path}") or ROUTES.get(path) or CLOSED


def test_every_route_stands_in_the_table_or_is_closed(fortress: Fortress, bob: Person) -> None:
    for method, path in routes(fortress):
        if expected(method, path) == CLOSED:
            answer = bob.client.request(method, path)
            assert answer.status_code == 404, (method, path)
            assert method == "HEAD" or "nothing here" in answer.text, (method, path)
    known = {path for _, path in routes(fortress)}
    assert {key.rpartition(" ")[2] for key in ROUTES} <= known


def test_no_route_gives_bob_anything_of_anns(fortress: Fortress, bob: Person, trove: Trove) -> None:
    tried = 0
    for method, path in routes(fortress):
        if path in FIRST_ONLY or expected(method, path) == CLOSED:
            continue
        for target in targets(path, trove):
            answer, sent = asked(bob, method, target, trove)
            assert answer.status_code in STATUSES[expected(method, path)] | {405}, (
                method,
                target,
                answer.status_code,
                answer.text[:200],
            )
            assert not reveals(trove, answer.content, sent), (method, target, answer.text[:500])
            tried += 1
    assert tried > 100


def targets(path: str, trove: Trove) -> Iterator[str]:
    """*path* with what is ann's in its places."""
    if "/generations/x" in path or "/images/x" in path:
        for one in (trove.done, trove.waits):
            yield path.replace("generations/x", f"generations/{one.id}").replace(
                "images/x/x", f"images/{one.id}/0"
            )
    elif path.startswith(("/api/workflows/x", "/api/styles/x", "/api/presets/x")):
        yield path.replace("/x", f"/{quote(NAME)}", 1)
    elif path == "/api/wildcards/x":
        yield f"/api/wildcards/{LIST}"
    elif path.startswith("/api/hooks/x"):
        yield path.replace("/x", f"/{trove.hook}", 1)
    elif path.startswith("/api/forms/x"):
        yield path.replace("/x", f"/{trove.bench}", 1)
    elif path.startswith("/gradio_api/file"):
        for held in (trove.upload, f"{trove.upload}/../../../data/secret.key"):
            yield path.removesuffix("x") + held
    elif path == "/api/stats/x":
        yield f"/api/stats/waterfall.csv?id={trove.done.id}"
        yield "/api/stats/per_period.csv"
    elif path in ("/api/generate/progress", "/"):
        yield f"{path}?generationId={trove.done.id}&job={trove.done.id}&key=forged"
    elif path in ("/api/generations", "/config"):
        yield path
        yield f"{path}?q={WORD}&owner=user:ann&before=&session_hash={trove.session}"
    else:
        yield path


def asked(bob: Person, method: str, target: str, trove: Trove) -> tuple[httpx.Response, str]:
    if method in ("GET", "HEAD"):
        return bob.client.request(method, target), target
    body = trove.names() | {"images": [{"id": trove.done.id, "number": 0}]}
    return bob.client.request(method, target, json=body), json.dumps(body) + target


def test_no_function_of_a_script_gives_bob_anything_of_anns(bob: Person, trove: Trove) -> None:
    assert sorted(bob.functions()) == sorted(FUNCTIONS)
    for name in FUNCTIONS:
        said = trove.names()
        answer = bob.ask(name, **said)
        assert answer.status_code in (200, 400, 500), (name, answer.text)
        assert not reveals(trove, answer.content, json.dumps(said)), (name, answer.text[:500])
        if name in REFUSED and answer.status_code == 200:
            assert did_nothing(answer.json()), (name, answer.text[:500])


def test_nobody_lists_tries_or_removes_somebody_elses_hook(
    ann: Person, bob: Person, trove: Trove
) -> None:
    for name in ("nt_remove", "nt_test"):
        answer = bob.ask(name, id=trove.hook).json()
        assert answer == {"error": "This hook is not here, or not yours."}
    assert bob.client.get("/api/hooks").json() == {"hooks": []}
    (mine,) = ann.client.get("/api/hooks").json()["hooks"]
    assert mine["id"] == trove.hook
    assert "annssecret" not in ann.client.get("/api/hooks").text


def did_nothing(answer: Any) -> bool:
    """Whether a function says that there is no such thing, or that it has changed none."""
    if not isinstance(answer, dict) or not answer or {"error", "gone", "missing"} & answer.keys():
        return True
    return all(
        value in (0, [], {}, "", None, False) for key, value in answer.items() if key != "id"
    )


def test_no_event_gives_bob_anything_of_anns(fortress: Fortress, bob: Person, trove: Trove) -> None:
    assert {name_of(fn.fn) for fn in fortress.demo.fns.values()} - {""} == set(EVENTS)
    ids = trove.names() | {"ids": trove.names()["ids_text"]}
    for name in EVENTS:
        for chosen in (trove.done.id, trove.waits.id):
            data = [
                chosen if value in (None, "") and label.isdecimal() else value
                for label, value in bob.values(name).items()
            ]
            data = [NAME, "", {}] if name == "web.functions.calls.run_preset" else data
            data = [NAME, {}, 2] if name == "web.functions.calls.run_many" else data
            heard = bob.heard(name, data, {**ids, "id": chosen, "job": chosen})
            assert not reveals(trove, heard, json.dumps(ids)), (name, heard[:800])


def test_a_private_link_shows_one_generation_without_what_was_noted_beside_it(
    ann: Person, bob: Person, trove: Trove
) -> None:
    mine = ann.client.get(f"/api/generations/{trove.done.id}").json()
    assert (mine["note"], mine["tags"], mine["rating"]) == (NOTE, [TAG], 5)
    key = mine["privateLink"].partition("key=")[2]
    seen = bob.client.get(f"/api/generations/{trove.done.id}?key={key}")
    assert seen.json()["prompt"] == WORD
    assert not {NOTE, TAG, "annsshelf"} & set(seen.text.replace('"', " ").split())
    assert (seen.json()["rating"], seen.json()["favourite"]) == (0, False)
    assert {(i["rating"], i["favourite"]) for i in seen.json()["images"]} == {(0, False)}
    assert bob.client.get(f"/api/generations/{trove.waits.id}?key={key}").status_code == 404
    for act in ("cancel", "hold", "retry", "again", "link"):
        answer = bob.client.post(f"/api/generations/{trove.done.id}/{act}?key={key}")
        assert answer.status_code in (403, 409), (act, answer.text)
