"""IDX files are read strictly."""

import gzip
from pathlib import Path

import numpy as np
import pytest
from fake_mnist import fake_set, idx_bytes

from helpers.idx import MNIST, DataError, find_files, parse_idx, read_idx


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "mnist"


@pytest.fixture
def fakes(folder):
    return fake_set(folder, n_train=600)


def read_train_images(folder, fakes):
    return read_idx(find_files(folder, fakes)["train-images-idx3-ubyte"], fakes.train_images, fakes)


def test_a_gzipped_file_is_read(folder, fakes):
    images = read_train_images(folder, fakes)
    assert images.shape == (600, 2, 3)
    assert images.dtype == np.uint8
    assert images[201].tolist() == [[1, 1, 0], [0, 0, 0]]


@pytest.mark.parametrize("name", ["train-images-idx3-ubyte", "train-images.idx3-ubyte"])
def test_a_decompressed_file_is_read_under_both_usual_names(folder, fakes, name):
    packed = folder / "train-images-idx3-ubyte.gz"
    (folder / name).write_bytes(gzip.decompress(packed.read_bytes()))
    packed.unlink()
    assert read_train_images(folder, fakes)[201, 0].tolist() == [1, 1, 0]


def test_packed_again_or_unpacked_under_the_old_name_is_still_right(folder, fakes):
    packed = folder / "train-images-idx3-ubyte.gz"
    content = gzip.decompress(packed.read_bytes())
    for data in (gzip.compress(content, compresslevel=1, mtime=99), content):
        assert data != packed.read_bytes()
        packed.write_bytes(data)
        assert read_train_images(folder, fakes).shape == (600, 2, 3)


def damaged(packed, kind):
    content = gzip.decompress(packed)
    return {
        "empty": b"",
        "cut gzip": packed[: len(packed) // 2],
        "flipped bits": packed[:200] + bytes(b ^ 255 for b in packed[200:230]) + packed[230:],
        "web page": b"\n<!DOCTYPE html><html>404</html>",
        "no IDX": gzip.compress(b"PK\x03\x04 something else"),
        "floats": gzip.compress(content[:2] + b"\x0d" + content[3:]),
        "no dimensions": gzip.compress(bytes((0, 0, 8, 0)) + content[4:]),
        "cut header": gzip.compress(content[:9]),
        "short": gzip.compress(content[:-1]),
        "long": gzip.compress(content + b"\0"),
        "huge sizes": gzip.compress(content[:4] + b"\xff" * 12 + content[16:]),
        "one image less": gzip.compress(idx_bytes(np.zeros((599, 2, 3)))),
        "one pixel differs": gzip.compress(content[:-1] + b"\x07"),
    }[kind]


@pytest.mark.parametrize(
    ("kind", "says"),
    [
        ("empty", "is empty"),
        ("cut gzip", "ends too early"),
        ("flipped bits", "damaged"),
        ("web page", "a web page"),
        ("no IDX", "starts with 50 4b 03 04"),
        ("floats", "starts with 00 00 0d 03"),
        ("no dimensions", "starts with 00 00 08 00"),
        ("cut header", "inside its header, after 9 bytes"),
        ("short", "3,600 bytes, but 3,599 bytes follow"),
        ("long", "3,600 bytes, but 3,601 bytes follow"),
        ("huge sizes", "4294967295"),
        ("one image less", r"shape \(600, 2, 3\), but it holds one of \(599, 2, 3\)"),
        ("one pixel differs", "content is not that of the fake set"),
    ],
)
def test_a_wrong_file_is_named_and_explained(folder, fakes, kind, says):
    path = folder / "train-images-idx3-ubyte.gz"
    path.write_bytes(damaged(path.read_bytes(), kind))
    with pytest.raises(DataError, match=says) as caught:
        read_train_images(folder, fakes)
    assert str(path) in str(caught.value)


@pytest.mark.parametrize("other", ["train-labels-idx1-ubyte", "t10k-images-idx3-ubyte"])
def test_swapped_files_are_recognised(folder, fakes, other):
    path = folder / "train-images-idx3-ubyte.gz"
    path.write_bytes((folder / f"{other}.gz").read_bytes())
    with pytest.raises(DataError, match=f"content is that of {other}"):
        read_train_images(folder, fakes)


def test_a_folder_in_place_of_a_file(folder, fakes):
    path = folder / "train-images-idx3-ubyte.gz"
    path.unlink()
    path.mkdir()
    with pytest.raises(DataError, match="cannot be read"):
        read_train_images(folder, fakes)


def test_a_file_without_permission(folder, fakes, monkeypatch):
    def refuse(self):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "read_bytes", refuse)
    with pytest.raises(DataError, match=r"cannot be read \(Permission denied\)"):
        read_train_images(folder, fakes)


def test_find_files_names_what_is_there(folder, fakes):
    (folder / "t10k-labels-idx1-ubyte.gz").unlink()
    (folder / "tmp8x1k2").write_bytes(b"the remains of a killed download")
    assert sorted(find_files(folder, fakes)) == [
        "t10k-images-idx3-ubyte",
        "train-images-idx3-ubyte",
        "train-labels-idx1-ubyte",
    ]
    with pytest.raises(DataError, match="cannot be listed"):
        find_files(folder / "nowhere", fakes)


def test_parse_idx_keeps_c_order():
    array = np.arange(24).reshape(2, 3, 4)
    np.testing.assert_array_equal(parse_idx(idx_bytes(array), "a test"), array)


def test_the_registry_lists_mnist_as_published():
    # The MD5 sums that other loaders list belong to the same files; the slow test reads them.
    assert [file.shape for file in MNIST.files] == [
        (60_000, 28, 28),
        (60_000,),
        (10_000, 28, 28),
        (10_000,),
    ]
    sums = {digest for file in MNIST.files for digest in (file.sha256, file.sha256_gz)}
    assert len(sums) == 8
    assert all(len(digest) == 64 for digest in sums)
