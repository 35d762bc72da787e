"""Small fake sets in MNIST's form, which the tests of the data share."""

import gzip
import hashlib

import numpy as np

from helpers.idx import IdxFile, IdxSet


def idx_bytes(array):
    """The array as an IDX file of unsigned bytes."""
    sizes = b"".join(int(size).to_bytes(4, "big") for size in array.shape)
    return bytes((0, 0, 8, array.ndim)) + sizes + array.astype(np.uint8).tobytes()


def fake_set(folder, n_train=5_200, n_test=40):
    """Write a tiny set in MNIST's form, gzipped, and return its registry.

    An image is 2 rows of 3 pixels and tells who it is: its first two pixels are its number in
    base 200, its last is 1 in a test image, so that a test can follow it through any split.
    """
    folder.mkdir(exist_ok=True)
    rng = np.random.default_rng(12)
    arrays = {}
    for name, n in (("train", n_train), ("t10k", n_test)):
        number = np.arange(n)
        images = np.zeros((n, 2, 3))
        images[:, 0, 0], images[:, 0, 1] = np.divmod(number, 200)
        images[:, 1, 2] = name == "t10k"
        arrays[f"{name}-images-idx3-ubyte"] = images
        arrays[f"{name}-labels-idx1-ubyte"] = rng.permutation(number % 10)
    files = []
    for name, array in arrays.items():
        content = idx_bytes(array)
        packed = gzip.compress(content, mtime=0)
        (folder / f"{name}.gz").write_bytes(packed)
        sums = (hashlib.sha256(data).hexdigest() for data in (packed, content))
        files.append(IdxFile(name, array.shape, *sums))
    return IdxSet("the fake set", *files)
