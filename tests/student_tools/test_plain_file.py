"""Files that somebody else may have put there: only plain ones are read."""

import os
from pathlib import Path

import pytest

from student_tools.plain_file import TooLarge, open_plain_file, read_plain_file


def test_a_plain_file_is_read_as_far_as_it_may_be(tmp_path):
    file = tmp_path / "a"
    file.write_bytes(b"four")
    assert read_plain_file(file, 4) == b"four"
    with open_plain_file(file) as opened:
        assert opened.read() == b"four"
    with pytest.raises(TooLarge, match="larger than 0 MB"):
        read_plain_file(file, 3)
    with pytest.raises(FileNotFoundError):
        read_plain_file(tmp_path / "b", 4)


@pytest.mark.parametrize("kind", ["link", "broken link", "folder", "pipe", "device"])
def test_nothing_else_is_opened(tmp_path, kind):
    (tmp_path / "a").write_bytes(b"a secret")
    path = tmp_path / "b"
    if kind == "device":
        path = os.devnull
    elif kind == "folder":
        path.mkdir()
    elif kind == "pipe":
        os.mkfifo(path)
    else:
        path.symlink_to(tmp_path / ("a" if kind == "link" else "c"))
    before = len(list(Path("/proc/self/fd").iterdir()))
    with pytest.raises(ValueError, match=r"^it is (a link|no file)$"):
        read_plain_file(path, 100)
    assert len(list(Path("/proc/self/fd").iterdir())) == before


def test_a_link_that_takes_a_files_place_meanwhile_is_not_followed(tmp_path, monkeypatch):
    (tmp_path / "a").write_bytes(b"a secret")
    (tmp_path / "b").symlink_to("a")
    monkeypatch.setattr("pathlib.Path.is_symlink", lambda path: False)  # as it was, a moment ago
    with pytest.raises(OSError, match="symbolic"):
        read_plain_file(tmp_path / "b", 100)
