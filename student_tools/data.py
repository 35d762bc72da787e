"""``course.py data``: download MNIST into the cache, when a person asks for it.

Everything is checked by SHA-256 before it is kept: pooch downloads to a temporary name in the
cache, and renames the file only when its checksum is right.
"""

import argparse
import os
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path

from helpers.idx import MNIST, DataError, IdxFile, IdxSet, find_files, read_idx
from helpers.mnist_folder import cache_folder, find_mnist, quiet_pooch, read_all

MIRRORS = (
    "https://ossci-datasets.s3.amazonaws.com/mnist/",
    "https://storage.googleapis.com/cvdf-datasets/mnist/",
)


def download_mnist(
    base_urls: Sequence[str] = MIRRORS,
    cache: Path | None = None,
    *,
    idx_set: IdxSet = MNIST,
    timeout: float = 30.0,
    retries: int = 1,
    progress: bool = False,
) -> Path:
    """Fill the cache with the four files; those that are there and right are left alone.

    Parameters
    ----------
    base_urls : sequence of str
        Where to get the files ``NAME.gz``, tried in this order: addresses (http, https), or
        folders.
    cache : pathlib.Path, optional
        The folder to fill; `cache_folder()` if not given.
    idx_set : IdxSet
        The files to get, with their checksums; only tests change it.
    timeout : float
        Seconds without a single byte after which a server is given up.
    retries : int
        How often a server is asked again, after a second, before the next one is.
    progress : bool
        Show a progress bar a file on stderr.

    Returns
    -------
    pathlib.Path
        The filled cache.

    Raises
    ------
    DataError
        When the cache cannot be written, when no source has a file as published, or under
        grading (``NBGRADER_EXECUTION`` is set). What was in the cache before is still there.
    """
    if os.environ.get("NBGRADER_EXECUTION"):
        raise DataError("Nothing is downloaded while a notebook is graded or validated.")
    cache = cache_folder() if cache is None else Path(cache)
    for file in idx_set.files:
        try:
            if not _is_right(cache, file, idx_set):
                _fetch(file, base_urls, cache, timeout, retries, progress)
        except OSError as error:
            raise DataError(
                f"{file.name}.gz could not be written to the cache {cache}: {error}\n"
                "Set GRADIENT_LAB_DATA to a folder that you may write to, with 60 MB free."
            ) from error
    return cache


def main(argv: Sequence[str] | None = None, *, idx_set: IdxSet = MNIST) -> int:
    """Run ``course.py data``: say whether MNIST is there, and get it if it is not.

    Returns
    -------
    int
        0 when MNIST is at hand and right, 1 when not.
    """
    parser = argparse.ArgumentParser(
        prog="course.py data",
        description="Download MNIST (11 MB) into the cache, unless it is there already. "
        f"The cache is {cache_folder()}; the variable GRADIENT_LAB_DATA names another. "
        "The variable MNIST_DIR names a folder with the four files, for use without any download.",
    )
    parser.add_argument(
        "--from",
        dest="source",
        metavar="URL_OR_FOLDER",
        help="get the four .gz files there, and from no public mirror",
    )
    source = parser.parse_args(argv).source
    try:
        _show_and_get(source, idx_set)
    except DataError as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("Stopped. No incomplete file was kept; run it again to go on.", file=sys.stderr)
        return 1
    return 0


def _show_and_get(source: str | None, idx_set: IdxSet) -> None:
    named = os.environ.get("MNIST_DIR")
    if named and source is None:
        read_all(find_mnist(idx_set), idx_set)
        print(f"{idx_set.title} is at hand in MNIST_DIR ({named}): all four files are right.")
        return
    cache = cache_folder()
    before = [_is_right(cache, file, idx_set) for file in idx_set.files]
    if not all(before):
        what = "the four files" if not any(before) else f"{before.count(False)} of the four files"
        print(f"Getting {what}, to be kept in {cache}", flush=True)
        base_urls = MIRRORS if source is None else (source,)
        download_mnist(base_urls, cache, idx_set=idx_set, progress=sys.stderr.isatty())
    print(f"{idx_set.title} is at hand in the cache ({cache}): all four files are right.")
    if named:
        print("MNIST_DIR is set, and comes before the cache: unset it to use the cache.")


def _fetch(
    file: IdxFile,
    base_urls: Sequence[str],
    cache: Path,
    timeout: float,
    retries: int,
    progress: bool,
) -> None:
    """Get one file from the first source that has it as published."""
    from requests.exceptions import RequestException

    pooch = quiet_pooch()

    pooch.get_logger().setLevel("WARNING")  # its news go to stderr, where a test cell fails
    name = f"{file.name}.gz"
    tried = []
    for base_url in base_urls:
        remote = base_url.startswith(("http://", "https://"))
        if remote:
            downloader = pooch.HTTPDownloader(
                progressbar=progress,
                chunk_size=2**16,
                timeout=timeout,
                # A server that packs or unpacks the file on its way would change its checksum.
                headers={"Accept-Encoding": "identity"},
            )
        else:
            downloader = _copy
        source = pooch.create(
            path=cache,
            base_url=base_url.rstrip("/") + "/",
            registry={name: f"sha256:{file.sha256_gz}"},
            retry_if_failed=retries if remote else 0,
        )
        try:
            kept = source.fetch(name, downloader=downloader)
        except (ValueError, RequestException) as error:  # ValueError: another checksum
            tried.append(f"  {source.base_url}{name}: {_short(error)}")
        else:
            Path(kept).chmod(0o644)  # pooch's temporary files are their owner's alone
            return
    raise DataError(
        f"{name} could not be had as published. Tried:\n" + "\n".join(tried) + "\n"
        "What to do: try again later, or put the four files into a folder by hand and set "
        f"MNIST_DIR to it. The notebooks use the smaller digits meanwhile. What failed has changed "
        f"nothing in the cache {cache}."
    )


def _copy(path: str, output_file: str, pooch: object) -> None:
    """Act as pooch's downloader for a source that is a folder."""
    try:
        shutil.copyfile(Path(path).expanduser(), output_file)
    except OSError as error:
        raise ValueError(error.strerror or str(error)) from error


def _is_right(folder: Path, file: IdxFile, idx_set: IdxSet) -> bool:
    try:
        read_idx(find_files(folder, idx_set)[file.name], file, idx_set)
    except (DataError, KeyError):
        return False
    return True


def _short(error: Exception) -> str:
    """Say in a line why a source failed: libraries' messages are long, or hide the reason."""
    from requests.exceptions import ChunkedEncodingError, ConnectionError, HTTPError, Timeout

    if isinstance(error, HTTPError):
        return f"the server answered {error.response.status_code} {error.response.reason}"
    if isinstance(error, Timeout) or "timed out" in str(error).lower():
        return "the server sent nothing for too long"
    if isinstance(error, ChunkedEncodingError):
        return "the connection broke off"
    if isinstance(error, ConnectionError):
        return "no connection to the server (is this machine on the network?)"
    if "hash" in str(error).lower():
        return "what came has another checksum than the published file"
    return str(error).splitlines()[0][:200]
