"""From a notebook's text to source/: metadata, ids, the same bytes twice, mistakes with lines."""

import shutil
from pathlib import Path

import nbformat
import pytest
from authoring_course import TEXT, line_of, make_course

from grading.authoring.build import build, stale_sources
from grading.authoring.cells import AuthoringError, assignments, read_notebook

REPOSITORY = Path(__file__).parents[2]


def built(root):
    build(root)
    return nbformat.read(root / "source" / "tiny" / "1_double.ipynb", as_version=4)


def test_cells_carry_nbgrader_metadata(tmp_path):
    make_course(tmp_path)
    node = built(tmp_path)
    found = {c.metadata.nbgrader.grade_id: c for c in node.cells if "nbgrader" in c.metadata}
    roles = {
        name: tuple(cell.metadata.nbgrader[key] for key in ("grade", "solution", "locked"))
        for name, cell in found.items()
    }
    assert roles == {
        "imports": (False, False, True),
        "double": (False, True, False),
        "test_double": (True, False, True),
        "test_double_2": (True, False, True),
        "report_why": (True, True, False),
        "recap": (False, False, True),
    }
    assert dict(found["test_double"].metadata.nbgrader) == {
        "grade": True,
        "grade_id": "test_double",
        "locked": True,
        "points": 4,
        "schema_version": 3,
        "solution": False,
        "task": False,
    }
    assert "points" not in found["double"].metadata.nbgrader
    assert found["report_why"].cell_type == "markdown"
    assert found["report_why"].metadata.nbgrader.points == 4


def test_a_notebook_without_outputs_and_python_version(tmp_path):
    make_course(tmp_path)
    node = built(tmp_path)
    assert all(
        c.outputs == [] and c.execution_count is None for c in node.cells if c.cell_type == "code"
    )
    assert node.metadata.kernelspec == {
        "display_name": "Python 3 (ipykernel)",
        "language": "python",
        "name": "python3",
    }
    assert "version" not in node.metadata.language_info
    assert node.cells[0].source.startswith("# Doubling\n\n**Points:** 10")
    assert node.cells[-1].source.endswith("- Twice is more, `# %%` is no cell here.")


def test_ids_stay_when_a_cell_is_added(tmp_path):
    make_course(tmp_path)
    before = [cell.id for cell in built(tmp_path).cells]
    assert len(set(before)) == len(before)  # two free cells have the same text
    assert {"double", "test_double", "report_why"} <= set(before)
    make_course(tmp_path, TEXT.replace("# %% given", "# %%\n1 + 1\n\n# %% given", 1))
    after = [cell.id for cell in built(tmp_path).cells]
    assert len(after) == len(before) + 1
    assert [each for each in after if each in before] == before


def test_the_same_bytes_twice_and_elsewhere(tmp_path):
    for name in ("one", "two"):
        make_course(tmp_path / name)
        assert sorted(path.name for path in build(tmp_path / name)) == [
            "1_double.ipynb",
            "curve.svg",
        ]
    assert build(tmp_path / "one") == []
    first, second = (
        (tmp_path / name / "source/tiny/1_double.ipynb").read_bytes() for name in ("one", "two")
    )
    assert first == second
    assert first.endswith(b"}\n")
    assert [
        path.name for path in (tmp_path / "one/source/tiny").iterdir() if path.name[0] == "."
    ] == []


def test_files_beside_the_texts_go_along(tmp_path):
    path = make_course(tmp_path)
    (path.parent / "data").mkdir()
    (path.parent / "data" / "table.csv").write_text("a,b\n")
    build(tmp_path)
    names = sorted(
        file.relative_to(tmp_path / "source/tiny").as_posix()
        for file in (tmp_path / "source/tiny").rglob("*.*")
    )
    assert names == ["1_double.ipynb", "curve.svg", "data/table.csv"]


def test_a_text_changed_after_building_is_stale(tmp_path):
    make_course(tmp_path)
    assert len(stale_sources(tmp_path)) == 2
    build(tmp_path)
    assert stale_sources(tmp_path) == []
    make_course(tmp_path, TEXT.replace("Return twice the array.", "Return the double."))
    assert [mistake.path for mistake in stale_sources(tmp_path)] == ["source/tiny/1_double.ipynb"]


def test_a_source_without_a_text_is_told(tmp_path):
    path = make_course(tmp_path)
    build(tmp_path)
    path.rename(path.with_name("2_double.py"))
    with pytest.raises(AuthoringError, match=r"1_double\.ipynb:1: nothing in notebooks/"):
        build(tmp_path)


MISTAKES = [
    ('given="imports"', 'gven="imports"', "unknown in a header: gven", 'gven="imports"'),
    ('given="imports"', 'given="im ports"', "takes a name of 1 to 64", "im ports"),
    ('given="imports"', "given=imports", "cannot be read", "given=imports"),
    ('given="imports"', 'given="imports" points=2', "test= and written= cells only", "points=2"),
    ('given="imports"', 'given="imports" answer="x"', "exclude each other", 'answer="x"'),
    ('given="imports"', 'my title given="imports"', "unknown in a header: title", "my title"),
    ('"test_double" points=4', '"test_double"', "has no points", 'test="test_double"\n'),
    ('"test_double" points=4', '"test_double" points=0', "a number above 0, not 0", "points=0"),
    ('"test_double" points=4', '"test_double" points="4"', "a number above 0", 'points="4"'),
    ('"test_double_2"', '"test_double"', 'the name "test_double" is taken', "points=2\n"),
    ('[markdown] written="report', 'written="report', "belongs on a markdown cell", "report_why"),
    ('answer="double"', '[markdown] answer="double"', "belongs on a code cell", "answer="),
    ("    return doubled_result\n", "    return doubled_result)\n", "not valid Python", "result)"),
    ("    ### END SOLUTION\n", "", "BEGIN SOLUTION without its END", "### BEGIN SOLUTION"),
    ("    ### BEGIN SOLUTION\n", "", "END SOLUTION without its BEGIN", "### END SOLUTION"),
    ("    ### BEGIN HIDDEN TESTS\n", "    ### BEGIN SOLUTION\n", "belongs into a cell", None),
    ("# Play here.", "### BEGIN HIDDEN TESTS", "not a free one", None),
    ("    ### BEGIN SOL", "    # see ### BEGIN SOL", "stands alone on its line", "# see"),
    ("# ### BEGIN MARK", "# ### BEGIN SOLUTION\n# ### BEGIN MARK", "without its END", None),
    ("# Play here.", "%matplotlib inline", "not valid Python", "%matplotlib"),
    ("# Play here.", "# %matplotlib inline", "jupytext reads this cell otherwise", None),
    ("# %%\n# Play here.", "# %% [raw]\n# x", "a raw cell", "[raw]"),
    ("# %%\n# Play here.", "# +\n# Play here.\n# In[3]:", "jupytext reads", None),
]


@pytest.mark.parametrize(("old", "new", "message", "where"), MISTAKES)
def test_mistakes_are_told_with_their_line(tmp_path, old, new, message, where):
    text = TEXT.replace(old, new, 1)
    assert text != TEXT
    make_course(tmp_path, text)
    with pytest.raises(AuthoringError) as caught:
        build(tmp_path)
    mistakes = [each for each in caught.value.mistakes if message in each.message]
    assert mistakes, caught.value
    assert str(mistakes[0]).startswith(f"notebooks/tiny/1_double.py:{mistakes[0].line}: ")
    if where:
        assert mistakes[0].line == line_of(text, where)
    assert not (tmp_path / "source").exists()


def test_all_mistakes_at_once_and_the_good_notebook_is_built(tmp_path):
    path = make_course(tmp_path)
    text = TEXT.replace(" points=4\n", "\n").replace("import numpy as np\n\n# %%", "import\n\n# %%")
    path.with_name("2_bad.py").write_text(text)
    with pytest.raises(AuthoringError) as caught:
        build(tmp_path)
    assert [each.path for each in caught.value.mistakes] == ["notebooks/tiny/2_bad.py"] * 3
    lines = [each.line for each in caught.value.mistakes]
    assert lines == sorted(lines)
    assert sorted(file.name for file in (tmp_path / "source/tiny").iterdir()) == [
        "1_double.ipynb",
        "curve.svg",
    ]


def test_an_unknown_assignment_is_told(tmp_path):
    make_course(tmp_path)
    with pytest.raises(AuthoringError, match="notebooks/tinny"):
        build(tmp_path, ["tinny"])


def test_lines_of_cells(tmp_path):
    notebook = read_notebook(make_course(tmp_path), tmp_path)
    lines = TEXT.split("\n")
    for cell in notebook.cells:
        assert "%%" in lines[cell.header - 1]
        for index, line in enumerate(cell.source.split("\n")):
            assert lines[cell.line(index) - 1].endswith(line)


@pytest.mark.skipif(not assignments(REPOSITORY), reason="no notebooks yet")
def test_the_repository_s_source_is_fresh(tmp_path):
    assert [str(mistake) for mistake in stale_sources(REPOSITORY)] == []
    shutil.copytree(REPOSITORY / "notebooks", tmp_path / "notebooks")
    for path in build(tmp_path):
        there = REPOSITORY / path.relative_to(tmp_path)
        assert there.read_bytes() == path.read_bytes()
