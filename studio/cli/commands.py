"""The command line: flags made from the settings, and one clear line for each mistake."""

import argparse
import difflib
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

from pydantic import ValidationError
from pydantic.fields import FieldInfo
from pydantic_settings import SettingsError

from studio.installation import PROGRAM
from studio.settings.model_settings import ENV_PREFIX
from studio.settings.settings import Settings

EXIT_WRONG_VALUE = 2
ACTIONS = ("serve", "backup", "restore", "export", "import", "assign")
FORMATS = ("parquet", "csv")
"""Flags of export, each followed by the folder to write into."""
_SEE = f" ({PROGRAM} --help lists all)"
_SECRET = frozenset({"servers", "headers", "auth"})
_SHOWN_CHARACTERS = 60

_EPILOG = f"""\
Each setting is read from its flag, else the environment variable in brackets, else a file .env
in the present folder.

examples:
  {PROGRAM}                                      the demo engine, no GPU needed
  {PROGRAM} --server http://192.168.1.20:8188    a ComfyUI on another machine
  {PROGRAM} --server https://gpu.example --header "Authorization: Bearer TOKEN"
  {PROGRAM} --host 0.0.0.0 --auth ann:secret     for the local network, with a login
  {PROGRAM} --share --auth ann:secret            a public link, with a login
  {PROGRAM} backup stepglass.zip                 keep a copy of the data folder
  {PROGRAM} export --parquet numbers             every table and statistic for other programs
  {PROGRAM} import ComfyUI/output --owner ann    copy finished pictures into the gallery
  {PROGRAM} assign ann                           give ann what was made without a login
"""


@dataclass(frozen=True, slots=True)
class Command:
    """What to do: `action` is one of ACTIONS.

    `file` is the archive of backup and restore, the folder of export, which writes files of
    `format`, the folder of import, which are to be those of `owner`, and the account of assign.
    """

    action: str
    settings: Settings
    file: Path | None = None
    format: str = ""
    owner: str = ""


def read_command(arguments: Sequence[str]) -> Command:
    """Parse the command line; a mistake is one line on stderr and exit code 2."""
    parsed, unknown = _parser().parse_known_args(arguments)
    given = vars(parsed)
    action, file = given.pop("action"), given.pop("file")
    folders = {name: given.pop(name) for name in FORMATS if name in given}
    owner = given.pop("owner", "")
    for word in unknown:
        if word.startswith("-"):
            fail(f"there is no flag {_shown(word)}{_nearest(word, _flags())}{_SEE}")
    if action not in ACTIONS:
        fail(f"there is no command {action!r}{_nearest(action, ACTIONS)}{_SEE}")
    if unknown or (action in ("serve", "export") and file is not None):
        fail(f"{unknown[0] if unknown else str(file)!r} is one word too many{_SEE}")
    if action == "export" or folders:
        return _export(action, folders, given)
    if owner and action != "import":
        fail(f"--owner belongs to import: {PROGRAM} import FOLDER --owner NAME")
    if action == "import" and file is None:
        fail(f"import needs a folder: {PROGRAM} import ComfyUI/output")
    if action == "assign" and file is None:
        fail(f"assign needs the name of an account: {PROGRAM} assign ann")
    if action != "serve" and file is None:
        fail(f"{action} needs the name of a file: {PROGRAM} {action} stepglass.zip")
    return Command(action, read_settings(**given), file, owner=owner)


def _export(action: str, folders: dict[str, Path], given: dict[str, Any]) -> Command:
    if action != "export":
        fail(f"--{next(iter(folders))} belongs to export: {PROGRAM} export --parquet FOLDER")
    if len(folders) != 1:
        fail(f"export writes one kind of files: {PROGRAM} export --parquet FOLDER, or --csv")
    ((name, folder),) = folders.items()
    return Command(action, read_settings(**given), folder, name)


def read_settings(**given: Any) -> Settings:
    """Settings from *given*, the environment and `.env`; a mistake ends the program."""
    try:
        return Settings(**given)
    except ValidationError as error:
        fail("; ".join(_sentence(one) for one in error.errors(include_url=False)))
    except SettingsError as error:
        fail(str(error))
    except (OSError, UnicodeDecodeError) as error:
        fail(f"the file .env in this folder cannot be read: {error}")


def fail(message: str) -> NoReturn:
    """Say *message* in one line and end the program with the code for wrong values."""
    print(f"stepglass: {' '.join(message.split())}", file=sys.stderr)
    raise SystemExit(EXIT_WRONG_VALUE)


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        """Say what is wrong without the usage in front of it."""
        fail(f"{message}{_SEE}")


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(
        prog=PROGRAM,
        description="Stepglass, a live dashboard for ComfyUI.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
        argument_default=argparse.SUPPRESS,
    )
    parser.add_argument(
        "action",
        nargs="?",
        default="serve",
        metavar="|".join(ACTIONS),
        help="serve the page (the default); back up the data folder to a file, or restore it; "
        "export every table and statistic; import a folder of finished images; or give what was "
        "made without a login to an account",
    )
    parser.add_argument(
        "file", nargs="?", default=None, type=Path, help="for all of these but export"
    )
    parser.add_argument(
        "--owner", metavar="NAME", help="for import: whose gallery the files are to be in"
    )
    for name in FORMATS:
        parser.add_argument(
            f"--{name}", type=Path, metavar="FOLDER", help=f"for export: write .{name} files there"
        )
    for name, field in Settings.model_fields.items():
        _add_flag(parser, name, field)
    return parser


def _add_flag(parser: argparse.ArgumentParser, name: str, field: FieldInfo) -> None:
    extra = field.json_schema_extra if isinstance(field.json_schema_extra, dict) else {}
    usual = field.get_default(call_default_factory=True)
    default = "" if usual in ((), False) else f" Default: {usual}."
    options: dict[str, Any] = {
        "dest": name,
        "help": f"{field.description}{default} [{ENV_PREFIX}{name.upper()}]".replace("%", "%%"),
    }
    if field.annotation is bool:
        options["action"] = argparse.BooleanOptionalAction
    else:
        options["action"] = "append" if extra.get("many") else "store"
        options["metavar"] = extra.get("metavar") or _choices(field)
    parser.add_argument(flag_of(name), **options)


def flag_of(name: str) -> str:
    """The flag of the setting *name*."""
    extra = Settings.model_fields[name].json_schema_extra
    flag = extra.get("flag") if isinstance(extra, dict) else None
    return str(flag or f"--{name.replace('_', '-')}")


def _choices(field: FieldInfo) -> str:
    return "|".join(getattr(field.annotation, "__args__", ())) or "VALUE"


def _sentence(error: Any) -> str:
    """One sentence for one of pydantic's errors; names flag and variables, quotes no secret."""
    message = str(error["msg"])
    own = message.removeprefix("Value error, ")
    if not error["loc"]:
        return own
    name = _field_of(str(error["loc"][0]))
    choices = getattr(Settings.model_fields[name].validation_alias, "choices", ())
    where = f"{flag_of(name)} ({', '.join(choices[1:])})"
    if own != message or name in _SECRET:
        return f"{where} {own}" if name in _SECRET else f"{where}: {own}"
    said = message.removeprefix("Input should be ").partition(", unable")[0]
    return f"{where} is {_shown(str(error['input']))}, but should be {said}"


def _field_of(alias: str) -> str:
    for name, field in Settings.model_fields.items():
        choices = getattr(field.validation_alias, "choices", ())
        if alias == name or alias in choices or alias.upper() in choices:
            return name
    return alias


def _flags() -> list[str]:
    return [*(flag_of(name) for name in Settings.model_fields), *(f"--{name}" for name in FORMATS)]


def _nearest(word: str, known: Sequence[str]) -> str:
    found = difflib.get_close_matches(word.partition("=")[0], known, n=1)
    return f": did you mean {found[0]}?" if found else ""


def _shown(text: str) -> str:
    """*text*, short and without what follows a `=`, which may be a secret."""
    text = text.partition("=")[0]
    return repr(text if len(text) <= _SHOWN_CHARACTERS else text[:_SHOWN_CHARACTERS] + "…")
