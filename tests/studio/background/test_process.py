"""What the process asks of its system at the start."""

import contextlib
import gc
import subprocess
import sys
from pathlib import Path

from storage.errors import StorageError
from studio.background.process import garbage_kept

BARE = """
import sys, tempfile
tempfile._candidate_tempdir_list = lambda: []  # as where no folder can be written to
from pathlib import Path
from studio.background.process import prepare
prepare(Path(sys.argv[1]))
with tempfile.NamedTemporaryFile() as file:
    print(file.name)
"""


def test_without_a_temporary_folder_there_is_one_in_the_data_folder(tmp_path: Path) -> None:
    data = tmp_path / "data"
    command = [sys.executable, "-c", BARE, str(data)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    assert Path(done.stdout.strip()).parent.parent == data


def test_garbage_is_collected_again_once_it_has_started_or_failed_to() -> None:
    with contextlib.suppress(StorageError), garbage_kept():
        assert not gc.isenabled()
        raise StorageError
    assert gc.isenabled()
    assert gc.get_freeze_count() > 0
    gc.unfreeze()
