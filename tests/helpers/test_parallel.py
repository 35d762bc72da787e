"""Many calls at a time: the order of the results, the numbers, the bar, and what ends it."""

import threading
import time

import numpy as np
import pytest
from nn_lab_doubles import looked_up
from sklearn.neural_network import MLPClassifier
from threadpoolctl import threadpool_info

from checks import after, close
from helpers import parallel
from helpers.parallel import in_parallel


@pytest.mark.parametrize("workers", [None, 1, 2, 7])
def test_results_come_in_the_order_of_the_calls(workers):
    def late_first(i):
        time.sleep(0.02 / (i + 1))
        return i**2

    found = in_parallel(late_first, ((i,) for i in range(5)), workers=workers)
    assert found == [0, 1, 4, 9, 16]


def test_no_calls_at_all():
    assert in_parallel(pow, []) == []


def test_a_network_is_the_same_to_the_last_digit_whatever_the_number_of_workers():
    X = np.random.default_rng(0).normal(size=(300, 60)).astype(np.float32)
    y = (X[:, 0] > 0).astype(int)

    def weights(h, seed):
        network = MLPClassifier((h,), random_state=seed, batch_size=50)
        return network.partial_fit(X, y, classes=[0, 1]).coefs_

    calls = [(h, seed) for h in (3, 40) for seed in (0, 1)]
    alone, together = (in_parallel(weights, calls, workers=workers) for workers in (1, 3))
    for one, other in zip(alone, together, strict=True):
        for W, W_other in zip(one, other, strict=True):
            np.testing.assert_array_equal(W, W_other)


def test_workers_work_at_the_same_time():
    meeting = threading.Barrier(2, timeout=20)
    in_parallel(meeting.wait, [(), ()], workers=2)


def test_each_worker_computes_with_one_thread():
    before = [pool["num_threads"] for pool in threadpool_info()]
    inside = in_parallel(threadpool_info, [()], workers=1)[0]
    assert {pool["num_threads"] for pool in inside} <= {1}
    assert [pool["num_threads"] for pool in threadpool_info()] == before


def test_an_error_in_a_call_comes_out_as_it_is():
    made = []

    def breaks(i):
        made.append(i)
        time.sleep(0.01)
        if i == 2:
            raise KeyError("two")

    with pytest.raises(KeyError, match="two"):
        in_parallel(breaks, [(i,) for i in range(200)], workers=2)
    assert len(made) < 100


def test_a_call_that_is_not_done_yet_stays_one():
    def not_done(h, seed):
        raise NotImplementedError

    with pytest.raises(NotImplementedError):
        in_parallel(not_done, [(1, 2)])


@pytest.mark.parametrize("workers", [0, -1])
def test_some_worker_is_needed(workers):
    with pytest.raises(ValueError, match="at least 1"):
        in_parallel(pow, [(1, 2)], workers=workers)


def test_one_line_when_it_took_a_while_and_none_otherwise(capsys, monkeypatch):
    in_parallel(pow, [(1, 2)] * 3, description="powers")
    assert capsys.readouterr().out == ""
    monkeypatch.setattr(parallel, "PATIENCE", -1)
    in_parallel(pow, [(1, 2)] * 3, description="powers")
    assert capsys.readouterr() == ("powers: 3 of 3\n", "")
    in_parallel(pow, [(1, 2)] * 3, progress=False)
    assert capsys.readouterr().out == ""


# The table that a test hands to a student's function.


def test_looked_up_knows_its_calls_and_remembers_those_made():
    f = looked_up([(2, 7), (5, 7)], [(0.2, 0.1), (0.5, 0.4)])
    assert f(5, np.int64(7)) == (0.5, 0.4)
    assert f(np.int32(2), 7) == (0.2, 0.1)
    with pytest.raises(ValueError, match=r"called with \(7, 5\)"):
        f(7, 5)
    close(f.calls, [[5, 7], [2, 7], [7, 5]])


def test_looked_up_remembers_calls_through_copies():
    f = looked_up([(1,)], [3.0])
    assert after(lambda f: f(1), f)[0] == 3.0
    assert f.calls == [[1]]
