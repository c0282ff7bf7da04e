"""``python app.py backup FILE`` and ``restore FILE``: what the storage does, said on the terminal."""

import sys

from storage.backup import backup, restore
from storage.errors import StorageError
from studio.commands import Command

EXIT_FAILED = 1


def carry_out(command: Command) -> int:
    """Back up or restore as *command* says; return the exit code."""
    folder, file = command.settings.data_folder, command.file
    if file is None:
        raise ValueError("a backup needs a file")
    try:
        if command.action == "backup":
            number = backup(folder, file.expanduser())
            print(f"{file} now holds {number} files of {folder}.")
        else:
            number = restore(file.expanduser(), folder)
            print(f"{folder} now holds {number} files of {file}.")
    except StorageError as error:
        print(f"stepglass: {error}", file=sys.stderr)
        return EXIT_FAILED
    return 0
