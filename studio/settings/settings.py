"""What can be set: by flag, by environment (STEPGLASS_…), in `.env`, else by default.

Precedence: flag, environment, `.env`, default. `studio.cli.commands` reads the command line.
"""

import os
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field, SecretStr, field_validator, model_validator
from pydantic_settings import NoDecode, SettingsConfigDict

from comfy.client.http.address import Address
from studio.installation import usual_data_folder
from studio.jobs.limits import MAX_PER_MINUTE, MAX_WAITING, MAX_WAITING_TOTAL, Limits
from studio.settings.model_settings import ModelSettings, names
from studio.settings.parsing import (
    parse_accounts,
    parse_headers,
    parse_networks,
    parse_servers,
    words,
)

LOOPBACK_NAMES = frozenset({"127.0.0.1", "::1", "localhost"})


class Settings(ModelSettings):
    """Everything that can be set. Each description is what `--help` says."""

    model_config = SettingsConfigDict(
        env_file=".env",
        env_file_encoding="utf-8",
        env_ignore_empty=True,
        extra="ignore",
        frozen=True,
        hide_input_in_errors=True,
    )

    servers: Annotated[tuple[Address, ...], NoDecode] = Field(
        default=(),
        validation_alias=names("servers", "COMFYUI_URL"),
        description="A ComfyUI server, as http://host:8188, https://user:password@host/path or "
        "NAME=http://host:8188. Repeat for several. Without any, the demo engine runs. "
        "COMFYUI_URL says the same (comma between several); STEPGLASS_SERVERS also takes JSON: "
        '[{"url": "…", "name": "…", "headers": {"Authorization": "Bearer …"}}].',
        json_schema_extra={"flag": "--server", "metavar": "URL", "many": True},
    )
    headers: Annotated[tuple[tuple[str, SecretStr], ...], NoDecode] = Field(
        default=(),
        validation_alias=names("headers"),
        description='A header to send to every server, as "Authorization: Bearer …", on HTTP and '
        "on the socket. Repeat for several; in the environment one a line, or a JSON object.",
        json_schema_extra={"flag": "--header", "metavar": "HEADER", "many": True},
    )
    data_folder: Path = Field(
        default_factory=usual_data_folder,
        validation_alias=names("data_folder"),
        description="Where the records and the finished images are kept.",
        json_schema_extra={"metavar": "FOLDER"},
    )
    host: str = Field(
        default="127.0.0.1",
        min_length=1,
        pattern=r"^[\w.:\[\]-]+$",
        validation_alias=names("host", "GRADIO_SERVER_NAME"),
        description="The address to listen on: 127.0.0.1 for this machine alone, 0.0.0.0 for "
        "everybody who can reach it.",
        json_schema_extra={"metavar": "ADDRESS"},
    )
    port: int = Field(
        default=7860,
        ge=0,
        le=65535,
        validation_alias=names("port", "GRADIO_SERVER_PORT"),
        description="The port to listen on; 0 takes any free one.",
        json_schema_extra={"metavar": "N"},
    )
    share: bool = Field(
        default=False,
        validation_alias=names("share"),
        description="Make a public gradio.live link. Needs --auth.",
    )
    auth: Annotated[tuple[tuple[str, SecretStr], ...], NoDecode] = Field(
        default=(),
        validation_alias=names("auth"),
        description="Ask for a login: USER:PASSWORD, or @FILE with one such pair a line. Repeat "
        "for several. Each user sees only their own generations. STEPGLASS_AUTH keeps passwords "
        "out of the process list.",
        json_schema_extra={"metavar": "USER:PASSWORD", "many": True},
    )
    allowed_hosts: Annotated[tuple[str, ...], NoDecode] = Field(
        default=(),
        validation_alias=names("allowed_hosts"),
        description="A host name under which a reverse proxy on this machine serves the page. "
        "Repeat for several.",
        json_schema_extra={"flag": "--allowed-host", "metavar": "NAME", "many": True},
    )
    trusted_proxies: Annotated[tuple[str, ...], NoDecode] = Field(
        default=(),
        validation_alias=names("trusted_proxies"),
        description="The address of a reverse proxy, or its network, whose X-Forwarded-For is "
        "believed: wrong passwords are then counted by whoever sent them, not by the proxy. "
        "Repeat for several.",
        json_schema_extra={"flag": "--trusted-proxy", "metavar": "ADDRESS", "many": True},
    )
    people: Literal["one", "browsers", ""] = Field(
        default="",
        validation_alias=names("people"),
        description="Without --auth: one person has everything, from whatever browser, or each "
        "of the browsers is a person of its own. By default one, where only this machine reaches "
        "the page.",
        json_schema_extra={"metavar": "one|browsers"},
    )
    import_folders: Annotated[tuple[Path, ...], NoDecode] = Field(
        default=(),
        validation_alias=names("import_folders"),
        description="A folder, as ComfyUI's output, whose files may be imported from the page. "
        "Repeat for several. Where only this machine reaches the page, what lies below the home "
        "folder may be too.",
        json_schema_extra={"flag": "--import-folder", "metavar": "FOLDER", "many": True},
    )
    preview_method: Literal["auto", "latent2rgb", "taesd", "none"] = Field(
        default="auto",
        validation_alias=names("preview_method"),
        description="How servers make previews; none turns them off.",
    )
    max_upload_mb: float = Field(
        default=50.0,
        gt=0,
        le=2048,
        allow_inf_nan=False,
        validation_alias=names("max_upload_mb"),
        description="The largest image that can be uploaded, in megabytes.",
        json_schema_extra={"metavar": "MB"},
    )
    max_upload_mb_per_hour: float = Field(
        default=2000.0,
        gt=0,
        le=1e9,
        allow_inf_nan=False,
        validation_alias=names("max_upload_mb_per_hour"),
        description="How much one person may send within an hour, in megabytes.",
        json_schema_extra={"metavar": "MB"},
    )
    max_waiting: int = Field(
        default=MAX_WAITING,
        ge=1,
        le=MAX_WAITING_TOTAL,
        validation_alias=names("max_waiting"),
        description="How many jobs of one person may wait at once.",
        json_schema_extra={"metavar": "N"},
    )
    max_per_minute: int = Field(
        default=MAX_PER_MINUTE,
        ge=1,
        le=1_000_000,
        validation_alias=names("max_per_minute"),
        description="How many jobs one person may queue within a minute.",
        json_schema_extra={"metavar": "N"},
    )
    allow_private_addresses: bool = Field(
        default=False,
        validation_alias=names("allow_private_addresses"),
        description="Let notifications go to private, loopback and link-local addresses, too: "
        "whoever uses the page then reaches what this machine reaches.",
    )
    demo_step_seconds: float = Field(
        default=0.15,
        ge=0,
        le=60,
        allow_inf_nan=False,
        validation_alias=names("demo_step_seconds"),
        description="How long the demo engine takes for a step at 512 × 512.",
        json_schema_extra={"metavar": "SECONDS"},
    )
    log_level: Literal["debug", "info", "warning", "error"] = Field(
        default="info",
        validation_alias=names("log_level"),
        description="How much is logged.",
    )

    @field_validator("servers", mode="before")
    @classmethod
    def _read_servers(cls, value: Any) -> tuple[Address, ...]:
        return parse_servers(value)

    @field_validator("headers", mode="before")
    @classmethod
    def _read_headers(cls, value: Any) -> tuple[tuple[str, str], ...]:
        return parse_headers(value)

    @field_validator("auth", mode="before")
    @classmethod
    def _read_auth(cls, value: Any) -> tuple[tuple[str, str], ...]:
        return parse_accounts(value)

    @field_validator("allowed_hosts", mode="before")
    @classmethod
    def _read_hosts(cls, value: Any) -> tuple[str, ...]:
        return tuple(name.lower().rstrip(".") for name in words(value))

    @field_validator("trusted_proxies", mode="before")
    @classmethod
    def _read_proxies(cls, value: Any) -> tuple[str, ...]:
        return parse_networks(value)

    @field_validator("import_folders", mode="before")
    @classmethod
    def _read_folders(cls, value: Any) -> tuple[Path, ...]:
        return tuple(Path(name).expanduser().absolute() for name in words(value))

    @field_validator("log_level", "preview_method", "people", mode="before")
    @classmethod
    def _lower(cls, value: Any) -> Any:
        return value.strip().lower() if isinstance(value, str) else value

    @field_validator("data_folder")
    @classmethod
    def _folder(cls, folder: Path) -> Path:
        folder = folder.expanduser().absolute()
        if folder.exists() and not folder.is_dir():
            raise ValueError(f"{folder} is a file: name a folder")
        return folder

    @model_validator(mode="after")
    def _share_has_auth(self) -> "Settings":
        if self.share and not self.auth:
            raise ValueError(
                "--share puts the page on the internet, so it needs a login: "
                "add --auth NAME:PASSWORD"
            )
        return self

    @property
    def addresses(self) -> tuple[Address, ...]:
        """The servers, each with the common headers that it does not set itself."""
        common = {key: value.get_secret_value() for key, value in self.headers}
        return tuple(_with_headers(server, common) for server in self.servers)

    @property
    def accounts(self) -> dict[str, str]:
        """Password by user name; empty where nobody needs to log in."""
        return {name: password.get_secret_value() for name, password in self.auth}

    @property
    def is_loopback(self) -> bool:
        """Whether only this machine can connect."""
        host = self.host.strip("[]").lower()
        return host in LOOPBACK_NAMES or host.startswith("127.")

    @property
    def is_private(self) -> bool:
        """Whether nobody but who sits at this machine reaches the page."""
        open_ = (self.share, self.auth, self.allowed_hosts, self.trusted_proxies, on_space())
        return self.is_loopback and not any(open_)

    @property
    def is_one_person(self) -> bool:
        """Whether all who reach the page are one person, so that it has one owner."""
        return not self.auth and (self.people or ("one" if self.is_private else "")) == "one"

    @property
    def max_upload_bytes(self) -> int:
        """The largest upload, in bytes."""
        return int(self.max_upload_mb * 1024 * 1024)

    @property
    def limits(self) -> Limits:
        """What each owner may queue."""
        return Limits(self.max_waiting, self.max_per_minute)

    @property
    def max_upload_bytes_per_hour(self) -> int:
        """What one person may send within an hour, in bytes."""
        return int(self.max_upload_mb_per_hour * 1024 * 1024)


def on_space() -> bool:
    """Whether this runs on a Hugging Face Space."""
    return bool(os.environ.get("SPACE_ID"))


def _with_headers(server: Address, common: dict[str, str]) -> Address:
    own = {key.lower() for key, _ in server.headers}
    more = tuple((k, v) for k, v in common.items() if k.lower() not in own)
    return Address(server.url, server.headers + more, server.name)
