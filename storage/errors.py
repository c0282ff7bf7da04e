"""What can go wrong with the data folder, as one tree.

StorageError
├── FolderInUse         another process has the database open
├── FolderReadOnly      the folder or a file in it may not be written
├── DiskFull            no space, a quota or a file size limit; may be tried again
├── DatabaseNewer       written by a newer Stepglass or a newer DuckDB
├── DatabaseUnreadable  damaged, or no database at all
├── Unstorable          a value that no column can hold; everything else is stored
├── StoreClosed         asked after `close`
├── BackupRefused       a backup cannot be written, or an archive not restored, as asked
└── BoxRefused          a viewer's own statement cannot be answered

Every message is one or two sentences fit for the person at the page: what, where, what to do.
"""


class Outdated(Exception):  # no trouble with the folder, and never shown
    """What a change was made for does not hold any more: nothing was changed."""


class StorageError(Exception):
    """Any trouble with the data folder; `str()` is a sentence for the user."""


class FolderInUse(StorageError):
    """Another process works on the same data folder."""


class FolderReadOnly(StorageError):
    """The data folder may not be written."""


class DiskFull(StorageError):
    """There is no room; what was asked is not stored and may be asked again."""


class DatabaseNewer(StorageError):
    """The database was written by a newer version."""


class DatabaseUnreadable(StorageError):
    """The database file is damaged, or is something else."""


class Unstorable(StorageError, ValueError):
    """Something in what was asked to be stored cannot be; it will not be the next time either."""


class StoreClosed(StorageError):
    """The store was closed before it was asked."""


class BackupRefused(StorageError):
    """A backup or a restore that would overwrite something, or an archive that is not ours."""


class VideoRefused(StorageError):
    """No image can be made of a video; it will not be the next time either."""


class VideoBusy(StorageError):
    """Too many videos are asked for at once; this one may be asked for again."""


class BoxRefused(StorageError):
    """A viewer's statement is wrong, forbidden, or takes too much."""
