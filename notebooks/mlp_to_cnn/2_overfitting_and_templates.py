# ---
# jupyter:
#   jupytext:
#     text_representation:
#       extension: .py
#       format_name: percent
#   kernelspec:
#     display_name: Python 3 (ipykernel)
#     language: python
#     name: python3
# ---

# %% [markdown]
# # Few images, many images, and what the network looks for
#
# The network of notebook 1 again, trained once on 2,000 images and once on 50,000. You measure what the missing images cost, save what took a minute to learn, load it so that a wrong file can do no harm, and look at what the hidden units have learnt.
#
# **When you are done, you can**
#
# - tell overfitting from too little training, which look alike in one curve;
# - save parameters so that a crash halfway destroys nothing, and load them so that a foreign, broken or malicious file changes nothing;
# - say which digits a network confuses, and with what;
# - read a first layer's weights as images, and not read too much into them.
#
# **Time:** about two and a half hours. **You need:** notebook 1, `1_cross_entropy_mlp.ipynb`, finished, saved and in the same folder. The exercises can be done, and are marked, without it. **Points:** 28 of the project's 100.

# %% given="imports"
import io
import tempfile
from pathlib import Path

import numpy as np

from helpers import plots
from helpers.data import load_images, split
from helpers.figures import show
from helpers.lesson import load_answers, needs, training_length
from helpers.training import parameters_of

# %% given="notebook_1"
notebook_1 = load_answers("1_cross_entropy_mlp.ipynb", ["MLP", "train_network"])

# %% given="data"
images = load_images(dtype=np.float32)
X_rest, y_rest, X_test, y_test = images.train_test()
(X_train, y_train), (X_valid, y_valid) = split(
    X_rest, y_rest, (5 / 6, 1 / 6), np.random.default_rng(0)
)
n, k = X_train.shape[1], images.n_classes
few = 2000 if images.name == "MNIST" else 100
print(f"{len(y_train):,} training images, or the first {few:,} of them alone;")
print(f"{len(y_valid):,} to validate, {len(y_test):,} to test.")

# %% [markdown]
# ## 1. How good is it?
#
# ### Exercise 1: `test_network` (4 points)
#
# Return the percentage of the images `X` to which `net` gives its largest output at the label: a number from 0 to 100. `net.forward(X)` gives a row of outputs an image. Measuring changes nothing: neither the network's parameters nor the images.


# %% answer="test_network"
def test_network(net, X, y):
    """Return the percentage of images X (m, n) that net classifies as their labels y (m,) say."""
    ### BEGIN SOLUTION
    return 100 * np.mean(net.forward(X).argmax(axis=1) == y)
    ### END SOLUTION


# %% test="test_test_network" points=4
from checks import credit


def test_test_network(check):
    import numpy as np

    from checks import after, close, shaped
    from mlp_to_cnn_doubles import paper_mlp

    names = ["W1", "b1", "W2", "b2"]

    def network(A, b2):
        # Its outputs are the softmax of x @ A + b2.
        start = {"W1": np.ones((2, len(A))), "b1": np.ones(2), "W2": np.ones((len(b2), 2))}
        return paper_mlp(A, start | {"b2": b2})

    def percent(A, b2, X, y):
        before = network(A, b2)
        found, (net, *arrays) = after(test_network, before, X, y)
        for name, left, given in zip("Xy", arrays, (X, y), strict=True):
            close(left, given, what=f"{name} afterwards")
        start = {"W1": np.ones((2, len(A))), "b1": np.ones(2), "W2": np.ones((len(b2), 2))}
        for name in names:
            close(getattr(net, name), (start | {"b2": b2})[name], what=f"{name} afterwards")
        shaped(found, (), what="the percentage")
        return found

    # This network says the number of the largest pixel.
    X = np.array([[3.0, 1.0, 2.0], [0.0, 2.0, 1.0], [0.0, 1.0, 2.0], [1.0, 0.0, 3.0]])
    with check("on paper: it says 0, 1, 2, 2; with labels 0, 1, 2, 0 that is 75 percent"):
        found = percent(np.eye(3), np.zeros(3), X, np.array([0, 1, 2, 0]))
        close(found, 75.0, what="the percentage")
    with check("all right is 100, all wrong is 0"):
        right = percent(np.eye(3), np.zeros(3), X, np.array([0, 1, 2, 2]))
        close(right, 100.0, what="the percentage")
        none = percent(np.eye(3), np.zeros(3), X, np.array([1, 2, 0, 0]))
        close(none, 0.0, what="the percentage")
    ### BEGIN HIDDEN TESTS
    rng = check.rng
    n, k = (int(size) for size in rng.permutation([4, 5, 6, 7])[:2])
    m = int(rng.choice([307, 311, 313, 317, 331]))  # primes: no batch size divides them
    A, b2 = rng.normal(size=(n, k)), 0.5 * rng.normal(size=k)
    images = rng.normal(size=(m, n))
    said = np.argsort(np.einsum("mn,nk->mk", images, A) + b2)[:, -1]
    count = int(rng.integers(m // 4, 3 * m // 4))
    rows = rng.permutation(m)
    labels = np.where(rows < count, said, (said + 1 + rng.integers(k - 1, size=m)) % k)
    with check(
        "the percentage of right answers, of any number of images",
        points=3,
        repeats=("on paper", "all right is 100"),
    ):
        close(percent(A, b2, images, labels), 100 * count / m, what="the percentage")
        some = percent(A, b2, images[:3], (said[:3] + np.array([0, 1, 0])) % k)
        close(some, 200 / 3, what="the percentage of three images")
        none = percent(A, b2, images, (said + 1) % k)
        close(none, 0.0, what="the percentage where no image is right")
    with check("labels of which some classes are absent", points=1):
        only = (said == said[0]).mean()
        found = percent(A, b2, images, np.full(m, said[0]))
        close(found, 100 * only, what="the percentage where all labels are alike")
    ### END HIDDEN TESTS


credit(test_test_network)

# %% [markdown]
# ## 2. Few images against many
#
# Three runs of the same network, from the same initial weights:
#
# - **few**: the first 2,000 training images (100 of the digits), 100 epochs;
# - **many**: all of them, 100 epochs;
# - **few, shown as often**: the few again, each so many times an epoch that this run makes about as many steps as *many*.
#
# The third is there because the first differs from the second in two things: it has fewer images, *and* it makes many fewer steps. If it is worse, you cannot know from which of the two. On MNIST the three take two to three minutes together. While you look for a mistake, set `epochs` to 3.

# %%
epochs = 100
if training_length(epochs) < epochs:
    epochs = 1  # while it is graded
lr = 1e-3 if images.name == "MNIST" else 1e-2

# %% given="training"
times = len(y_train) // few
X_few, y_few = X_train[:few], y_train[:few]
runs = {
    "few": (X_few, y_few),
    "many": (X_train, y_train),
    "few, shown as often": (np.tile(X_few, (times, 1)), np.tile(y_few, times)),
}
with needs("MLP", "train_network"):
    trained, measured = {}, {}
    for name, (X, y) in runs.items():
        net = notebook_1.MLP(n, 64, k, 0)
        parameters_of(net, ["W1", "b1", "W2", "b2"], dtype=np.float32)
        measured[name] = notebook_1.train_network(net, X, y, X_valid, y_valid, lr, epochs, 256)
        trained[name] = net
    networks, curves = trained, measured  # all three are done

# %% given="curves"
with needs("MLP", "train_network"):
    for second in ["few", "few, shown as often"]:
        shown = {
            f"{name}: {part}": curve
            for name in ["many", second]
            for part, curve in zip(["training", "validation"], curves[name], strict=True)
        }
        title = f"{len(y_train):,} images, and {second} ({few:,})"
        show(plots.learning_curve(shown, start=1, title=title, xlabel="epoch", ylabel="accuracy"))

# %% given="table"
with needs("MLP", "train_network", "test_network"):
    table = {}
    for name, net in networks.items():
        parts = [runs[name], (X_valid, y_valid), (X_test, y_test)]
        table[name] = [test_network(net, X, y) for X, y in parts]
    print(f"{'accuracy, %':<22}{'training':>10}{'validation':>12}{'gap':>8}{'test':>8}")
    for name, (a, b, c) in table.items():
        print(f"{name:<22}{a:>10.2f}{b:>12.2f}{a - b:>8.2f}{c:>8.2f}")
    p = table["many"][2] / 100
    se = 100 * np.sqrt(p * (1 - p) / len(y_test))
    print(f"standard error of the test accuracy of many: {se:.2f}")

# %% [markdown]
# ### Report question 1: is that overfitting? (4 points)
#
# A published report on this experiment looked at its two curves and wrote that there is no overfitting with 2,000 images. What do your three runs say? Which part of the loss against *many* is too little training, and which part is too few images? Why must
# the validation images not be among the few? And look once more at the published 90.66 % of notebook 1, and at the last column (on MNIST it has 89.9, 97.2 and 91.3 %): what might it be? One paragraph.

# %% [markdown] written="report_overfitting" points=4
# ### BEGIN SOLUTION
# With 2,000 images, the network has 94.9 % on those it was trained on and 89.0 % on the validation images: a gap of 5.9 points. With 50,000 the gap is 1.9 points (98.7 % and 96.8 %). So there is overfitting with few images, more than with many; what is missing is only the
# downturn of the validation curve that one expects to see. After 100 epochs the run with few images is also not finished: it made 800 steps, the other 19,600. Shown as often, the 2,000 images are learnt by heart (100 %), and validation goes from 89.0 % to 90.0 %. The distance
# from *many* is 7.9 points; 1.1 of them are too little training, and 6.8 are the missing images, which no number of epochs replaces. The standard error of a validation accuracy is 0.3 points, so both parts are real. If the validation images were among the few, the network could know them by heart, and the gap
# would vanish without anything being better. The published 90.66 % lies between the two networks that saw 2,000 images (89.9 and 91.3 % of the test images). It may be the accuracy of such a network; I cannot know.
#
# ### BEGIN MARK SCHEME
# - 1 point: names the gap between training and validation for few and for many, with numbers, and says that it is larger for few: overfitting, although no curve turns down.
# - 1 point: separates the two causes by the third run: the step from few to "shown as often" is training, the rest up to many is images.
# - 1 point: says that more epochs on the few bring training to (nearly) 100 % and validation only a little, or supports the claim by the standard error.
# - 1 point: validation images seen in training measure memory, not what new images would do.
# ### END MARK SCHEME
# ### END SOLUTION

# %% [markdown]
# ## 3. Save it
#
# What has taken a minute to learn should survive the notebook. NumPy's own format is an `.npy` file: a short header with shape and type, then the numbers. `np.save(file, array)` writes one.
#
# A file that is being written is neither the old one nor the new one. If the disk is full just then, or somebody pulls the plug, half a file is left, and the old one is gone. The remedy is old and simple: **write beside it, then rename**. Renaming
# (`Path(new).replace(old)`, or `os.replace(new, old)`) is one operation of the file system: there is no moment at which a file under the old name is incomplete.
#
# ### Exercise 2: `save_weights` (6 points)
#
# Save the four parameters of `net` into four files, called `prefix` + `_W1.npy`, `_b1.npy`, `_W2.npy` and `_b2.npy`. With the prefix `"runs/many"` the first is `runs/many_W1.npy`. The folder exists. Files of these names that are there already are replaced.
#
# - However the program ends halfway, every file of these four names is whole: an old one or a new one.
# - Even better: write **all four** under other names first, and rename only then. So an error while writing leaves all four old, and not two networks mixed.
# - After a successful call nothing else is left in the folder. An error while writing goes on to the caller (do not hide it).
#
# Beware: `np.save` appends `.npy` to a *name* that does not end in it, but never to an open file. And `prefix` is any text, with dots in it, too: simply put the end behind it. (`np.save` may also miss that the disk is full when the last few
# thousand bytes are written. Nobody asks you to know that; whoever wants to be sure has it write into memory, an `io.BytesIO`, and writes those bytes to the file.)


# %% answer="save_weights"
def save_weights(net, prefix):
    """Save W1, b1, W2 and b2 of net as files PREFIX_W1.npy and so on: all of them, or none."""
    ### BEGIN SOLUTION
    paths = {name: Path(f"{prefix}_{name}.npy") for name in ["W1", "b1", "W2", "b2"]}
    beside = {name: Path(f"{path}.new") for name, path in paths.items()}
    try:
        for name, path in beside.items():
            data = io.BytesIO()
            np.save(data, getattr(net, name))
            path.write_bytes(data.getvalue())  # unlike np.save, it always notices a full disk
        for name, path in paths.items():
            beside[name].replace(path)
    finally:
        for path in beside.values():
            path.unlink(missing_ok=True)  # there are some only after an error
    ### END SOLUTION


# %% test="test_save_weights" points=6
from checks import credit


def test_save_weights(check):
    import io

    import numpy as np

    from checks import close, expect, scratch_folder
    from mlp_to_cnn_doubles import paper_mlp

    names = ["W1", "b1", "W2", "b2"]

    def network(parameters, broken=""):
        n, k = parameters["W1"].shape[1], len(parameters["b2"])
        return paper_mlp(np.zeros((n, k)), parameters, broken=broken)

    def arrays_in(folder, stem):
        # The arrays in the four files, read here and not where the files were written.
        files, found = folder.read(), {}
        for name in names:
            file = f"{stem}_{name}.npy"
            expect(file in files, f"there is no file {file} in the folder")
            try:
                found[name] = np.load(io.BytesIO(files[file]), allow_pickle=False)
            except (ValueError, EOFError):
                expect(False, f"{file} is no whole .npy file of numbers")
        return found

    def holds(folder, stem, parameters):
        for name, array in arrays_in(folder, stem).items():
            close(array, parameters[name], what=f"{stem}_{name}.npy")

    def is_one_of(array, one, other):
        return any(
            array.shape == each.shape and bool(np.all(array == each)) for each in (one, other)
        )

    def raised(net, prefix):
        # Whether saving ended in an error; what is not written yet is said elsewhere.
        try:
            save_weights(net, prefix)
        except NotImplementedError:
            raise
        except Exception:  # noqa: BLE001  any error is one
            return True
        return False

    def expected_files(stem):
        return sorted(f"{stem}_{name}.npy" for name in names)

    small = {
        "W1": np.arange(6.0).reshape(2, 3),
        "b1": np.array([1.0, -1.0]),
        "W2": np.arange(8.0).reshape(4, 2),
        "b2": np.array([0.5, 1.0, 1.5, 2.0]),
    }
    with (
        check('the prefix "FOLDER/net" makes four files, net_W1.npy and so on, and no others'),
        scratch_folder() as folder,
    ):
        save_weights(network(small), f"{folder.path}/net")
        files = folder.names()
        expect(files == expected_files("net"), f"the folder holds {', '.join(files)}")
    with check("they hold the parameters; saving again replaces them"), scratch_folder() as folder:
        for factor in (2.0, 1.0):
            net = network({name: factor * array for name, array in small.items()})
            save_weights(net, f"{folder.path}/net")
        holds(folder, "net", small)
    with (
        check("a program that ends when W2 is asked for leaves the four old files"),
        scratch_folder() as folder,
    ):
        prefix = f"{folder.path}/net"
        save_weights(network(small), prefix)
        other = {name: array + 1 for name, array in small.items()}
        expect(raised(network(other, broken="W2"), prefix), "the error does not reach the caller")
        for name, array in arrays_in(folder, "net").items():
            message = f"net_{name}.npy is not the old one any more, although saving failed"
            expect(is_one_of(array, small[name], small[name]), message)
    ### BEGIN HIDDEN TESTS
    rng = check.rng
    h = int(rng.integers(7, 12))

    def drawn(n, k):
        sizes = zip(names, [(h, n), (h,), (k, h), (k,)], strict=True)
        return {name: rng.normal(size=size) for name, size in sizes}

    def full_disk(old, new):
        # What is in the four files after saving `new` over `old` on a disk that gets full.
        with scratch_folder() as folder:
            prefix = f"{folder.path}/net"
            save_weights(network(old), prefix)
            holds(folder, "net", old)
            folder.fill_up(9000)
            try:
                stopped = raised(network(new), prefix)
            finally:
                folder.make_room()
            expect(stopped, "the disk was full, and no error reached the caller")
            return arrays_in(folder, "net")

    with check(
        "four files with the right names and numbers, also with dots in the prefix",
        points=2,
        repeats=("the prefix", "they hold"),
    ):
        for stem in ("net", f"net-0.{h}.best"):
            with scratch_folder() as folder:
                own = drawn(5, 6)
                net = network(own)
                save_weights(net, f"{folder.path}/{stem}")
                holds(folder, stem, own)
                for name, array in net.parameters.items():
                    close(array, own[name], what=f"{name} of the network afterwards")
    with (
        check(
            "saved again: the files are replaced, and nothing else is in the folder",
            points=1,
            repeats=("the prefix", "they hold"),
        ),
        scratch_folder() as folder,
    ):
        prefix = f"{folder.path}/net"
        for own in (drawn(5, 6), drawn(5, 6)):
            save_weights(network(own), prefix)
            holds(folder, "net", own)
        files = folder.names()
        expect(files == expected_files("net"), f"the folder holds {', '.join(files)}")
    with check("a full disk in the middle of a file: the old file of that name is whole", points=2):
        for n, k in [(700, 3), (3, 700)]:  # too large is W1, or W2
            old, new = drawn(n, k), drawn(n, k)
            for name, array in full_disk(old, new).items():
                message = f"{name}'s file holds neither the old array nor the new one"
                expect(is_one_of(array, old[name], new[name]), message)
    with (
        check(
            "a full disk or an error at the third file: all four files are the old ones",
            points=1,
            repeats="a program that ends",
        ),
        scratch_folder() as folder,
    ):
        prefix, old = f"{folder.path}/net", drawn(5, 6)
        save_weights(network(old), prefix)
        expect(raised(network(drawn(5, 6), broken="W2"), prefix), "the error does not get out")
        holds(folder, "net", old)
        old, new = drawn(3, 700), drawn(3, 700)
        for name, array in full_disk(old, new).items():
            close(array, old[name], what=f"the file of {name}")
    ### END HIDDEN TESTS


credit(test_save_weights)

# %% [markdown]
# ## 4. Load it, and trust no file
#
# A file on a disk is somebody's word. It may belong to a network of another size, it may have been cut off by a broken download, it may be missing. And it may be malicious: NumPy can also store Python objects, as a *pickle*, and to read a pickle is to run the program in it. `np.load(path, allow_pickle=False)`
# refuses pickles (with a ValueError), and you should never load a stranger's file otherwise.
#
# Some bad files do not even raise an error. An array of shape `(1,)` fits everywhere, by broadcasting. Two good files and two of another network make a network of four wrong parts.
#
# ### Exercise 3: `load_weights` (10 points)
#
# Read the four files of `prefix` and give their arrays to `net`, as `W1`, `b1`, `W2`, `b2`. **Check all four files before you change anything.** If one of them is bad, raise an error and leave the network as it was:
#
# | what is wrong with the file | error | its message holds |
# |---|---|---|
# | there is no such file | `FileNotFoundError` (as `open` and `np.load` raise it), or `ValueError` | the file's name |
# | the array's shape is not that of the parameter in `net` | `ValueError` | the file's name, the expected shape and the one found |
# | it is no whole `.npy` file of numbers: cut off (perhaps to nothing), a pickle, or another kind of file under that name | `ValueError` | the file's name |
#
# A message such as `runs/many_W1.npy: expected shape (64, 784), found (50, 784)` saves its reader an hour. A file that is cut off to nothing makes `np.load` raise an `EOFError`; a reader of your function should not have to know that.


# %% answer="load_weights"
def load_weights(net, prefix):
    """Load what save_weights has saved into net: all four parameters, or none and an error.

    Raises FileNotFoundError or ValueError, with the name of the file that is missing or bad.
    """
    ### BEGIN SOLUTION
    found = {}
    for name in ["W1", "b1", "W2", "b2"]:
        path = f"{prefix}_{name}.npy"
        try:
            array = np.load(path, allow_pickle=False)
        except (ValueError, EOFError) as error:
            raise ValueError(f"{path} is no whole .npy file of numbers: {error}") from error
        expected = np.shape(getattr(net, name))
        if np.shape(array) != expected:
            raise ValueError(f"{path}: expected shape {expected}, found {np.shape(array)}")
        found[name] = array
    for name, array in found.items():
        setattr(net, name, array)
    ### END SOLUTION


# %% test="test_load_weights" points=10
from checks import credit


def test_load_weights(check):
    import io
    import os
    import re

    import numpy as np

    from checks import close, expect, scratch_folder
    from mlp_to_cnn_doubles import paper_mlp

    names = ["W1", "b1", "W2", "b2"]

    def network(parameters):
        n, k = parameters["W1"].shape[1], len(parameters["b2"])
        return paper_mlp(np.zeros((n, k)), parameters)

    def npy(array, pickled=False):
        file = io.BytesIO()
        np.save(file, array, allow_pickle=pickled)
        return file.getvalue()

    def put(folder, stem, parameters):
        folder.write({f"{stem}_{name}.npy": npy(array) for name, array in parameters.items()})

    def holds(net, parameters):
        for name, array in net.parameters.items():
            close(array, parameters[name], what=name)

    def refusal(folder, stem, net, parameters):
        # The error with which the files are refused, after making sure that nothing is changed.
        refused = None
        try:
            load_weights(net, f"{folder.path}/{stem}")
        except (NotImplementedError, NameError):  # not written, or not run: no answer to a file
            raise
        except Exception as error:  # noqa: BLE001  any error is looked at
            refused = error
        expect(refused is not None, "a bad file was loaded without an error")
        for name, array in net.parameters.items():
            close(array, parameters[name], what=f"{name} after the error")
        return refused

    def is_clear(error, folder, files, kinds=("ValueError",)):
        # A fitting kind of error, whose message names one of these files; returns the rest of it.
        kind = getattr(error, "kind", type(error).__name__)
        fits = kind in kinds or ("ValueError" in kinds and isinstance(error, ValueError))
        expect(fits, f"your code raises {kind}; see the table for the kind of error")
        said = str(error).replace(folder.path, "")
        named = [file for file in files if file in said]
        expect(len(named) > 0, "the message does not name the file that is bad")
        return named[0], said.replace(named[0], "")

    def tells_shapes(rest, expected, found):
        numbers = {int(digits) for digits in re.findall(r"\d+", rest)}
        expect(set(expected) <= numbers, "the message does not tell the expected shape")
        expect(set(found) <= numbers, "the message does not tell the shape that was found")

    small = {
        "W1": np.arange(6.0).reshape(2, 3),
        "b1": np.array([1.0, -1.0]),
        "W2": np.arange(8.0).reshape(4, 2),
        "b2": np.array([0.5, 1.0, 1.5, 2.0]),
    }
    other = {name: array + 10 for name, array in small.items()}
    with check("the four files' arrays are the network's parameters"), scratch_folder() as folder:
        put(folder, "net", other)
        net = network(small)
        load_weights(net, f"{folder.path}/net")
        holds(net, other)
    with (
        check("net_W2.npy has the shape (5, 2), not (4, 2): a ValueError that says so"),
        scratch_folder() as folder,
    ):
        put(folder, "net", other | {"W2": np.ones((5, 2))})
        error = refusal(folder, "net", network(small), small)
        _, rest = is_clear(error, folder, ["net_W2.npy"])
        tells_shapes(rest, (4, 2), (5, 2))
    with (
        check("net_b2.npy is missing: an error that names it, and W1 is not changed"),
        scratch_folder() as folder,
    ):
        put(folder, "net", {name: other[name] for name in names[:3]})
        error = refusal(folder, "net", network(small), small)
        is_clear(error, folder, ["net_b2.npy"], ("FileNotFoundError", "ValueError"))
    ### BEGIN HIDDEN TESTS
    rng = check.rng
    n, h, k, longer = (int(size) for size in rng.permutation(np.arange(11, 40))[:4])

    def drawn(n, h, k):
        sizes = zip(names, [(h, n), (h,), (k, h), (k,)], strict=True)
        return {name: rng.normal(size=size) for name, size in sizes}

    own, new = drawn(n, h, k), drawn(n, h, k)
    stem = f"net-0.{h}.best"

    def with_bad(folder, bad):
        # Put good files, and bad ones in place of some: bytes, or None for no file.
        data = {name: npy(array) for name, array in new.items()} | bad
        folder.write({f"{stem}_{name}.npy": data[name] for name in names})

    def takes_good_ones(folder):
        # To refuse everything is no answer: files that fit raise no error, before any bad one.
        with_bad(folder, {})
        load_weights(network(own), f"{folder.path}/{stem}")

    def cut_to(name, size):
        return npy(new[name])[:size]

    with (
        check(
            "all four parameters, from files with dots in the prefix",
            points=3,
            repeats="the four files",
        ),
        scratch_folder() as folder,
    ):
        put(folder, stem, new)
        put(folder, "net", drawn(n, h, k))
        before, net = folder.names(), network(own)
        load_weights(net, f"{folder.path}/{stem}")
        holds(net, new)
        expect(folder.names() == before, "there are other files in the folder than before")
    with (
        check(
            "another network's file: a ValueError with its name and both shapes",
            points=2,
            seconds=20,
            repeats="net_W2.npy has",
        ),
        scratch_folder() as folder,
    ):
        takes_good_ones(folder)
        foreign = [{"W1": (longer, n)}, {"W2": (h, k)}, {"b1": (longer,)}, {"b2": (k, longer)}]
        for shapes in [*foreign, {"W1": (longer, n), "b1": (longer,), "W2": (k, longer)}]:
            with_bad(folder, {name: npy(rng.normal(size=s)) for name, s in shapes.items()})
            error = None
            try:
                load_weights(network(own), f"{folder.path}/{stem}")
            except ValueError as refused:
                error = refused
            expect(error is not None, "the file of another network gives no ValueError")
            file, rest = is_clear(error, folder, [f"{stem}_{name}.npy" for name in shapes])
            name = file.removesuffix(".npy")[-2:]
            tells_shapes(rest, own[name].shape, shapes[name])
    with (
        check(
            "whichever file is bad: an error, and nothing in the network is changed",
            points=2,
            seconds=30,
            repeats=("net_W2.npy has", "net_b2.npy is missing"),
        ),
        scratch_folder() as folder,
    ):
        takes_good_ones(folder)
        shapes, net = {"W1": (n, h), "b1": (1,), "W2": (1, h), "b2": (k, 1)}, network(own)
        for name in names:
            for data in (npy(rng.normal(size=shapes[name])), None, cut_to(name, 150)):
                with_bad(folder, {name: data})
                refusal(folder, stem, net, own)
    with (
        check(
            "a file that is missing: an error with its name",
            points=1,
            repeats="net_b2.npy is missing",
        ),
        scratch_folder() as folder,
    ):
        takes_good_ones(folder)
        for name in ("W1", "b2"):
            with_bad(folder, {name: None})
            error = refusal(folder, stem, network(own), own)
            kinds = ("FileNotFoundError", "ValueError")
            is_clear(error, folder, [f"{stem}_{name}.npy"], kinds)
    with (
        check("a file that is cut off anywhere: a ValueError with its name", points=1),
        scratch_folder() as folder,
    ):
        takes_good_ones(folder)
        for name, size in [("W1", 0), ("b1", 5), ("W2", 100), ("b2", 128), ("W1", 999)]:
            with_bad(folder, {name: cut_to(name, size)})
            error = refusal(folder, stem, network(own), own)
            is_clear(error, folder, [f"{stem}_{name}.npy"])
    with (
        check("a pickle: a ValueError with the file's name, and it is not run", points=1),
        scratch_folder() as folder,
    ):
        takes_good_ones(folder)
        for name in ("b1", "b2"):
            trap = f"{folder.path}/the_pickle_was_run"
            kind = type("Trap", (), {"__reduce__": lambda _self, trap=trap: (os.mkdir, (trap,))})
            things = np.full(own[name].shape, kind(), dtype=object)
            with_bad(folder, {name: npy(things, pickled=True)})
            error = refusal(folder, stem, network(own), own)
            expect("the_pickle_was_run" not in folder.names(), "the program in the pickle ran")
            is_clear(error, folder, [f"{stem}_{name}.npy"])
    ### END HIDDEN TESTS


credit(test_load_weights)

# %% [markdown]
# Now for the trained network: saved, and loaded into a new one with other initial weights. Both must be right on the same share of the test images, to the last digit. Then a network with 32 hidden units tries to load these files.

# %% given="round_trip"
with (
    needs("MLP", "train_network", "test_network", "save_weights", "load_weights"),
    tempfile.TemporaryDirectory() as folder,
):
    prefix = f"{folder}/many"
    save_weights(networks["many"], prefix)
    for file in sorted(Path(folder).iterdir()):
        print(f"{file.name:<14} {file.stat().st_size:>8,} bytes")
    restored = notebook_1.MLP(n, 64, k, 1)
    print(f"\na new network:          {test_network(restored, X_test, y_test):6.2f} %")
    load_weights(restored, prefix)
    print(f"with the loaded weights:{test_network(restored, X_test, y_test):6.2f} %")
    print(f"the trained network:    {test_network(networks['many'], X_test, y_test):6.2f} %")
    try:
        load_weights(notebook_1.MLP(n, 32, k, 1), prefix)
    except ValueError as error:
        print(f"\n32 hidden units: ValueError: {str(error).replace(folder, '...')}")

# %% [markdown]
# ## 5. Which digits are hard?

# %% given="confusion"
with needs("MLP", "train_network"):
    said = networks["many"].forward(X_test).argmax(axis=1)
    title = f"Confusion matrix, {len(y_test):,} test images, trained on many"
    show(plots.confusion_matrix(y_test, said, title=title))

# %% given="hard_digits"
with needs("MLP", "train_network"):
    counts = np.zeros([k, k], dtype=int)
    np.add.at(counts, (y_test, said), 1)
    right = np.diag(counts) / counts.sum(axis=1)
    print("digit   found   standard error   most often taken for")
    for digit in np.argsort(right):
        p, total = right[digit], counts[digit].sum()
        mistakes = counts[digit] * (np.arange(k) != digit)
        taken = f"{mistakes.argmax()} ({mistakes.max()} of {total:,})" if mistakes.any() else "-"
        se = 100 * np.sqrt(p * (1 - p) / total)
        print(f"{digit:>4} {p:>9.1%} {se:>8.1f} points   {taken}")

# %% given="hard_images"
with needs("MLP", "train_network"):
    wrong = np.flatnonzero(said != y_test)
    outputs = networks["many"].forward(X_test)
    surest = wrong[np.argsort(-outputs[wrong, said[wrong]])][:20]
    if len(surest):
        show(
            plots.digits(
                X_test[surest],
                images.image_shape,
                labels=y_test[surest],
                predictions=said[surest],
                title="Mistakes of which the network was surest",
            )
        )

# %% [markdown]
# ## 6. Templates
#
# A hidden unit computes $\sigma(w \cdot x + b)$: the product of the image with the unit's weights, pixel by pixel, summed. So its row of `W1` is itself an image, a *template*: where it is positive (purple), ink excites the unit; where it is negative (orange), ink
# silences it.
#
# The first picture shows the first twenty templates of the network that saw many images. They began as noise, and much of it is still there. So the second picture shows what training has *added*: the weights less the initial ones. The third shows the same for the network
# that saw few images, as often.

# %% given="templates"
with needs("MLP", "train_network"):
    untrained = notebook_1.MLP(n, 64, k, 0)
    parameters_of(untrained, ["W1", "b1", "W2", "b2"], dtype=np.float32)
    added = {name: net.W1 - untrained.W1 for name, net in networks.items()}
    for title, W in [
        ("Templates of the first 20 hidden units, many images", networks["many"].W1),
        ("What training added: many images", added["many"]),
        ("What training added: few images, shown as often", added["few, shown as often"]),
    ]:
        show(plots.weights(W, images.image_shape, n=20, title=title))

# %% given="added"
with needs("MLP", "train_network"):
    sizes = {name: np.linalg.norm(change) for name, change in added.items()}
    print("Size of what training added to W1, compared with the initial W1:")
    for name, size in sizes.items():
        print(f"  {name:<22}{size / np.linalg.norm(untrained.W1):8.2f}")
    always_black = X_train.max(axis=0) == 0
    if always_black.any():
        largest = np.abs(added["many"][:, always_black]).max()
        print(f"\n{always_black.sum()} pixels are black in all training images.")
        print(f"Largest change of a weight there, many images: {largest:g}")

# %% [markdown]
# ### Report question 2: hard digits, and templates (4 points)
#
# Which digits are hard, what are they taken for, and which of the differences between digits are larger than their standard errors? (Where all or none are found, the formula of the standard error gives 0, which is too good to be true.) Describe the templates: do they look like digits, and why need they not? How does what few images added differ from what many added, and why did the
# weights at the pixels that are always black not move at all? One paragraph or two.

# %% [markdown] written="report_templates" points=4
# ### BEGIN SOLUTION
# On MNIST 9 is found least often (95.8 %), mostly taken for 4 or 3, then 8, 5 (taken for 3) and 7 (taken for 2); 0 and 1 are found in 99 % of the cases. With a standard error of 0.6 points for the hard ones and 0.3 for the easy ones, 0 and 1 are easier than all the others. But 9, 8, 5 and 7 differ among
# themselves by less than a point, which is no more than chance; so do 6, 4, 2 and 3. The pairs are those that share their strokes: a 9 with an open top is a 4, a 7 with a curved foot a 2.
#
# The templates do not look like digits. What training added shows strokes and spots in the middle of the image, dark ones beside light ones: a unit notices that ink is here and not there, and the output layer puts 64 such remarks together. A unit need not be a digit, since nobody asked it to be one. What few images added is
# more ragged: single pixels of single images still show, since 2,000 images do not average them out. At a pixel that is black in all training images the gradient is a sum of products with 0, so the weights there keep the noise that they were drawn with. If somebody writes into that corner one day, the network will react to it at random.
#
# ### BEGIN MARK SCHEME
# - 1 point: names the hardest digits and what they are taken for, from the own table.
# - 1 point: uses the standard errors: only differences larger than about two of them count, so the order among the middle ones is chance.
# - 1 point: templates show strokes and blobs, not whole digits; a unit need not be a digit, since the output layer combines 64 of them.
# - 1 point: says how few images differ (more ragged, or smaller changes), and that weights at pixels that are always black keep their initial values because their gradient, a sum of products with 0, is zero.
# ### END MARK SCHEME
# ### END SOLUTION

# %% [markdown]
# ## Recap
#
# - A gap between training and validation is overfitting, whether or not a curve turns down. To know what the missing images cost, give the few as many steps.
# - Save beside and rename: a file is old or new, never half.
# - Check all files before you change anything, name the file in the error, say what was expected and what came. Never load a stranger's pickle.
# - Digits differ in how hard they are, by more than chance for some pairs only.
# - A first layer's weights are images. Where the data are always zero they keep the noise that they began with.
#
# A template is tied to its place: a stroke one pixel further to the left is another pattern for it. The next notebook gives the network weights that move over the image.
