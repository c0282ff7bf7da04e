"""One request of an open form draws one form and makes one plan, whatever reads them."""

from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest

from comfy.demo.http.server import DemoServer
from comfy.workflow.presets import PRESETS
from studio.access.viewer import Viewer
from studio.errors import NotReady
from studio.forecast import estimator
from studio.generations import generations
from studio.studio import Studio
from studio.workflows import prepared
from studio.workflows.forms.forms import Typed
from studio.workflows.presets import Preset
from tests.studio.conftest import Open

ANN = Viewer("user:ann")


@pytest.fixture
def studio(engine: DemoServer, open_studio: Open) -> Studio:
    opened = open_studio(engine)
    opened.servers.refresh()
    opened.queue.pause(ANN)  # so that nothing else makes plans
    return opened


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    counted: Counter[str] = Counter()

    def counting(module: Any, name: str) -> None:
        original: Callable[..., Any] = getattr(module, name)

        def call(*args: Any, **fields: Any) -> Any:
            counted[name] += 1
            return original(*args, **fields)

        monkeypatch.setattr(module, name, call)

    counting(prepared, "make_form")
    for module in (prepared, generations, estimator):
        counting(module, "make_plan")
    return counted


def test_opening_typing_and_running_look_once(studio: Studio, calls: Counter[str]) -> None:
    preset = Preset("mine", PRESETS["txt2img_sd15"].graph_for(studio.workflows.catalogue))
    forms, making = studio.forms, studio.making
    calls.clear()
    seen = forms.open_preset(ANN, preset)
    making.refused(seen)
    assert making.outlook(seen).count == 1
    assert calls == {"make_form": 1, "make_plan": 1}
    calls.clear()
    changed = forms.change(ANN, seen.form.id, Typed({"6.steps": "3"}))
    assert making.outlook(changed).error == ""
    assert calls == {"make_form": 1, "make_plan": 1}
    calls.clear()
    made = making.run(ANN, making.checked(ANN, seen.form.id, Typed({"6.steps": "3"}))).made
    assert [record.steps for record in made] == [3]
    assert calls == {"make_form": 1, "make_plan": 1}
    calls.clear()
    wrong = making.checked(ANN, seen.form.id, Typed({"6.steps": "none"}))
    with pytest.raises(NotReady):
        making.run(ANN, wrong)
    making.outlook(wrong)
    assert calls == {"make_form": 1}
