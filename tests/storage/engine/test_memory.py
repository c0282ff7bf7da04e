"""Memory that DuckDB has taken for a long log goes back to the system with it."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.paths import ROOT

_FOLD = """
import os, sys
from pathlib import Path
import psutil
from storage.engine import database
from storage.records import Status
from storage.store import Store
from tests.support.records import generation, image, node_run

def memory():
    return psutil.Process().memory_info().rss

database.LONG_LOG = 2**40
store = Store(Path(sys.argv[1]))
made = [generation(n, error_detail=os.urandom(3000).hex()) for n in range(400)]
store.generations.add(made)
for one in made:
    runs = [node_run()] * 7
    store.generations.complete(one.id, node_runs=runs, images=(image(),), status=Status.FINISHED)
long = memory()
database.LONG_LOG = 0
store.flags.set("folds", on=True)
store.flags.set("folds", on=False)  # is written after the fold of the one before
print(long - memory(), flush=True)
store.close()
"""


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere an allocator may keep it")
def test_what_a_long_log_took_is_given_back_when_it_is_folded_in(tmp_path: Path) -> None:
    command = [sys.executable, "-c", _FOLD, str(tmp_path)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    assert int(done.stdout) > 0
