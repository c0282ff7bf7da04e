"""The models' routes over real HTTP, and what programs make by a model of any family."""

from contextlib import closing

from comfy.demo.http.server import DemoServer
from tests.support.served import Served
from tests.web.conftest import Serve
from tests.web.generating import ended, generating, start

FLUX = "demo-flux.safetensors"


def test_models_are_listed_with_families_and_fields(served: Served) -> None:
    with closing(served.browser()) as client:
        found = client.get("/api/models").json()
    models = {one["name"]: one for one in found["models"]}
    assert (models[FLUX]["family"], models[FLUX]["told"]) == ("flux1-dev", "name")
    flux = next(one for one in found["families"] if one["name"] == "flux1-dev")
    assert flux["makes"] == "image"
    assert "guidance" in flux["fields"]
    assert not {"cfg", "negative_prompt"} & set(flux["fields"])


def test_a_correction_holds_for_whoever_made_it(serve: Serve, engine: DemoServer) -> None:
    served = generating(serve, engine, auth=["ann:pw-ann", "bob:pw-bob"])
    served.studio.servers.refresh()
    with closing(served.login()) as ann, closing(served.login("bob", "pw-bob")) as bob:
        asked = {"model": "demo-neon.safetensors", "family": "sdxl"}
        assert ann.post("/api/models", json=asked).json()["family"] == "sdxl"
        wrong = ann.post("/api/models", json={**asked, "family": "sd99"})
        assert (wrong.status_code, wrong.json()["error"]) == (
            409,
            "There is no such family of models.",
        )

        def family(client: object) -> str:
            models = client.get("/api/models").json()["models"]  # type: ignore[attr-defined]
            return str(next(m["family"] for m in models if m["name"] == asked["model"]))

        assert (family(ann), family(bob)) == ("sdxl", "sd15")


def test_a_prompt_and_a_model_of_any_family_are_enough(served: Served) -> None:
    with closing(served.browser()) as client:
        id_ = start(client, served, checkpoint=FLUX)
        record = ended(client, id_)
        detail = client.get(f"/api/generations/{id_}").json()
    assert record["status"] == "finished"
    assert detail["request"]["scheduler"] == "simple"
    assert detail["graph"]["1"]["inputs"]["unet_name"] == FLUX
    assert detail["graph"]["17"]["inputs"]["guidance"] == 3.5


def test_what_a_family_cannot_do_is_said_in_a_sentence(served: Served) -> None:
    with closing(served.browser()) as client:
        body = {"prompt": "a fox", "checkpoint": "demo-qwen-image-edit.safetensors"}
        answer = client.post("/api/generate", json=body)
    assert answer.status_code == 409
    assert "starts from an image" in answer.json()["error"]
