"""What can be set of models: where they may be had from, and who may have servers fetch them."""

from typing import Annotated, Any

from pydantic import AliasChoices, Field, field_validator
from pydantic_settings import BaseSettings, NoDecode

from comfy.workflow.wanted.addresses import USUAL_HOSTS, host_of
from studio.settings.parsing import words

ENV_PREFIX = "STEPGLASS_"


def names(field: str, *others: str) -> AliasChoices:
    """The names a field is read under: its own, the environment's, and *others*'."""
    return AliasChoices(field, f"{ENV_PREFIX}{field.upper()}", *others)


class ModelSettings(BaseSettings):
    """Those settings. Each description is what `--help` says."""

    model_hosts: Annotated[tuple[str, ...], NoDecode] = Field(
        default=USUAL_HOSTS,
        validation_alias=names("model_hosts"),
        description="A host that servers may be told to fetch models from, with all beneath it; "
        f"by default {', '.join(USUAL_HOSTS)}. Repeat for several, which take the place of these.",
        json_schema_extra={"flag": "--model-host", "metavar": "NAME", "many": True},
    )
    installers: Annotated[tuple[str, ...], NoDecode] = Field(
        default=(),
        validation_alias=names("installers"),
        description="An account that may have servers fetch models and install packages. Repeat "
        "for several. Where the page is one person's, or has one account, that person may.",
        json_schema_extra={"flag": "--installer", "metavar": "USER", "many": True},
    )

    @field_validator("model_hosts", mode="before")
    @classmethod
    def _read_model_hosts(cls, value: Any) -> tuple[str, ...]:
        return tuple(host_of(name) for name in words(value))

    @field_validator("installers", mode="before")
    @classmethod
    def _read_installers(cls, value: Any) -> tuple[str, ...]:
        return tuple(words(value))
