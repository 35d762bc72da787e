"""release/ and solutions/: made by nbgrader, the same bytes each time, nothing given away."""

import json
import shutil
from pathlib import Path

import nbformat
import pytest
from authoring_course import TEXT, make_course
from nbformat.v4 import new_code_cell, new_notebook, new_output

from grading.authoring.build import build, node_bytes
from grading.authoring.cells import assignments, read_notebook
from grading.authoring.commands import build_command
from grading.authoring.folders import read_folder
from grading.authoring.markers import released
from grading.authoring.release import release, release_mistakes
from grading.authoring.secret_lines import secret_lines
from grading.authoring.solutions import (
    SolutionError,
    execute,
    final_state,
    output_problems,
    solutions,
    stale_solutions,
)

REPOSITORY = Path(__file__).parents[2]
SECRETS = {
    "doubled_result = np.add(x, x)",
    'with check("random numbers", points=3, repeats="ones become"):',
    'with check("row after row", points=1):',
    "X = check.rng.normal(size=(3, 4))",
    "return [double(row) for row in array]",
    'close(double(X), X * 2, what="double(X)")',
    'close(np.array(own(X)), X * 2, what="the rows")',
    'close(double(-3.0), -6.0, what="double(-3.0)")',
    'with check("another number", points=2, repeats="a number"):',
    "Because a positive number added to itself grows.",
    "- 4 points: says that the number must be positive.",
}


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    """A course whose assignment is built and released."""
    root = tmp_path_factory.mktemp("course")
    make_course(root)
    assert build_command(["--root", str(root)]) == 0
    return root


def written_release(root, text=TEXT):
    """A release made by our own cutting, to be spoilt by a test."""
    make_course(root, text)
    build(root)
    path = root / "source/tiny/1_double.ipynb"
    node = nbformat.read(path, as_version=4)
    cells = read_notebook(root / "notebooks/tiny/1_double.py", root).cells
    for cell, made in zip(cells, node.cells, strict=True):
        made.source = released(cell.source, cell.cell_type, cell.kind)
    target = root / "release/tiny/1_double.ipynb"
    target.parent.mkdir(parents=True, exist_ok=True)
    nbformat.write(node, target)
    shutil.copyfile(root / "notebooks/tiny/curve.svg", target.with_name("curve.svg"))
    return target, node


def messages(root):
    return "\n".join(str(mistake) for mistake in release_mistakes(root))


@pytest.mark.slow
def test_the_release_holds_stubs_and_visible_checks(course):
    node = nbformat.read(course / "release/tiny/1_double.ipynb", as_version=4)
    cells = {c.metadata.nbgrader.grade_id: c for c in node.cells if "nbgrader" in c.metadata}
    assert cells["double"].source == (
        'def double(x):\n    """Return twice the array x."""\n'
        "    # YOUR CODE HERE\n    raise NotImplementedError()"
    )
    assert cells["report_why"].source.strip() == "YOUR ANSWER HERE"
    assert "ones become twos" in cells["test_double"].source
    assert "random numbers" not in cells["test_double"].source
    assert all(len(cell.metadata.nbgrader.checksum) == 32 for cell in cells.values())
    assert [cell.id for cell in node.cells if "nbgrader" in cell.metadata] == list(cells)
    assert read_folder(course / "release/tiny")["curve.svg"] == b"<svg/>\n"
    assert release_mistakes(course) == []
    assert not list((course / "release").glob(".*"))


@pytest.mark.slow
def test_the_gradebook_knows_the_assignment(course):
    from nbgrader.api import Gradebook

    with Gradebook(f"sqlite:///{course}/gradebook.db") as gradebook:
        assert gradebook.find_assignment("tiny").max_score == 10


def test_secret_lines(tmp_path):
    assert secret_lines([read_notebook(make_course(tmp_path), tmp_path)]) == SECRETS


def test_our_own_cutting_passes(tmp_path):
    written_release(tmp_path)
    assert release_mistakes(tmp_path) == []


@pytest.mark.parametrize("secret", sorted(SECRETS))
def test_a_line_given_away_is_found(tmp_path, secret):
    target, node = written_release(tmp_path)
    node.cells[-1].source += f"\n    {secret}  # so"
    nbformat.write(node, target)
    assert f"gives away the line `{secret}`" in messages(tmp_path)
    assert "stale, or not what the text gives" in messages(tmp_path)


def test_a_solution_beside_the_notebook_is_found(tmp_path):
    target, _ = written_release(tmp_path)
    (target.parent / "hints.txt").write_text("try doubled_result = np.add(x, x)")
    assert "release/tiny/hints.txt:1: gives away" in messages(tmp_path)


@pytest.mark.parametrize("region", ["SOLUTION", "HIDDEN TESTS", "MARK SCHEME"])
def test_a_marker_left_is_found(tmp_path, region):
    target, node = written_release(tmp_path)
    node.cells[0].metadata["note"] = f"### BEGIN {region}"
    nbformat.write(node, target)
    assert f"a {region} marker is left" in messages(tmp_path)


def test_prose_that_gives_a_solution_away_may_do_so_on_purpose(tmp_path):
    line = "doubled_result = np.add(x, x)"
    text = TEXT.replace("Return twice the array.", f"Write `{line}`.", 1)
    written_release(tmp_path, text)
    assert f"gives away the line `{line}`" in messages(tmp_path)
    toml = tmp_path / "notebooks/tiny/assignment.toml"
    toml.write_text(f'given_away = ["{line}"]\n' + toml.read_text())
    assert release_mistakes(tmp_path) == []


def test_a_release_of_another_text_is_stale(tmp_path):
    written_release(tmp_path)
    make_course(tmp_path, TEXT.replace("ones become twos", "ones become 2"))
    assert "release/tiny/1_double.ipynb:1: stale" in messages(tmp_path)


@pytest.mark.slow
def test_the_same_bytes_whatever_the_gradebook_holds(course, tmp_path):
    first = read_folder(course / "release/tiny")
    assert release(course) == []
    make_course(tmp_path)
    build(tmp_path)
    release(tmp_path)
    assert read_folder(tmp_path / "release/tiny") == first


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore::sqlalchemy.exc.SAWarning")
def test_a_cell_renamed_after_submissions_came_in(course, tmp_path, capsys):
    from nbgrader.api import Gradebook

    shutil.copytree(course, tmp_path, dirs_exist_ok=True)
    with Gradebook(f"sqlite:///{tmp_path}/gradebook.db") as gradebook:
        gradebook.add_student("ada")
        gradebook.add_submission("tiny", "ada")
        gradebook.find_grade("test_double", "1_double", "tiny", "ada").manual_score = 1.5
        gradebook.db.commit()
    make_course(tmp_path, TEXT.replace("test_double_2", "test_double_3"))
    build(tmp_path)
    assert [path.name for path in release(tmp_path)] == ["1_double.ipynb"]
    assert "tiny: 1 marks by hand were kept" in capsys.readouterr().out
    with Gradebook(f"sqlite:///{tmp_path}/gradebook.db") as gradebook:
        assert gradebook.find_grade("test_double", "1_double", "tiny", "ada").manual_score == 1.5
        assert gradebook.find_grade("test_double_3", "1_double", "tiny", "ada").score == 0
    # What is no graded cell can be changed as before.
    make_course(tmp_path, TEXT.replace("ones become twos", "ones become 2"))
    build(tmp_path)
    assert [path.name for path in release(tmp_path)] == ["1_double.ipynb"]


@pytest.mark.slow
def test_solutions_are_executed_and_go_stale(course, tmp_path):
    shutil.copytree(course, tmp_path, dirs_exist_ok=True)
    assert [path.name for path in solutions(tmp_path)] == ["1_double.ipynb"]
    assert stale_solutions(tmp_path) == []
    node = nbformat.read(tmp_path / "solutions/tiny/1_double.ipynb", as_version=4)
    text = json.dumps(node)
    assert "NOT YET" not in text
    assert "2 of 2 checks passed" in text
    assert "np.add(x, x)" in text
    assert "### BEGIN SOLUTION\\n# " not in text
    assert "MARK SCHEME" not in text
    assert all("execution" not in cell.metadata for cell in node.cells)
    first = node_bytes(node)
    execute(node, tmp_path, "again")
    assert node_bytes(node) == first
    make_course(tmp_path, TEXT.replace("np.add(x, x)", "2 * x"))
    assert [m.message for m in stale_solutions(tmp_path)] == [
        "stale: run `python -m grading solutions`"
    ]


@pytest.mark.slow
def test_a_solution_that_raises_is_told(tmp_path):
    node = new_notebook(cells=[new_code_cell("1 / 0")])
    with pytest.raises(SolutionError, match=r"^a/1_x\.ipynb: ") as caught:
        execute(node, tmp_path, "a/1_x.ipynb")
    assert "ZeroDivisionError" in str(caught.value)
    assert "\x1b" not in str(caught.value)


def test_final_state():
    assert final_state("a\rbb\rc\nd\n") == "cb\nd\n"
    assert final_state("10%\r 50%\r100%\n") == "100%\n"
    assert final_state("plain  \n") == "plain  \n"


@pytest.mark.parametrize(
    ("output", "problem"),
    [
        (new_output("stream", name="stdout", text="read /folder/x.npy"), "path /folder/x.npy"),
        (new_output("stream", name="stdout", text=r"read C:\data\x"), r"path C:\data\x"),
        (new_output("display_data", data={"text/html": '<a href="/tmp/x">'}), "path /tmp/x"),
        (new_output("stream", name="stderr", text="RuntimeWarning"), "which scores 0"),
        (new_output("stream", name="stdout", text="  NOT YET  a check"), "does not pass"),
    ],
)
def test_outputs_that_are_not_published(output, problem):
    cell = new_code_cell(metadata={"nbgrader": {"grade": True, "grade_id": "test_x"}})
    cell.outputs = [output]
    found = [*output_problems(new_notebook(cells=[cell]), 10)]
    assert len(found) == 1
    assert problem in found[0]


def test_outputs_that_are_published():
    html = '<img src="data:image/png;base64,AAA/tmp/AAAA"> https://a.org/usr/x 1/2 and/or'
    cell = new_code_cell()
    cell.outputs = [
        new_output("display_data", data={"image/png": " /tmp/AAA", "text/html": html}),
        new_output("stream", name="stderr", text="100%"),
    ]
    assert [*output_problems(new_notebook(cells=[cell]), 10)] == []
    assert "1,000,000 bytes" in next(output_problems(new_notebook(), 1_000_000))


@pytest.mark.skipif(not assignments(REPOSITORY), reason="no notebooks yet")
def test_the_repository_s_release_and_solutions_are_fresh():
    assert [str(mistake) for mistake in release_mistakes(REPOSITORY)] == []
    assert [str(mistake) for mistake in stale_solutions(REPOSITORY)] == []


@pytest.mark.slow
@pytest.mark.parametrize("assignment", assignments(REPOSITORY))
def test_the_repository_s_release_is_what_nbgrader_makes(assignment, tmp_path):
    shutil.copytree(REPOSITORY / "notebooks", tmp_path / "notebooks")
    build(tmp_path, [assignment])
    release(tmp_path, [assignment])
    made = read_folder(tmp_path / "release" / assignment)
    assert made == read_folder(REPOSITORY / "release" / assignment)


@pytest.mark.parametrize("assignment", assignments(REPOSITORY))
def test_the_repository_s_solved_notebooks_are_fit_to_be_read(assignment):
    for path in sorted((REPOSITORY / "solutions" / assignment).glob("*.ipynb")):
        node = nbformat.read(path, as_version=4)
        assert [*output_problems(node, path.stat().st_size)] == [], path.name
        assert not [o for c in node.cells for o in c.get("outputs", []) if o.output_type == "error"]
