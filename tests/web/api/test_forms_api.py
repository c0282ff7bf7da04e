"""Open forms over real HTTP: opened, filled in, run as grids and in part, closed and taken back."""

from typing import Any

import httpx

from tests.web.generating import ended
from tests.web.presets import GRAPH, stored

HALF = {**GRAPH, "20": {"class_type": "SaveImage", "inputs": {"filename_prefix": "x"}}}
"""One output that can be made, and one whose images are not connected."""


def asked(client: httpx.Client, path: str, status: int = 200, **body: Any) -> Any:
    answer = client.post(path, json=body)
    assert answer.status_code == status, answer.text
    return answer.json()


def test_a_form_is_opened_filled_in_and_run(ann: httpx.Client) -> None:
    stored(ann)
    form = asked(ann, "/api/forms", 201, workflow="sea")
    path = f"/api/forms/{form['formId']}"
    assert (form["name"], form["about"], form["count"], form["problems"]) == ("sea", "a sea", 1, [])
    typed = {"3.text": "a castle", "6.steps": "3", "6.seed": "7"}
    changed = asked(ann, path, values=typed)
    assert (changed["values"], changed["seeds"]) == (typed, {"6.seed": "fixed"})
    run = asked(ann, f"{path}/run", 202)
    assert run["seeds"] == {"6.seed": "7"}
    done = ended(ann, run["generationId"])
    assert (done["prompt"], done["steps"], done["seed"]) == ("a castle", 3, "7")
    seen = ann.get(path).json()
    assert seen["generationId"] == run["generationId"]
    assert asked(ann, path, values={"6.steps": None})["values"] == {
        "3.text": "a castle",
        "6.seed": "7",
    }
    again = asked(ann, "/api/forms", 201, generationId=run["generationId"])
    assert (again["about"], again["otherSeeds"]) == ("a castle", "fixed")


def test_what_is_wrong_is_said_at_its_field_and_a_misspelt_one_too(ann: httpx.Client) -> None:
    stored(ann)
    path = f"/api/forms/{asked(ann, '/api/forms', 201, workflow='sea')['formId']}"
    wrong = asked(ann, path, values={"6.steps": 0})
    assert [problem["field"] for problem in wrong["problems"]] == ["6.steps"]
    refused = asked(ann, f"{path}/run", 422)
    assert list(refused["fields"]) == ["6.steps"]
    assert "99.steps" in str(asked(ann, path, 422, values={"99.steps": 3})["fields"])
    assert asked(ann, "/api/forms", 422)["fields"]
    assert asked(ann, path, 422, many={"count": 101})["fields"]


def test_a_form_makes_grids_texts_and_copies(ann: httpx.Client) -> None:
    form = asked(ann, "/api/forms", 201, workflow=GRAPH)
    path = f"/api/forms/{form['formId']}"
    grid = {"x": {"field": "6.steps", "values": [2, 3]}, "y": {"field": "6.cfg", "values": "5, 6"}}
    many = {"count": 2, "grid": grid, "choices": True}
    changed = asked(ann, path, values={"3.text": "a {red|blue} sea"}, many=many)
    assert (changed["count"], changed["countError"]) == (16, "")
    assert changed["how"] == "2 × Steps, 2 × CFG, 2 texts, 2 of each"
    run = asked(ann, f"{path}/run", 202)
    made = [ended(ann, id_) for id_ in run["generationIds"]]
    asks = {(one["prompt"], one["steps"], one["cfg"], one["seed"]) for one in made}
    assert len(asks) == 16
    assert {prompt for prompt, *_ in asks} == {"a red sea", "a blue sea"}
    assert len({seed for *_, seed in asks}) == 2  # one of each copy, so that they can be compared
    stands = {(one["column"], one["row"]): one["generationId"] for one in run["grid"]["places"]}
    by_id = {one["id"]: one for one in made}
    assert {place: (by_id[id_]["steps"], by_id[id_]["cfg"]) for place, id_ in stands.items()} == {
        (0, 0): (2, 5.0),
        (1, 0): (3, 5.0),
        (0, 1): (2, 6.0),
        (1, 1): (3, 6.0),
    }
    axis = {"field": "6.steps", "values": "1-100"}
    over = asked(ann, path, many={"count": 100, "grid": {"x": axis}})
    assert "10,000" in over["countError"]
    assert "10,000" in asked(ann, f"{path}/run", 422)["error"]


def test_what_can_be_made_is_made_where_that_is_wished(ann: httpx.Client) -> None:
    form = asked(ann, "/api/forms", 201, workflow=HALF)
    path = f"/api/forms/{form['formId']}/run"
    assert len(form["without"]) == 1
    assert list(asked(ann, path, 422)["fields"]) == ["20.images"]
    done = ended(ann, asked(ann, path, 202, partial=True)["generationId"])
    assert (done["status"], len(done["images"])) == ("finished", 1)
    stored(ann, HALF, "half")
    assert list(asked(ann, "/api/workflows/half/run", 422)["fields"]) == ["20.images"]
    run = asked(ann, "/api/workflows/half/run", 202, partial=True)
    assert ended(ann, run["generationId"])["status"] == "finished"


def test_a_workflow_is_run_as_a_grid_with_texts(ann: httpx.Client) -> None:
    stored(ann)
    path, grid = "/api/workflows/sea/run", {"x": {"field": "6.steps", "values": "2-4"}}
    values = {"3.text": "a {red|blue} sea", "6.seed": "9"}
    run = asked(ann, path, 202, values=values, grid=grid, choices=True)
    made = [ended(ann, id_) for id_ in run["generationIds"]]
    assert {(one["prompt"], one["steps"]) for one in made} == {
        (f"a {colour} sea", steps) for colour in ("red", "blue") for steps in (2, 3, 4)
    }
    assert {one["seed"] for one in made} == {"9"}
    assert run["grid"]["columns"] == ["Steps 2", "Steps 3", "Steps 4"]
    plain = asked(ann, path, 202, values=values)
    drawn = ended(ann, plain["generationId"])
    assert drawn["prompt"] in {"a red sea", "a blue sea"}
    assert drawn["typedPrompt"] == "a {red|blue} sea"
    assert "most is 1,000" in asked(ann, path, 422, count=100, grid={"x": {
        "field": "6.steps", "values": "1-100"}})["error"]  # fmt: skip
    assert asked(ann, path, 422, grid={"x": {"field": "6.steps"}})["fields"]


def test_forms_are_ones_own_closed_and_taken_back(ann: httpx.Client, bob: httpx.Client) -> None:
    form = asked(ann, "/api/forms", 201, workflow=GRAPH)
    path = f"/api/forms/{form['formId']}"
    assert bob.get("/api/forms").json() == {"forms": []}
    assert bob.get(path).status_code == bob.delete(path).status_code == 404
    for act in ("", "/run"):
        assert bob.post(f"{path}{act}", json={}).status_code == 404
    assert bob.post(f"{path}/reopen").status_code == 409
    assert [one["formId"] for one in ann.get("/api/forms").json()["forms"]] == [form["formId"]]
    assert ann.delete(path).json() == {"closed": form["formId"]}
    assert ann.get("/api/forms").json() == {"forms": []}
    assert ann.get(path).status_code == 404
    assert asked(ann, f"{path}/reopen")["formId"] == form["formId"]


def test_a_file_comes_as_base64_or_from_a_generation(ann: httpx.Client) -> None:
    form = asked(ann, "/api/forms", 201, preset="img2img")
    path = f"/api/forms/{form['formId']}"
    key = next(field["key"] for field in form["fields"] if field["kind"] == "image")
    assert [problem["field"] for problem in form["problems"]] == [key]
    sea = asked(ann, "/api/forms", 201, workflow=GRAPH)
    made = asked(ann, f"/api/forms/{sea['formId']}/run", 202)["generationId"]
    ended(ann, made)
    changed = asked(ann, path, files={key: made})
    assert changed["problems"] == []
    assert list(changed["files"]) == [key]
    assert asked(ann, path, files={key: None})["files"] == {}
    assert asked(ann, path, 409, files={key: "https://example.com/a.png"})["error"]
