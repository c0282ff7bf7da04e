"""Import a folder of seeded PNGs with ComfyUI's metadata, twice, and print what that took.

The second time nothing is added: files are known by their content. Then the same once more, after
some have been added, renamed and copied within the folder. Beside each stands how many times as
long it took as to read, sum and copy the folder's files at the same time on the same machine.
"""

import argparse
import hashlib
import shutil
import tempfile
import time
from pathlib import Path

from storage.files.thumbnailer import Previews
from storage.search.query import Search
from storage.store import Store
from studio.cli.import_folder import said
from studio.library.import_job import Import
from tests.support.picture_folders import SEED, make_folder

OWNER = "user:ann"


def _imported(store: Store, previews: Previews, source: Path) -> str:
    plain = _copied(source)
    began = time.perf_counter()
    state = Import(store, source, OWNER, previews, lambda _state: None).run(lambda: False)
    took = time.perf_counter() - began
    count = store.library.count(Search(), owner=OWNER)
    return f"{took:7.1f} s = {took / plain:4.1f} × {plain:.1f} s  {said(state)}  {count:,} records"


def _copied(source: Path) -> float:
    """Seconds that it takes to read, sum and copy all files below *source*."""
    with tempfile.TemporaryDirectory() as aside:
        began = time.perf_counter()
        for number, path in enumerate(source.rglob("*.png")):
            data = path.read_bytes()
            hashlib.sha256(data).hexdigest()
            (Path(aside) / str(number)).write_bytes(data)
        return time.perf_counter() - began


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pictures", type=int, default=5000)
    parser.add_argument("--side", type=int, default=256, help="pixels")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as aside:
        source, data = Path(aside) / "output", Path(aside) / "data"
        make_folder(source, given.pictures, given.side)
        size = sum(path.stat().st_size for path in source.rglob("*.png"))
        print(f"{given.pictures:,} pictures, {size / 2**20:,.0f} MB")
        store = Store(data)
        previews = Previews(data)
        previews.start()
        try:
            print("first   ", _imported(store, previews, source))
            print("again   ", _imported(store, previews, source))
            first = next(source.rglob("*.png"))
            shutil.copy2(first, source / "a copy of the first.png")
            first.rename(source / "renamed.png")
            make_folder(source / "more", 10, given.side, SEED + 1)
            print("10 more ", _imported(store, previews, source))
            began = time.perf_counter()
            previews.finish()
            print(f"thumbnails done {time.perf_counter() - began:.1f} s after that")
        finally:
            store.close()


if __name__ == "__main__":
    main()
