"""``python app.py`` backup, restore, export and import: others do it, this says so."""

import sys

from storage.backup import backup, restore
from storage.errors import StorageError
from storage.export import export
from storage.tables import Format
from studio.bring import bring
from studio.commands import Command
from studio.errors import StudioError

EXIT_FAILED = 1


def carry_out(command: Command) -> int:
    """Back up, restore, export or import as *command* says; return the exit code."""
    if command.file is None:
        raise ValueError("a backup needs a file, an export or import a folder")
    folder, file = command.settings.data_folder, command.file.expanduser()
    try:
        if command.action == "import":
            print(bring(file, command.owner, command.settings))
        elif command.action == "export":
            number = export(folder, file, Format(command.format))
            print(f"{file} now holds {number} tables of {folder}.")
        elif command.action == "backup":
            print(f"{file} now holds {backup(folder, file)} files of {folder}.")
        else:
            print(f"{folder} now holds {restore(file, folder)} files of {file}.")
    except (StorageError, StudioError) as error:
        print(f"stepglass: {error}", file=sys.stderr)
        return EXIT_FAILED
    return 0
