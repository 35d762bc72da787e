"""The figures: readable, told in words, and shown exactly once with those words in a notebook."""

import base64
import itertools
import re
import subprocess
import sys

import nbclient
import nbformat
import numpy as np
import pytest
from bs4 import BeautifulSoup
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure
from matplotlib.text import Text

from helpers import plots
from helpers.figures import describe, render, show
from helpers.plots import style

RNG = np.random.default_rng(5)
X = RNG.random((12, 20))
SHAPE = (5, 4)
LABELS = np.arange(12) % 10
SAID = np.where(LABELS == 3, 8, LABELS)
SCORES = RNG.random((6, 3))
SIZES = [1, 2, 5, 10, 20, 50]

FIGURES = {
    "digits": lambda: plots.digits(X, SHAPE),
    "digits, labels": lambda: plots.digits(X, SHAPE, LABELS),
    "digits, predictions": lambda: plots.digits(X, SHAPE, LABELS, SAID),
    "reconstructions": lambda: plots.originals_and_reconstructions(X, X**2, SHAPE, n=12),
    "one curve": lambda: plots.learning_curve([3.0, 2.0, 1.5]),
    "one point": lambda: plots.learning_curve([3.0]),
    "curves, log": lambda: plots.learning_curve({"a": [3.0, 0.2], "b": [2, 0.1, 0.01]}, log=True),
    "confusion": lambda: plots.confusion_matrix(LABELS, SAID),
    "weights": lambda: plots.weights(X - 0.5, SHAPE),
    "weights, all zero": lambda: plots.weights(np.zeros((3, 20)), SHAPE),
    "sweep": lambda: plots.sweep_with_spread(
        SIZES, {"training": SCORES, "validation": SCORES / 2}, log_x=True, chosen=10
    ),
    "sweep, one run": lambda: plots.sweep_with_spread([4, 2], {"test": [[0.5], [0.4]]}),
}


def texts(fig):
    return [text for text in fig.findobj(Text) if text.get_visible() and text.get_text().strip()]


def words(fig):
    return [text.get_text() for text in texts(fig)]


# --- every figure --------------------------------------------------------------------------------


@pytest.mark.parametrize("name", FIGURES)
def test_every_figure_has_title_words_and_readable_text(name):
    figure = FIGURES[name]()
    assert isinstance(figure, Figure)
    assert len(figure.alt) > 30
    assert "nan" not in figure.alt
    assert figure.axes[0].get_title(loc="left")
    assert min(text.get_fontsize() for text in texts(figure)) >= 9


@pytest.mark.parametrize(
    "name",
    ["digits, predictions", "reconstructions", "curves, log", "confusion", "weights", "sweep"],
)
def test_every_figure_is_small_and_the_same_bytes_again(name):
    png = render(FIGURES[name]())
    assert png == render(FIGURES[name]())
    assert b"Software" not in png
    assert len(png) < 60_000
    assert 100 < int.from_bytes(png[16:20], "big") <= 740  # fits a notebook's text without scaling


def contrast(colour, ground=(1, 1, 1)):
    """Return the contrast of two colours (WCAG 2.2, relative luminance)."""

    def luminance(rgb):
        linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in rgb]
        return np.dot([0.2126, 0.7152, 0.0722], linear)

    low, high = sorted([luminance(to_rgb(colour)), luminance(ground)])
    return (high + 0.05) / (low + 0.05)


def test_colours_are_readable_as_text_and_never_the_only_difference():
    assert min(contrast(colour) for colour in (*style.COLOURS, style.INK, style.RULE)) >= 4.5
    curves = [style.curve_style(position) for position in range(10)]
    for one, other in itertools.combinations(curves[:5], 2):
        assert one["marker"] != other["marker"]
    for one, other in itertools.combinations(curves, 2):
        assert (one["marker"], one["linestyle"]) != (other["marker"], other["linestyle"])


# --- what each shows -----------------------------------------------------------------------------


def test_wrong_predictions_are_told_in_words():
    fig = plots.digits(X, SHAPE, LABELS, SAID)
    assert words(fig).count("said 8\nis 3") == 1
    assert "1 of 12 predictions are wrong: a 3 taken for 8" in fig.alt
    assert "All 12 predictions are right" in plots.digits(X, SHAPE, LABELS, LABELS).alt


def test_digits_shows_the_first_n_on_one_grey_scale():
    fig = plots.digits(X, SHAPE, LABELS, n=3)
    drawn = fig.axes[0].images
    assert len(drawn) == 3
    assert "0, 1, 2." in fig.alt
    np.testing.assert_array_equal(drawn[1].get_array(), X[1].reshape(SHAPE))
    assert len({image.get_clim() for image in drawn}) == 1


def test_reconstructions_stand_under_their_originals_on_the_same_scale():
    copies = X + 0.1
    fig = plots.originals_and_reconstructions(X, copies, SHAPE, n=12)
    drawn = {(image.get_extent()[0], image.get_extent()[3]): image for image in fig.axes[0].images}
    corners = sorted(drawn, key=lambda corner: corner[::-1])
    grid = [drawn[corner] for corner in corners]
    np.testing.assert_array_equal(grid[0].get_array(), X[0].reshape(SHAPE))
    np.testing.assert_array_equal(grid[10].get_array(), copies[0].reshape(SHAPE))
    np.testing.assert_array_equal(grid[21].get_array(), X[11].reshape(SHAPE))
    np.testing.assert_array_equal(grid[23].get_array(), copies[11].reshape(SHAPE))
    assert len({image.get_clim() for image in grid}) == 1
    assert words(fig).count("0.010") == 12


def test_learning_curve_names_each_curve_and_tells_its_way():
    fig = plots.learning_curve({"training": [3.0, 1.0], "validation": [2.0, 2.5, 4.0]})
    assert {"training", "validation"} <= set(words(fig))
    assert "training falls from 3 at 0 to 1 at 1; validation rises from 2 at 0 to 4 at 2" in fig.alt
    lines = fig.axes[0].lines
    np.testing.assert_array_equal(lines[1].get_xdata(), [0, 1, 2])
    assert plots.learning_curve([1, 2], start=1).axes[0].lines[0].get_xdata().tolist() == [1, 2]


def test_names_of_curves_that_end_together_do_not_overlap():
    fig = plots.learning_curve({name: [1.0, 0.5 + i / 1e3] for i, name in enumerate("abcde")})
    render(fig)
    boxes = [text.get_window_extent() for text in fig.axes[0].texts]
    assert len(boxes) == 5
    assert not any(a.overlaps(b) for a, b in itertools.combinations(boxes, 2))


def test_confusion_matrix_counts_rows_true():
    fig = plots.confusion_matrix([0, 0, 0, 1, 2, 2], [0, 1, 1, 1, 2, 0], classes=["x", "y", "z"])
    cells = {text.get_position(): text.get_text() for text in fig.axes[0].texts}
    assert cells == {(0, 0): "1", (1, 0): "2", (1, 1): "1", (0, 2): "1", (2, 2): "1"}
    assert "50.0% of 6 samples" in fig.alt
    assert "x taken for y (2), z taken for x (1)." in fig.alt
    assert {"33%", "100%", "50%", "true class", "predicted class"} <= set(words(fig))


def test_every_count_is_readable_on_its_cell():
    y_true, y_pred = [], []
    for count, (row, column) in enumerate(itertools.permutations(range(6), 2), start=1):
        y_true += [row] * count
        y_pred += [column] * count
    fig = plots.confusion_matrix(np.array(y_true), np.array(y_pred))
    image = fig.axes[0].images[0]
    for text in fig.axes[0].texts:
        column, row = text.get_position()
        ground = image.cmap(image.norm(image.get_array()[row, column]))[:3]
        assert contrast(text.get_color(), ground) >= 4.5, text.get_text()


def test_weights_share_one_scale_symmetric_about_zero():
    fig = plots.weights(X - 0.2, SHAPE, n=11)
    drawn = fig.axes[0].images
    assert len(drawn) == 11
    largest = np.abs(X[:11] - 0.2).max()
    assert {image.get_clim() for image in drawn} == {(-largest, largest)}


def test_sweep_draws_means_and_sample_standard_deviations_in_order_of_x():
    fig = plots.sweep_with_spread([10, 1], {"test": [[4.0, 6.0], [1.0, 1.0]]}, log_x=True)
    (container,) = fig.axes[0].containers
    line, _, (bars,) = container
    np.testing.assert_array_equal(line.get_xydata(), [[1, 1], [10, 5]])
    ends = np.array([segment[:, 1] for segment in bars.get_segments()])
    np.testing.assert_allclose(ends, [[1, 1], [5 - 2**0.5, 5 + 2**0.5]])
    assert "mean ± 1 sd of 2 runs" in fig.axes[0].get_ylabel()
    assert "highest 5 at 10" in fig.alt


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: plots.digits(X, (4, 4)), r"4 x 4 = 16 pixels; its shape is \(12, 20\)"),
        (lambda: plots.digits(X[0], SHAPE), "one image a row"),
        (lambda: plots.digits(X, SHAPE, LABELS[:3]), r"12 images; the shape is \(3,\)"),
        (lambda: plots.weights(X.T, SHAPE), "W must have"),
        (lambda: plots.originals_and_reconstructions(X, X[:3], SHAPE), "12 originals, but 3"),
        (lambda: plots.learning_curve([]), "at least one"),
        (lambda: plots.learning_curve({}), "no curve"),
        (lambda: plots.learning_curve([1, np.nan]), "finite"),
        (lambda: plots.learning_curve([1, 0], log=True), "above 0"),
        (lambda: plots.confusion_matrix([0, 1], [0]), "2 true labels, but 1"),
        (lambda: plots.confusion_matrix([0.0, 1.0], [0, 1]), "y_true must be.*float64"),
        (lambda: plots.confusion_matrix([0, 2], [0, 1], classes="ab"), "2 names of classes"),
        (lambda: plots.sweep_with_spread([1, 2], {"a": [1, 2]}), "a row for each of the 2"),
        (lambda: plots.sweep_with_spread([0, 2], {"a": [[1], [2]]}, log_x=True), "above 0"),
        (lambda: plots.sweep_with_spread([1, 2], {}), "hold a curve"),
    ],
)
def test_data_that_do_not_fit_are_told_what_is_wrong(call, message):
    with pytest.raises(ValueError, match=message):
        call()


# --- text alternatives ---------------------------------------------------------------------------


@pytest.mark.parametrize("alt", ["", "  \n", None])
def test_a_figure_by_hand_needs_words(alt):
    with pytest.raises(ValueError, match="text alternative"):
        show(Figure(), alt)


def test_describe_refuses_what_is_no_figure_and_no_text():
    with pytest.raises(TypeError, match="not ndarray"):
        describe(np.zeros(3), "zeros")
    with pytest.raises(TypeError, match="not int"):
        describe(Figure(), 3)


def test_a_plain_script_needs_neither_ipython_nor_a_window():
    script = """if True:
        import sys
        from helpers import plots
        plots.show(plots.learning_curve([2, 1]))
        assert "IPython" not in sys.modules
        assert "matplotlib.pyplot" not in sys.modules
        import matplotlib.pyplot as plt
        plots.show(plt.figure(), "An empty figure.")
        assert not plt.get_fignums()
    """
    subprocess.run([sys.executable, "-W", "error::RuntimeWarning", "-c", script], check=True)


# Each cell with the number of figures that it is to show, and how many of them lack words.
CELLS = [
    ("from helpers import minimize, plots\nfrom helpers.figures import describe, show", 0, 0),
    ("plots.learning_curve([3, 2, 1])", 1, 0),
    ("fig = plots.learning_curve([3, 2, 1])", 0, 0),
    ("show(fig)\nshow(fig)\nprint('after')", 2, 0),
    ("import matplotlib.pyplot as plt\nplots.learning_curve([3, 2, 1])", 1, 0),
    (
        "fig, ax = plt.subplots()\nax.plot([1, 2])\nshow(fig, 'Rises: \"<b>\" & so on.')",
        1,
        0,
    ),
    ("fig, ax = plt.subplots()\ndescribe(fig, 'Empty axes.')", 1, 0),
    ("%matplotlib inline\nplots.learning_curve([3, 2, 1])", 1, 0),
    ("plt.plot([1, 2]);", 1, 1),
    ("minimize(lambda t: (t @ t, 2 * t), [3.0, 4.0], description='circle');", 0, 0),
]


@pytest.fixture(scope="module")
def executed():
    cells = [nbformat.v4.new_code_cell(source) for source, _, _ in CELLS]
    notebook = nbformat.v4.new_notebook(cells=cells)
    return nbclient.NotebookClient(notebook, timeout=60, kernel_name="python3").execute()


def pictures(cell):
    """Return the data of the outputs of a cell that hold a picture."""
    data = [output.data for output in cell.outputs if "data" in output]
    return [d for d in data if "image/png" in d or "<img" in d.get("text/html", "")]


@pytest.mark.parametrize("position", range(len(CELLS)))
def test_a_notebook_shows_each_figure_once_with_its_words(executed, position):
    _, expected, bare = CELLS[position]
    shown = pictures(executed.cells[position])
    assert len(shown) == expected
    described = [data for data in shown if "text/html" in data]
    assert len(described) == expected - bare
    for data in described:
        assert "image/png" not in data
        (image,) = BeautifulSoup(data["text/html"], "html.parser").find_all("img")
        assert image["alt"].strip()
        kind, _, content = image["src"].partition(",")
        assert kind == "data:image/png;base64"
        assert base64.b64decode(content).startswith(b"\x89PNG")


def test_words_with_marks_of_html_come_through(executed):
    (data,) = pictures(executed.cells[5])
    image = BeautifulSoup(data["text/html"], "html.parser").img
    assert image["alt"] == 'Rises: "<b>" & so on.'
    assert image.find("b") is None


def test_a_notebook_keeps_one_line_of_progress_and_nothing_on_stderr(executed):
    (output,) = executed.cells[-1].outputs
    assert output.output_type == "display_data"
    assert list(output.data) == ["text/plain"]
    pattern = r"circle: 2 of 200 iterations, cost 25 -> \S+, converged"
    assert re.fullmatch(pattern, output.data["text/plain"])
    streams = [
        out for cell in executed.cells for out in cell.outputs if out.get("name") == "stderr"
    ]
    assert streams == []


def test_pages_made_from_a_notebook_show_the_words(executed):
    from nbconvert import HTMLExporter

    body, _ = HTMLExporter().from_notebook_node(executed)
    images = BeautifulSoup(body, "html.parser").find_all("img")
    alts = [image.get("alt") for image in images]
    assert alts.count("Empty axes.") == 1
    assert sum(alt.startswith("Learning curve: cost J") for alt in alts) == 5


def test_descriptions_say_nothing_twice():
    fig = plots.learning_curve([3.0, 1.0], title="Training: cost against iteration")
    assert fig.alt.startswith("Training: cost against iteration. It falls from 3")
    assert plots.learning_curve([3.0, 1.0]).alt.startswith("Learning curve: cost J against")
    fig = plots.digits(X, SHAPE, [8] * 12, [8] * 11 + [3])
    assert "an 8 taken for 3" in fig.alt
