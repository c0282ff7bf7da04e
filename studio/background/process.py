"""What the process asks of its system at the start: privacy on the disk, and room for files."""

import contextlib
import gc
import logging
import os
import stat
import tempfile
from collections.abc import Iterator
from pathlib import Path

PRIVATE_MASK = 0o077
"""Of what is made from now on, only its owner reads and writes anything."""
MOST_FILES = 65_536
"""Descriptors to ask for; more are of no use, and some systems take long over each."""
ARRIVALS = ".stepglass-sent"
"""The folder of files that come through the page. Backups leave out what is called so."""
TEMPORARY = ".stepglass-temporary"
"""The folder for scratch files where the system has none; backups leave it out, too."""
log = logging.getLogger(__name__)


def prepare(folder: Path) -> None:
    """Keep the data *folder* private, and have as many files open as may be."""
    os.umask(PRIVATE_MASK)
    # Read when Gradio is imported: its own folder may be open to everybody on this machine.
    os.environ.setdefault("GRADIO_TEMP_DIR", str(folder / ARRIVALS))
    _have_temporary_folder(folder)
    try:
        _close_to_others(folder)
    except OSError as error:
        log.warning(
            "%s can be read by others on this machine, which could not be changed (%s).",
            folder,
            error.strerror,
        )
    raise_file_limit()


@contextlib.contextmanager
def garbage_kept() -> Iterator[None]:
    """Collect no garbage within it, nor, later, look through what was made within it.

    For the start: nearly all that is read and built then stays. Collections would look through it
    again and again, which takes a tenth of the start, and a tenth of a second each time later.
    """
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()


def _have_temporary_folder(folder: Path) -> None:
    """Where the system has none, as in some containers, have one in the data *folder*."""
    try:
        tempfile.gettempdir()
    except FileNotFoundError:
        own = folder / TEMPORARY
        try:
            own.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            log.warning(
                "There is no temporary folder: %s cannot be made (%s).", own, error.strerror
            )
            return
        os.environ["TMPDIR"] = tempfile.tempdir = str(own)  # the demo engine inherits it


def raise_file_limit() -> int:
    """Ask for as many open files as this process may have; return how many that is."""
    try:
        import resource
    except ImportError:  # a system without such limits
        return MOST_FILES
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = MOST_FILES if hard == resource.RLIM_INFINITY else min(hard, MOST_FILES)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        try:
            resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
        except (OSError, ValueError) as error:
            log.info("The limit of %d open files stays: %s", soft, error)
            return int(soft)
        return wanted
    return MOST_FILES if soft == resource.RLIM_INFINITY else int(soft)


def _close_to_others(folder: Path) -> None:
    """Take the rights of others from *folder* and what lies in it, as earlier versions left it.

    Nobody reaches what is further below.
    """
    if not folder.is_dir() or folder.stat().st_mode & stat.S_ISVTX:
        return  # a folder for everybody, as /tmp, is nobody's to close
    for path in (*folder.iterdir(), folder):
        mode = stat.S_IMODE(path.lstat().st_mode)
        if mode & PRIVATE_MASK and not path.is_symlink():
            path.chmod(mode & ~PRIVATE_MASK)
