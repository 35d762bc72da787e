"""The figure that compares classifiers: what it shows, in numbers and in words."""

import itertools

import numpy as np
import pytest
from matplotlib.text import Text

from helpers import plots
from helpers.figures import render

RNG = np.random.default_rng(3)
SIZES = [25, 50, 100]
RIGHT = {
    "codes, λ = 0": RNG.random((3, 400)) < 0.85,
    "codes, λ = 0.001": RNG.random((3, 400)) < 0.88,
    "components, λ = 0.001": RNG.random((3, 400)) < 0.87,
}
BASELINES = {"pixels, λ = 0": RNG.random(400) < 0.86, "pixels, λ = 0.001": RNG.random(400) < 0.89}


def drawn(**options):
    return plots.compared_accuracies(SIZES, RIGHT, BASELINES, **options)


def test_it_has_title_words_and_readable_text_and_is_the_same_bytes_again():
    fig = drawn(title="What it is about")
    assert fig.alt.startswith("What it is about: accuracy (%) against number of features")
    assert "nan" not in fig.alt
    written = [text for text in fig.findobj(Text) if text.get_text().strip()]
    assert min(text.get_fontsize() for text in written) >= 9
    assert {"What it is about", *RIGHT, *BASELINES} <= {text.get_text() for text in written}
    png = render(fig)
    assert png == render(drawn(title="What it is about"))
    assert len(png) < 60_000
    assert 100 < int.from_bytes(png[16:20], "big") <= 740  # fits a notebook's text


def test_points_are_accuracies_and_bars_one_standard_error():
    containers = drawn().axes[0].containers
    assert len(containers) == len(RIGHT)
    for container, right in zip(containers, RIGHT.values(), strict=True):
        line, _, (bars,) = container
        p = right.mean(axis=1)
        np.testing.assert_allclose(line.get_ydata(), 100 * p)
        heights = [np.ptp(segment[:, 1]) for segment in bars.get_segments()]
        np.testing.assert_allclose(heights, 200 * np.sqrt(p * (1 - p) / 400))


def test_no_two_lines_look_alike_without_colour():
    lines = [line for line in drawn().axes[0].lines if len(line.get_xdata()) > 1]
    looks = {(line.get_linestyle(), str(line._dash_pattern), line.get_marker()) for line in lines}
    assert len(looks) >= len(RIGHT) + len(BASELINES)


def test_names_do_not_overlap():
    fig = drawn()
    fig.draw_without_rendering()
    names = [t for t in fig.findobj(Text) if t.get_text() in {*RIGHT, *BASELINES}]
    boxes = sorted((text.get_window_extent() for text in names), key=lambda box: box.y0)
    assert all(low.y1 <= high.y0 + 1 for low, high in itertools.pairwise(boxes))


def test_words_name_every_curve_and_baseline():
    alt = drawn().alt
    for name in (*RIGHT, *BASELINES):
        assert name in alt
    assert f"{100 * BASELINES['pixels, λ = 0'].mean():.1f} everywhere" in alt


@pytest.mark.parametrize(
    ("x", "right", "baselines"),
    [
        ([1, 2], {"a": [[True], [False], [True]]}, {}),
        ([1, 2], {"a": [True, False]}, {}),
        ([1], {"a": [[]]}, {}),
        ([2, 1], {"a": [[True], [True]]}, {}),
        ([0, 1], {"a": [[True], [True]]}, {}),
        ([1, 2], {}, {}),
        ([1], {"a": [[True]]}, {"b": [[True]]}),
    ],
)
def test_what_does_not_fit_is_refused(x, right, baselines):
    with pytest.raises(ValueError, match=r"must|no curve"):
        plots.compared_accuracies(x, right, baselines)
