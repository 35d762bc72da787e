"""The figures about reconstructions: what they show, in pixels and in words."""

import itertools

import numpy as np
import pytest
from matplotlib.text import Text

from helpers import plots
from helpers.figures import render

RNG = np.random.default_rng(7)
SHAPE = (5, 4)
X = RNG.random((12, 20))
ROWS = {"original": X, "halved": X / 2, "shifted": X + 0.1}
SIZES = [2, 10, 50]
CURVES = {"autoencoder": [0.05, 0.03, 0.01], "PCA": [0.05, 0.02, 0.005]}


def rows(**options):
    return plots.image_rows(ROWS, SHAPE, **options)


def curves(**options):
    return plots.error_curves(SIZES, CURVES, baselines={"mean image": 0.07}, **options)


def words(fig):
    return [text.get_text() for text in fig.findobj(Text) if text.get_text().strip()]


@pytest.mark.parametrize("make", [rows, curves])
def test_each_has_title_words_and_readable_text_and_is_the_same_bytes_again(make):
    fig = make(title="What it is about")
    assert fig.alt.startswith("What it is about")
    assert "nan" not in fig.alt
    assert "What it is about" in words(fig)
    assert min(text.get_fontsize() for text in fig.findobj(Text)) >= 9
    png = render(fig)
    assert png == render(make(title="What it is about"))
    assert len(png) < 60_000
    assert 100 < int.from_bytes(png[16:20], "big") <= 740  # fits a notebook's text


def test_rows_hold_the_images_in_order_on_the_scale_of_the_originals():
    fig = rows(n=3)
    (drawn,) = fig.axes[0].images
    mosaic = np.asarray(drawn.get_array().filled(np.nan))
    (frames,) = fig.axes[0].collections
    corners = [path.get_extents().intervalx.min() for path in frames.get_paths()]
    tops = [path.get_extents().intervaly.min() for path in frames.get_paths()]
    assert len(corners) == 9
    for number, (x, y) in enumerate(zip(corners, tops, strict=True)):
        row, column = divmod(number, 3)
        image = mosaic[int(y) : int(y) + 40 : 8, int(x) : int(x) + 32 : 8]
        np.testing.assert_array_equal(image, list(ROWS.values())[row][column].reshape(SHAPE))
    assert np.isnan(mosaic[:, 32]).all()
    assert np.isnan(mosaic[40]).all()
    assert drawn.get_clim() == (X[:3].min(), X[:3].max())
    assert tuple(drawn.get_extent()) == (0, mosaic.shape[1], len(mosaic), 0)


def test_rows_say_their_errors_of_the_images_shown():
    fig = rows(n=10)
    halved = np.mean((X[:10] / 2) ** 2)
    assert {"original", f"halved\nerror {halved:.4f}", "shifted\nerror 0.0100"} <= set(words(fig))
    assert f"halved {halved:.2g}; shifted 0.01" in fig.alt
    assert "10 images in 3 rows, original on top" in fig.alt


def test_a_single_image_and_a_single_row_are_drawn():
    fig = plots.image_rows({"original": X[:1]}, SHAPE)
    render(fig)
    assert len(fig.axes[0].collections[0].get_paths()) == 1
    assert "squared error" not in fig.alt


def test_curves_and_baselines_stand_where_their_errors_are_and_are_named():
    fig = curves()
    ax = fig.axes[0]
    assert (ax.get_xscale(), ax.get_yscale()) == ("log", "log")
    baseline, *lines = ax.lines
    assert set(baseline.get_ydata()) == {0.07}
    for line, errors in zip(lines, CURVES.values(), strict=True):
        np.testing.assert_array_equal(line.get_xydata(), np.transpose([SIZES, errors]))
    assert [text.get_text() for text in ax.get_xticklabels()] == ["2", "10", "50"]
    assert {"autoencoder", "PCA", "mean image"} <= set(words(fig))
    assert "autoencoder 0.05 at 2, 0.01 at 50; PCA 0.05 at 2, 0.005 at 50" in fig.alt
    assert "mean image 0.07 everywhere" in fig.alt


def test_names_of_curves_that_end_together_do_not_overlap():
    fig = plots.error_curves([1, 2], {"one": [2, 1], "two": [3, 1.01]}, baselines={"three": 1.02})
    render(fig)
    boxes = [text.get_window_extent() for text in fig.axes[0].texts]
    assert not any(a.overlaps(b) for a, b in itertools.combinations(boxes, 2))
    styles = [(line.get_linestyle(), line.get_marker()) for line in fig.axes[0].lines]
    assert len(set(styles)) == 3


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: plots.image_rows({}, SHAPE), "no row"),
        (lambda: plots.image_rows({"a": X, "b": X[:2]}, SHAPE), "the same images"),
        (lambda: plots.image_rows({"a": X}, (4, 4)), "a must have one image a row"),
        (lambda: plots.error_curves([1, 2], {}), "no curve"),
        (lambda: plots.error_curves([0, 2], {"a": [1, 2]}), "'x' must be"),
        (lambda: plots.error_curves([1, 2], {"a": [1, np.nan]}), "'a' must be"),
        (lambda: plots.error_curves([1, 2], {"a": [1]}), "has 1 values for 2"),
        (lambda: plots.error_curves([1], {"a": [1]}, baselines={"b": 0}), "'b' must be"),
    ],
)
def test_data_that_do_not_fit_are_told_what_is_wrong(call, message):
    with pytest.raises(ValueError, match=message):
        call()
