"""JSON that some program wrote → its settings, whichever program that was. Pure."""

from collections.abc import Callable

from comfy.workflow.files.programs.draw_things import draw_things_settings
from comfy.workflow.files.programs.fooocus import fooocus_settings, is_fooocus
from comfy.workflow.files.programs.invoke import invoke_settings, is_invoke
from comfy.workflow.files.programs.novelai import is_novelai, novelai_settings
from comfy.workflow.files.programs.settings import Settings
from comfy.workflow.files.programs.swarm import swarm_settings
from comfy.workflow.files.programs.values import Data

_PROGRAMS: tuple[tuple[Callable[[Data], bool], Callable[[Data], Settings]], ...] = (
    (lambda data: "sui_image_params" in data, swarm_settings),
    (is_invoke, invoke_settings),
    (is_fooocus, fooocus_settings),
    (is_novelai, novelai_settings),
    (lambda data: "c" in data and "model" in data, draw_things_settings),
)
"""How a program's JSON is told → how it is read."""


def settings_in(data: Data) -> Settings | None:
    """The settings in a JSON object that some program wrote; None where no program is known."""
    return next((read(data) for fits, read in _PROGRAMS if fits(data)), None)
