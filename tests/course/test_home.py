"""An assignment's home: where it is, what it says, which of its modules students have."""

import sys

import nbformat
import pytest
from nbformat.v4 import new_notebook

from grading.course.assignment import Assignment
from grading.course.home import COURSE, Home, home_of, homes, use_modules
from grading.course.student_files import module_files
from grading.sandbox import mounts


def make(root, name="tiny", settings="total = 5\n"):
    for folder in ("source", "notebooks"):
        (root / folder / name).mkdir(parents=True)
    nbformat.write(new_notebook(), root / "source" / name / "1_one.ipynb")
    (root / "notebooks" / name / "assignment.toml").write_text(settings)
    return root / "source" / name


def test_a_home_lies_beside_the_source_and_else_in_the_course_of_this_package(tmp_path):
    source = make(tmp_path)
    assert home_of(source).folder == tmp_path / "notebooks" / "tiny"
    assert home_of(tmp_path / "source" / "nn_lab").folder == COURSE / "notebooks" / "nn_lab"


def test_homes_come_in_the_order_that_they_say_and_then_by_name(tmp_path):
    for name, settings in (("a", ""), ("b", ""), ("c", "order = 1\n"), ("d", "order = 2\n")):
        make(tmp_path, name, settings)
    assert [home.name for home in homes(tmp_path)] == ["c", "d", "a", "b"]
    assert homes(tmp_path / "elsewhere") == []


def test_a_title_is_said_or_made_of_the_name(tmp_path):
    make(tmp_path, "two_layers", 'title = "Two layers, at last"\n')
    make(tmp_path, "three_layers")
    titles = [home.title() for home in homes(tmp_path)]
    assert titles == ["Three layers", "Two layers, at last"]


def test_settings_that_are_no_toml_are_named(tmp_path):
    source = make(tmp_path, settings="total = five")
    with pytest.raises(ValueError, match=r"assignment\.toml is no TOML"):
        Assignment(source)


def test_a_module_is_run_once_and_may_be_missing(tmp_path):
    home = Home(tmp_path)
    assert home.module("published.py") is None
    (tmp_path / "published.py").write_text("PROTOCOLS = []")
    module = home.module("published.py")
    module.PROTOCOLS.append(1)
    assert home.module("published.py").PROTOCOLS == [1]


MODULE = "tiny_doubles.py"


@pytest.mark.parametrize("place", ["notebooks/tiny/student", "source/tiny"])
def test_modules_for_students_are_found_in_the_home_or_where_they_were_built(
    tmp_path, place, monkeypatch
):
    source = make(tmp_path)
    assert Assignment(source).modules is None
    folder = tmp_path / place
    folder.mkdir(exist_ok=True)
    for name in (MODULE, "other_doubles.py", "tiny_doubles.txt"):
        (folder / name).write_text("VALUE = 3\n")
    (folder / "tiny_linked.py").symlink_to(folder / "other_doubles.py")
    assert Assignment(source).modules == folder
    assert module_files(folder) == [MODULE]
    mounts.copy_packages(tmp_path / "copy", folder)
    assert [path.name for path in (tmp_path / "copy" / "assignment").iterdir()] == [MODULE]
    monkeypatch.setattr(sys, "path", list(sys.path))
    for _ in range(2):
        use_modules(folder)
    assert sys.path.count(str(folder)) == 1
    use_modules(None)
