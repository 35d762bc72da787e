"""A cell's outputs are cut where they are too large, and say so."""

import json

import pytest
from nbformat.v4 import new_output

from grading.examiner.clipping import clip, size


@pytest.mark.parametrize(
    "output",
    [
        new_output("stream", text="x" * 10**6),
        new_output("display_data", data={"image/png": "x" * 10**6}),
        new_output("execute_result", data={"text/plain": "x" * 10**6}),
        new_output("error", ename="E", evalue="x" * 10**6, traceback=["x" * 10**6] * 2),
    ],
)
def test_large_output_is_cut_and_says_so(output):
    kind = output.output_type
    clip(output, 500)
    assert len(json.dumps(output)) < 40_000
    assert "cut here" in json.dumps(output)
    assert output.output_type == kind


def test_small_output_stays_and_a_mark_stays_also_without_room():
    output = new_output("execute_result", data={"text/plain": "1.5"})
    clip(output, -5)
    assert output.data == {"text/plain": "1.5"}
    assert size(new_output("stream", text="")) > 0
