"""A folder for what a student's function writes, where that function runs, and gone afterwards."""

import contextlib
import shutil
import tempfile
import weakref
from collections.abc import Iterator, Mapping
from pathlib import Path

from checks.factories import factory

#: What the folder's name begins with; eight letters and digits follow.
PREFIX = "gradient-lab-"


class ScratchFiles:
    """Files in a temporary folder of the student's process, in plain data: names and bytes.

    The folder is made when it is first needed, so that the test's own one makes none.

    Attributes
    ----------
    calls : ScratchFiles
        The files themselves: what a test reaches of a factory's thing in another process.
    path : str
        The folder.
    """

    def __init__(self) -> None:
        self._folder: str | None = None
        self._limit_before: int | None = None

    def __deepcopy__(self, memo: object) -> "ScratchFiles":
        """Return this object: there is one folder."""
        return self

    @property
    def calls(self) -> "ScratchFiles":
        """The files."""
        return self

    @property
    def path(self) -> str:
        """The folder, which is there from now on."""
        if self._folder is None:
            self._folder = tempfile.mkdtemp(prefix=PREFIX)
            # When a check is broken off, it may not come to the end of its block.
            weakref.finalize(self, shutil.rmtree, self._folder, ignore_errors=True)
        return self._folder

    def write(self, files: Mapping[str, bytes | None]) -> None:
        """Write files, a dict of bytes by name; delete where None stands."""
        for name, data in files.items():
            file = Path(self.path, name)
            if data is None:
                file.unlink(missing_ok=True)
            else:
                file.write_bytes(data)

    def read(self) -> dict[str, bytes]:
        """Return the bytes of all files by their names."""
        folder = Path(self.path)
        files = sorted(each for each in folder.rglob("*") if each.is_file())
        return {each.relative_to(folder).as_posix(): each.read_bytes() for each in files}

    def names(self) -> list[str]:
        """Return the names of all files and folders, sorted; those inside folders with a slash."""
        folder = Path(self.path)
        return sorted(each.relative_to(folder).as_posix() for each in folder.rglob("*"))

    def fill_up(self, size: int) -> None:
        """Let no file of this process grow beyond `size` bytes: writing more is an OSError.

        Only systems with such a limit have it; elsewhere nothing happens.
        """
        with contextlib.suppress(ImportError):
            import resource

            soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
            if self._limit_before is None:
                self._limit_before = soft
            resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))

    def make_room(self) -> None:
        """Lift the limit of `fill_up`."""
        if self._limit_before is not None:
            import resource

            _, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
            resource.setrlimit(resource.RLIMIT_FSIZE, (self._limit_before, hard))
            self._limit_before = None

    def remove(self) -> None:
        """Lift the limit and delete the folder with all that is in it."""
        self.make_room()
        if self._folder is not None:
            shutil.rmtree(self._folder, ignore_errors=True)
            self._folder = None


@factory
def scratch_files() -> ScratchFiles:
    """Return what `checks.scratch_folder` gives: files where the student's code is.

    Returns
    -------
    ScratchFiles
    """
    return ScratchFiles()


@contextlib.contextmanager
def scratch_folder() -> Iterator[ScratchFiles]:
    """Give a temporary folder where the student's functions can write; it is deleted at the end.

    The test writes, lists and reads files there, in bytes by their names, and it is the test that
    makes sense of the bytes.  Under the grader each call takes some hundredths of a second.

    Returns
    -------
    context manager of ScratchFiles
    """
    files = scratch_files().calls
    try:
        yield files
    finally:
        files.remove()
