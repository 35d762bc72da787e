"""Downloads end in a right file in the cache, or in an error and an unchanged cache; no network."""

import sys
import threading
from contextlib import contextmanager
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pooch
import pytest
from fake_mnist import fake_set

from helpers.idx import DataError
from helpers.mnist_folder import cache_folder, find_mnist
from student_tools.data import MIRRORS, download_mnist, main


class Server(BaseHTTPRequestHandler):
    """Serve a folder in the way that the first part of the path says: /cut/NAME breaks off."""

    def __init__(self, *args, folder, asked, closing, **kwargs):
        self.folder, self.asked, self.closing = folder, asked, closing
        super().__init__(*args, **kwargs)

    def do_GET(self):
        _, manner, name = self.path.split("/")
        self.asked.append(f"{manner}/{name}")
        first = self.asked.count(f"{manner}/{name}") == 1
        if manner == "missing" or (manner == "flaky" and first):
            self.send_error(404 if manner == "missing" else 503)
            return
        if manner == "silent":
            self.closing.wait(20)
            return
        content = (self.folder / name).read_bytes()
        if manner == "lying":
            content = content[:-20] + bytes(20)
        self.send_response(200)
        if manner != "cut-unannounced":
            self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        half = content[: len(content) // 2]
        self.wfile.write(half if manner in ("cut", "cut-unannounced", "stalling") else content)
        if manner == "stalling":
            self.wfile.flush()
            self.closing.wait(20)

    def log_message(self, *args):
        pass


@pytest.fixture
def published(tmp_path):
    """The folder that the server serves."""
    return tmp_path / "published"


@pytest.fixture
def fakes(published):
    return fake_set(published, n_train=600)


@contextmanager
def serve(folder):
    asked, closing = [], threading.Event()
    handler = partial(Server, folder=folder, asked=asked, closing=closing)
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=partial(server.serve_forever, poll_interval=0.01))
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/", asked
        finally:
            closing.set()
            server.shutdown()
            thread.join()


@pytest.fixture
def server(fakes, published, monkeypatch):
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    with serve(published) as url_and_asked:
        yield url_and_asked


@pytest.fixture(autouse=True)
def cache(tmp_path, monkeypatch):
    """An empty cache of our own, and neither MNIST_DIR nor grading."""
    monkeypatch.delenv("MNIST_DIR", raising=False)
    monkeypatch.delenv("NBGRADER_EXECUTION", raising=False)
    monkeypatch.setenv("GRADIENT_LAB_DATA", str(tmp_path / "cache"))
    monkeypatch.setattr("pooch.core.time.sleep", lambda seconds: None)
    return tmp_path / "cache"


def get(base, manners, fakes, **options):
    options = {"timeout": 0.5, "retries": 0, **options}
    return download_mnist([base + manner for manner in manners], idx_set=fakes, **options)


def names(folder):
    return sorted(path.name for path in folder.iterdir()) if folder.exists() else []


def test_the_cache_is_filled_and_the_second_time_nothing_is_asked(server, fakes, published, cache):
    base, asked = server
    assert get(base, ["good"], fakes) == cache
    assert names(cache) == names(published)
    for name in names(cache):
        assert (cache / name).read_bytes() == (published / name).read_bytes()
        assert (cache / name).stat().st_mode & 0o044, "other people may read a shared cache"
    assert len(asked) == 4
    get(base, ["good"], fakes)
    assert len(asked) == 4
    assert find_mnist(fakes).folder == cache


FAILURES = {
    "missing": "the server answered 404",
    "lying": "another checksum",
    "cut": "the connection broke off",
    "cut-unannounced": "another checksum",
    "silent": "sent nothing for too long",
    "stalling": "sent nothing for too long",
}


@pytest.mark.parametrize("manner", FAILURES)
def test_a_failed_download_says_what_was_tried_and_leaves_nothing(server, fakes, cache, manner):
    base, _ = server
    with pytest.raises(DataError, match=FAILURES[manner]) as caught:
        get(base, [manner, "missing"], fakes)
    assert f"{base}{manner}/train-images-idx3-ubyte.gz: " in str(caught.value)
    assert f"{base}missing/train-images-idx3-ubyte.gz: the server answered" in str(caught.value)
    assert "set MNIST_DIR" in str(caught.value)
    assert names(cache) == []
    assert find_mnist(fakes) is None


@pytest.mark.parametrize("manner", ["missing", "lying", "cut"])
def test_the_next_mirror_is_tried(server, fakes, published, cache, manner):
    base, _ = server
    get(base, [manner, "good"], fakes)
    assert names(cache) == names(published)


def test_nobody_listens(fakes, cache):
    with pytest.raises(
        DataError, match=r"http://127\.0\.0\.1:9/train-images-idx3-ubyte\.gz: no connection"
    ):
        get("http://127.0.0.1:9", [""], fakes)
    assert names(cache) == []


def test_a_server_is_asked_again(server, fakes, cache):
    base, asked = server
    get(base, ["flaky"], fakes, retries=1)
    assert len(names(cache)) == 4
    assert len(asked) == 8


def test_a_failure_half_way_keeps_what_is_right_and_goes_on_from_there(
    server, fakes, published, cache
):
    base, asked = server
    hidden = (published / "t10k-images-idx3-ubyte.gz").rename(published.parent / "hidden")
    with pytest.raises(DataError, match="t10k-images-idx3-ubyte"):
        get(base, ["good"], fakes)
    assert names(cache) == ["train-images-idx3-ubyte.gz", "train-labels-idx1-ubyte.gz"]
    hidden.rename(published / "t10k-images-idx3-ubyte.gz")
    asked.clear()
    get(base, ["good"], fakes)
    assert asked == ["good/t10k-images-idx3-ubyte.gz", "good/t10k-labels-idx1-ubyte.gz"]


def test_a_damaged_file_is_replaced_but_stays_when_nothing_better_comes(server, fakes, cache):
    base, asked = server
    get(base, ["good"], fakes)
    path = cache / "train-labels-idx1-ubyte.gz"
    path.write_bytes(b"damaged")
    with pytest.raises(DataError):
        get(base, ["cut"], fakes)
    assert path.read_bytes() == b"damaged"
    assert len(names(cache)) == 4
    asked.clear()
    get(base, ["good"], fakes)
    assert asked == ["good/train-labels-idx1-ubyte.gz"]
    assert path.read_bytes() != b"damaged"


def test_a_folder_is_a_source_too(fakes, published, cache):
    download_mnist([str(published)], idx_set=fakes)
    assert names(cache) == names(published)
    with pytest.raises(DataError, match="No such file"):
        download_mnist(["nowhere"], cache / "other", idx_set=fakes)


def test_a_cache_that_cannot_be_written(server, fakes, cache):
    cache.write_text("a file where a folder should be")
    with pytest.raises(DataError, match="Set GRADIENT_LAB_DATA"):
        get(server[0], ["good"], fakes)
    assert cache.is_file()


@pytest.mark.parametrize("mode", ["autograde", "validate"])
def test_nothing_is_downloaded_under_grading(server, fakes, cache, monkeypatch, mode):
    base, asked = server
    monkeypatch.setenv("NBGRADER_EXECUTION", mode)
    with pytest.raises(DataError, match="graded"):
        get(base, ["good"], fakes)
    assert asked == names(cache) == []


def test_the_progress_bar_goes_to_stderr(server, fakes, capsys):
    get(server[0], ["good"], fakes, progress=True)
    out, err = capsys.readouterr()
    assert out == ""
    assert "100%" in err


def test_without_a_terminal_nothing_is_printed(server, fakes, capsys, monkeypatch):
    for handler in pooch.get_logger().handlers:  # they hold the stderr of the time of import
        monkeypatch.setattr(handler, "stream", sys.stderr)
    get(server[0], ["lying", "good"], fakes, retries=1)
    assert capsys.readouterr() == ("", "")


def test_the_cache_has_a_place_in_the_home_folder(monkeypatch):
    monkeypatch.delenv("GRADIENT_LAB_DATA")
    assert "gradient-lab" in cache_folder().parts
    monkeypatch.setenv("GRADIENT_LAB_DATA", "~/data")
    assert cache_folder() == Path.home() / "data"


def test_the_public_mirrors_are_encrypted():
    assert all(url.startswith("https://") and url.endswith("/") for url in MIRRORS)


# python -m student_tools data


@pytest.fixture
def command(fakes):
    """The command, with the fake set in place of MNIST."""
    return partial(main, idx_set=fakes)


def test_the_command_fills_the_cache_and_may_be_repeated(command, server, cache, capsys):
    base, asked = server
    assert command(["--from", f"{base}good"]) == 0
    out, err = capsys.readouterr()
    assert f"Getting the four files, to be kept in {cache}" in out
    assert "all four files are right" in out
    assert err == ""
    assert command([]) == 0
    assert "Getting" not in capsys.readouterr().out
    assert len(asked) == 4
    Path(cache, names(cache)[0]).unlink()
    assert command(["--from", f"{base}good"]) == 0
    assert "Getting 1 of the four files" in capsys.readouterr().out


def test_the_command_fails_with_words_and_exit_code_1(command, server, cache, capsys):
    assert command(["--from", f"{server[0]}missing"]) == 1
    err = capsys.readouterr().err
    assert "the server answered 404" in err
    assert "The notebooks use the smaller digits meanwhile." in err
    assert names(cache) == []


def test_the_command_with_mnist_dir(command, published, cache, capsys, monkeypatch):
    monkeypatch.setenv("MNIST_DIR", str(published))
    assert command([]) == 0
    assert f"MNIST_DIR ({published})" in capsys.readouterr().out
    assert command(["--from", str(published)]) == 0
    assert "unset it" in capsys.readouterr().out
    assert len(names(cache)) == 4
    (published / "train-labels-idx1-ubyte.gz").write_bytes(b"?")
    assert command([]) == 1
    assert "train-labels-idx1-ubyte.gz" in capsys.readouterr().err


def test_the_command_is_stopped(command, cache, capsys, monkeypatch):
    def stop(*args, **kwargs):
        raise KeyboardInterrupt

    monkeypatch.setattr("pooch.HTTPDownloader.__call__", stop)
    assert command([]) == 1
    assert "Stopped" in capsys.readouterr().err
    assert names(cache) == []


def test_the_command_explains_itself(command, cache, capsys):
    with pytest.raises(SystemExit) as caught:
        command(["--help"])
    assert caught.value.code == 0
    out = capsys.readouterr().out
    assert out.startswith("usage: course.py data ")
    assert "GRADIENT_LAB_DATA" in out
    assert "MNIST_DIR" in out
