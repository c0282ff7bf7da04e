"""``python app.py`` backup, restore, export, import and assign: others do it, this says so."""

import sys

from storage.errors import StorageError
from storage.export import export
from storage.store import Store
from storage.transfer.backup import backup, restore
from storage.transfer.table_files import Format
from studio.access.people import assign
from studio.cli.commands import Command
from studio.cli.import_folder import bring
from studio.errors import StudioError
from studio.settings.settings import Settings

EXIT_FAILED = 1


def carry_out(command: Command) -> int:
    """Back up, restore, export or import as *command* says; return the exit code."""
    if command.file is None:
        raise ValueError("a backup needs a file, an export or import a folder")
    folder, file = command.settings.data_folder, command.file.expanduser()
    try:
        if command.action == "import":
            print(bring(file, command.owner, command.settings))
        elif command.action == "assign":
            print(_assign(command.file.name, command.settings))
        elif command.action == "export":
            number = export(folder, file, Format(command.format))
            print(f"{file} now holds {number} tables of {folder}.")
        elif command.action == "backup":
            made = backup(folder, file)
            print(f"{file} now holds {made.files} files of {folder}. {made.left_out}".rstrip())
        else:
            print(f"{folder} now holds {restore(file, folder)} files of {file}.")
    except (StorageError, StudioError) as error:
        print(f"stepglass: {error}", file=sys.stderr)
        return EXIT_FAILED
    return 0


def _assign(name: str, settings: Settings) -> str:
    if settings.auth and name not in settings.accounts:
        raise StudioError(f"There is no account {name!r}: {', '.join(settings.accounts)}.")
    store = Store(settings.data_folder)
    try:
        return f"{assign(store, name):,} generations that were made without a login are {name}'s."
    finally:
        store.close()
