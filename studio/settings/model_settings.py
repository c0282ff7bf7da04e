"""What can be set of models: where they may be had from, and who may have servers fetch them."""

from typing import Annotated, Any

from pydantic import AliasChoices, Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, NoDecode

from comfy.workflow.wanted.addresses import USUAL_HOSTS, host_of
from studio.settings.parsing import chat_address, words

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

    improve_url: str = Field(
        default="",
        validation_alias=names("improve_url"),
        description="The address of a language model that improves prompts: of anything that "
        "speaks as OpenAI's API does, as http://127.0.0.1:11434/v1. Without it there is no button.",
        json_schema_extra={"metavar": "URL"},
    )
    improve_model: str = Field(
        default="",
        max_length=200,
        validation_alias=names("improve_model"),
        description="The name of that language model.",
        json_schema_extra={"metavar": "NAME"},
    )
    improve_key: SecretStr = Field(
        default=SecretStr(""),
        validation_alias=names("improve_key"),
        description="The key for it, where it wants one. STEPGLASS_IMPROVE_KEY keeps it out of the "
        "process list.",
        json_schema_extra={"metavar": "KEY"},
    )

    @field_validator("improve_url", mode="before")
    @classmethod
    def _read_improve_url(cls, value: Any) -> str:
        return chat_address(value) if isinstance(value, str) and value.strip() else ""

    @field_validator("improve_key", mode="before")
    @classmethod
    def _read_improve_key(cls, value: Any) -> Any:
        key = value.get_secret_value() if isinstance(value, SecretStr) else value
        if isinstance(key, str) and not (key.isascii() and (key.isprintable() or not key)):
            raise ValueError("holds characters that no key has")
        return key.strip() if isinstance(key, str) else key

    @property
    def improves(self) -> bool:
        """Whether prompts can be improved."""
        return bool(self.improve_url and self.improve_model)

    @field_validator("model_hosts", mode="before")
    @classmethod
    def _read_model_hosts(cls, value: Any) -> tuple[str, ...]:
        return tuple(host_of(name) for name in words(value))

    @field_validator("installers", mode="before")
    @classmethod
    def _read_installers(cls, value: Any) -> tuple[str, ...]:
        return tuple(words(value))
