"""``python app.py backup FILE`` and ``restore FILE``: the storage does it, this says so."""

from pathlib import Path

from storage.backup import backup, restore


def run(action: str, folder: Path, file: Path) -> None:
    """Back up the data *folder* into *file*, or restore it from there. Raises StorageError."""
    file = file.expanduser()
    if action == "backup":
        print(f"{file} now holds {backup(folder, file)} files of {folder}.")
    else:
        print(f"{folder} now holds {restore(file, folder)} files of {file}.")
