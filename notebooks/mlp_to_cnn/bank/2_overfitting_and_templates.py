"""The bank for `mlp_to_cnn`'s `2_overfitting_and_templates`: mistakes, and right answers."""

from grading.bank.entry import right, right_edit, wrong, wrong_body

PERCENT = "100 * np.mean(net.forward(X).argmax(axis=1) == y)"

PATHS = 'Path(f"{prefix}_{name}.npy")'
BESIDE = 'Path(f"{path}.new")'
SAVED = "np.save(data, getattr(net, name))"
WRITTEN = "path.write_bytes(data.getvalue())"
RENAMED = """        for name, path in paths.items():
            beside[name].replace(path)
"""
CLEARED = """    finally:
        for path in beside.values():
            path.unlink(missing_ok=True)"""
ALL_NAMES = '["W1", "b1", "W2", "b2"]'

PATH = 'f"{prefix}_{name}.npy"'
LOADED = "np.load(path, allow_pickle=False)"
CAUGHT = "except (ValueError, EOFError) as error:"
BROKEN = 'raise ValueError(f"{path} is no whole .npy file of numbers: {error}") from error'
COMPARED = "if np.shape(array) != expected:"
SHAPES = 'raise ValueError(f"{path}: expected shape {expected}, found {np.shape(array)}")'
SET = "setattr(net, name, array)"
KEPT = "found[name] = array"

#: Mistakes by exercise.
WRONG = {
    "test_network": [
        wrong(
            "a share, not a percentage",
            "100 * np",
            "np",
            says="You return a share from 0 to 1. All right should give 100 here.",
        ),
        wrong(
            "the number of right images",
            PERCENT,
            "np.sum(net.forward(X).argmax(axis=1) == y)",
            says="You return how many images are right. What percentage of all images is that?",
        ),
        wrong(
            "the percentage of mistakes",
            "argmax(axis=1) == y",
            "argmax(axis=1) != y",
            says="You return the percentage of the mistakes: all right gives 0 with yours.",
        ),
        wrong(
            "rounded to whole percents",
            PERCENT,
            f"round({PERCENT})",
            says="You round to whole percents. A standard error is far below one percent with "
            "10,000 images; round when you print, not before.",
        ),
        wrong_body(
            "in batches of 100, the rest left out",
            """
            right = 0
            for start in range(0, len(y) - 99, 100):
                said = net.forward(X[start : start + 100]).argmax(axis=1)
                right += np.sum(said == y[start : start + 100])
            return 100 * right / len(y)
            """,
            says="You go in batches of 100 and leave out what is left at the end, so those images "
            "count as mistakes. What happens with 3 images?",
        ),
        wrong_body(
            "the mean of the batches' percentages",
            """
            percents = []
            for start in range(0, len(y), 100):
                said = net.forward(X[start : start + 100]).argmax(axis=1)
                percents.append(100 * np.mean(said == y[start : start + 100]))
            return np.mean(percents)
            """,
            says="You average the batches' percentages, so an image in a short last batch counts "
            "for more than the others. Add up right answers instead.",
        ),
        wrong(
            "the first 100 images only",
            PERCENT,
            "100 * np.mean(net.forward(X[:100]).argmax(axis=1) == y[:100])",
            says="You measure the first 100 images alone. Their percentage has a standard error of "
            "several points; use all that you are given.",
        ),
        wrong(
            "argmax over the images",
            "argmax(axis=1)",
            "argmax(axis=0)",
            says="You look for the image with the largest output of each class. Each image has its "
            "own largest output: along which axis does it stand?",
        ),
        wrong(
            "the mean probability of the label",
            PERCENT,
            "100 * np.mean(net.forward(X)[np.arange(len(y)), y])",
            says="You average the probability of the label. Counted should be whether it is the "
            "largest of its row.",
        ),
        wrong(
            "only outputs above one half count",
            PERCENT,
            "100 * np.mean(net.forward(X)[np.arange(len(y)), y] > 0.5)",
            says="You count an image only if its label has more than one half. The largest output "
            "may well be below that.",
        ),
        wrong_body(
            "the mean of the classes' percentages",
            """
            said = net.forward(X).argmax(axis=1)
            return 100 * np.mean([np.mean(said[y == c] == c) for c in np.unique(y)])
            """,
            says="You average over the classes, so an image of a rare digit counts for more than "
            "another. Each image should count alike.",
        ),
        wrong(
            "the images are scaled in place",
            "    return",
            "    X /= X.max()\n    return",
            says="You change X, which belongs to whoever called you. The network gets its images "
            "as they are.",
        ),
        wrong(
            "one image too many in the denominator",
            PERCENT,
            "100 * np.sum(net.forward(X).argmax(axis=1) == y) / (len(y) + 1)",
            says="Your denominator is one too large: all right does not give 100.",
        ),
    ],
    "save_weights": [
        wrong_body(
            "written straight into the old files",
            """
            for name in ["W1", "b1", "W2", "b2"]:
                data = io.BytesIO()
                np.save(data, getattr(net, name))
                Path(f"{prefix}_{name}.npy").write_bytes(data.getvalue())
            """,
            says="You write into the files themselves. When the disk is full halfway, the old file "
            "is gone and the new one is half there. Write beside, then rename.",
        ),
        wrong_body(
            "the old files are deleted first",
            """
            for name in ["W1", "b1", "W2", "b2"]:
                path = Path(f"{prefix}_{name}.npy")
                path.unlink(missing_ok=True)
                data = io.BytesIO()
                np.save(data, getattr(net, name))
                Path(f"{path}.new").write_bytes(data.getvalue())
                Path(f"{path}.new").replace(path)
            """,
            says="You delete the old file before the new one is written. If writing fails then, "
            "nothing is left. Renaming replaces; no deleting is needed.",
        ),
        wrong(
            "renamed one by one",
            f"            {WRITTEN}",
            f"            {WRITTEN}\n            path.replace(paths[name])",
            RENAMED,
            "",
            says="You rename each file as soon as it is written. If the third cannot be written, "
            "two new files and two old ones are left: a network of two halves.",
        ),
        wrong(
            "errors are hidden",
            CLEARED,
            "    except OSError as error:\n"
            '        print("not saved:", error)\n'
            "        for path in beside.values():\n"
            "            path.unlink(missing_ok=True)",
            says="You print the error and go on. The program that called you believes its weights "
            "are saved.",
        ),
        wrong(
            "no underscore in the names",
            PATHS,
            'Path(f"{prefix}{name}.npy")',
            says="Your files are called netW1.npy and so on. Behind the prefix stands an "
            "underscore.",
        ),
        wrong(
            "no ending",
            PATHS,
            'Path(f"{prefix}_{name}")',
            says="Your files have no .npy at the end of their names.",
        ),
        wrong(
            "the prefix is cut at a dot",
            PATHS,
            "Path(f\"{Path(prefix).with_suffix('')}_{name}.npy\")",
            says="What stands behind a dot in the prefix is missing in your files' names: 0.5 and "
            "0.7 would be one file. A prefix is no file name with an ending.",
        ),
        wrong_body(
            "one file for all",
            """
            beside = Path(f"{prefix}.npz.new")
            data = io.BytesIO()
            np.savez(data, W1=net.W1, b1=net.b1, W2=net.W2, b2=net.b2)
            beside.write_bytes(data.getvalue())
            beside.replace(f"{prefix}.npz")
            """,
            says="You save one .npz file. Asked for are four .npy files, one a parameter: whoever "
            "loads them looks for those.",
        ),
        wrong(
            "the weights alone",
            ALL_NAMES,
            '["W1", "W2"]',
            says="You save the weights and forget the biases: there are four parameters.",
        ),
        wrong(
            "W1 in all files",
            "getattr(net, name)",
            "net.W1",
            says="All four of your files hold W1. Look at what you save inside the loop.",
        ),
        wrong(
            "the gradients are saved",
            "getattr(net, name)",
            'getattr(net, f"{name}_grad")',
            says="You save the gradients, which are 0 after a reset, and not the parameters.",
        ),
        wrong(
            "transposed",
            "getattr(net, name)",
            "getattr(net, name).T",
            says="The matrices in your files are transposed. What is loaded should be what was "
            "saved.",
        ),
        wrong(
            "in half precision",
            "getattr(net, name)",
            "getattr(net, name).astype(np.float16)",
            says="Your files hold the numbers to three digits only: you save them in half "
            "precision.",
        ),
        wrong(
            "as text",
            SAVED,
            "np.savetxt(data, np.atleast_2d(getattr(net, name)))",
            says="You write the numbers as text. The name ends in .npy, and a file of that name "
            "should be in NumPy's format.",
        ),
        wrong(
            "as objects",
            SAVED,
            "np.save(data, getattr(net, name).astype(object), allow_pickle=True)",
            says="You save Python objects, and so a pickle. Nobody should load such a file; save "
            "the array of numbers as it is.",
        ),
        wrong(
            "the files beside are left there",
            RENAMED,
            "        for name, path in paths.items():\n"
            "            path.write_bytes(beside[name].read_bytes())\n",
            CLEARED,
            "    finally:\n        pass",
            says="After saving, the files that you wrote beside are still in the folder. Rename "
            "them instead of copying: a copy can also stop halfway.",
        ),
        wrong(
            "np.save appends .npy to the other name",
            f"            data = io.BytesIO()\n            {SAVED}\n            {WRITTEN}",
            "            np.save(path, getattr(net, name))",
            says="np.save appends .npy to a name that does not end in it, so your file is not "
            "called as you think, and cannot be renamed. See the hint.",
        ),
        wrong(
            "older files are not replaced",
            "            beside[name].replace(path)",
            "            if not path.exists():\n                beside[name].replace(path)",
            says="Where a file is there already you leave it as it is: training on and saving "
            "again keeps the old weights.",
        ),
    ],
    "load_weights": [
        wrong(
            "changed as they are read",
            f"        {KEPT}\n    for name, array in found.items():\n        {SET}",
            f"        {SET}",
            says="You give each array to the network as soon as it is read. If the fourth file is "
            "bad, three parameters are changed already. Read and check all of them first.",
        ),
        wrong(
            "the shape is not checked",
            f"        {COMPARED}\n            {SHAPES}\n",
            "",
            says="You take an array of any shape. Another network's file is loaded without a word, "
            "and some later line fails, or worse, does not.",
        ),
        wrong(
            "pickles are allowed",
            "allow_pickle=False",
            "allow_pickle=True",
            says="You allow pickles, and the program in the file was run when you loaded it. With "
            "a stranger's file that could be anything.",
        ),
        wrong(
            "only the size is compared",
            COMPARED,
            "if np.size(array) != np.prod(expected):",
            says="You compare the number of entries alone. A transposed matrix has as many, and is "
            "another one.",
        ),
        wrong(
            "only the number of axes is compared",
            COMPARED,
            "if np.ndim(array) != len(expected):",
            says="You compare how many axes there are, and not how long they are. A matrix of "
            "another network is a matrix, too.",
        ),
        wrong(
            "what can be broadcast is taken",
            f"        {COMPARED}\n            {SHAPES}\n        {KEPT}",
            "        try:\n"
            f"            {KEPT.replace('array', 'np.broadcast_to(array, expected)')}\n"
            "        except ValueError as error:\n"
            f"            {SHAPES} from error",
            says="A file of shape (1,) is taken for a whole vector: broadcasting makes it fit. "
            "The shapes have to be equal.",
        ),
        wrong(
            "biases are not checked",
            COMPARED,
            'if name.startswith("W") and np.shape(array) != expected:',
            says="You check the shapes of the weights and not those of the biases. All four files "
            "can be wrong.",
        ),
        wrong(
            "only W1 is checked",
            COMPARED,
            'if name == "W1" and np.shape(array) != expected:',
            says="You check the first file alone. One file of another network among three good "
            "ones is loaded.",
        ),
        wrong(
            "the file is not named when a shape is wrong",
            SHAPES,
            'raise ValueError(f"expected shape {expected}, found {np.shape(array)}")',
            says="When a shape is wrong, your message does not say in which of the four files. Its "
            "reader has to try them all.",
        ),
        wrong(
            "the expected shape is not told",
            SHAPES,
            'raise ValueError(f"{path} has the wrong shape {np.shape(array)}")',
            says="Your message tells the shape in the file, but not the one that the network "
            "wants.",
        ),
        wrong(
            "the shape found is not told",
            SHAPES,
            'raise ValueError(f"{path} should have the shape {expected}")',
            says="Your message tells the shape that is wanted, but not the one in the file: its "
            "reader cannot see which network it belongs to.",
        ),
        wrong(
            "an assertion in place of an error",
            f"{COMPARED}\n            {SHAPES}",
            "assert np.shape(array) == expected, "
            'f"{path}: expected shape {expected}, found {np.shape(array)}"',
            says="You use assert, which raises an AssertionError, and nothing at all when Python "
            "runs with -O. See the table for the kind of error.",
        ),
        wrong(
            "an empty file raises EOFError",
            CAUGHT,
            "except ValueError as error:",
            says="For a file that is cut off to nothing, np.load raises an EOFError, and yours "
            "lets it through, without the file's name.",
        ),
        wrong(
            "NumPy's messages without the file's name",
            BROKEN,
            "raise ValueError(str(error)) from error",
            says="For a broken file or a pickle, you hand on NumPy's words, which do not say which "
            "file it is.",
        ),
        wrong(
            "missing files are skipped",
            "        try:\n",
            "        if not Path(path).exists():\n            continue\n        try:\n",
            says="You skip a file that is missing, and load the others: a network of old and new "
            "parts, and nobody is told.",
        ),
        wrong(
            "a message is printed in place of an error",
            SHAPES,
            'return print(f"{path}: expected shape {expected}, found {np.shape(array)}")',
            BROKEN,
            'return print(f"{path} is no whole .npy file of numbers: {error}")',
            says="You print a message and return. The program goes on with the old weights and "
            "does not know; raise an error.",
        ),
        wrong(
            "every error is one without the file's name",
            CAUGHT,
            "except Exception as error:",
            BROKEN,
            'raise ValueError("the weights could not be loaded") from error',
            says="For any trouble your error says that the weights could not be loaded. Which "
            "file is it, and what is wrong with it?",
        ),
        wrong(
            "the network is returned, not changed",
            f"    for name, array in found.items():\n        {SET}",
            "    return found",
            says="You return the arrays, and the network stays as it was. The caller expects to "
            "find them in net.",
        ),
        wrong(
            "the weights alone",
            ALL_NAMES,
            '["W1", "W2"]',
            says="You load the weights and leave the biases as they were: there are four files.",
        ),
        wrong(
            "transposed",
            SET,
            "setattr(net, name, array.T)",
            says="Your matrices are transposed after loading: shapes in the network are those of "
            "the files.",
        ),
        wrong(
            "no underscore in the names",
            PATH,
            'f"{prefix}{name}.npy"',
            says="You look for netW1.npy and so on. Behind the prefix stands an underscore.",
        ),
        wrong(
            "the prefix is cut at a dot",
            PATH,
            "f\"{Path(prefix).with_suffix('')}_{name}.npy\"",
            says="You drop what stands behind a dot in the prefix, and look for other files. A "
            "prefix is any text; put the end behind it.",
        ),
        wrong(
            "added to the old weights",
            SET,
            "setattr(net, name, getattr(net, name) + array)",
            says="You add what is loaded to what is there. The loaded arrays replace the old ones.",
        ),
    ],
}

#: Right answers by exercise.
RIGHT = {
    "test_network": [
        right(
            "image by image",
            """
            right = 0
            for image, label in zip(X, y, strict=True):
                right += int(np.argmax(net.forward(image[None])[0]) == label)
            return 100 * right / len(y)
            """,
        ),
        right(
            "in batches, the last one short",
            """
            right = 0
            for start in range(0, len(X), 64):
                y_hat = net.forward(X[start : start + 64])
                right += np.count_nonzero(np.argmax(y_hat, axis=1) == y[start : start + 64])
            return float(right) / len(X) * 100.0
            """,
        ),
        right("100 less the mistakes", "return 100 - 100 * np.mean(net.forward(X).argmax(1) != y)"),
        right(
            "sorted outputs and a helper",
            """
            def predict(images):
                return np.argsort(net.forward(images), axis=-1, kind="stable")[:, -1]

            hits = predict(X) == y
            return hits.sum() * 100 / hits.size
            """,
        ),
    ],
    "save_weights": [
        right(
            "np.save to an open file, os.replace",
            """
            import os

            names = ("W1", "b1", "W2", "b2")
            for name in names:
                with open(prefix + "_" + name + ".npy.tmp", "wb") as file:
                    np.save(file, getattr(net, name))
            for name in names:
                os.replace(prefix + "_" + name + ".npy.tmp", prefix + "_" + name + ".npy")
            """,
        ),
        right(
            "in a temporary folder beside",
            """
            import tempfile

            start = Path(prefix)
            with tempfile.TemporaryDirectory(dir=start.parent) as folder:
                files = []
                for name in ["W1", "b1", "W2", "b2"]:
                    files.append(Path(folder) / f"{start.name}_{name}.npy")
                    np.save(files[-1], getattr(net, name))
                for file in files:
                    file.rename(start.parent / file.name)
            """,
        ),
        right(
            "all bytes first, written and synchronised",
            """
            import os

            contents = {}
            for name, array in {"W1": net.W1, "b1": net.b1, "W2": net.W2, "b2": net.b2}.items():
                memory = io.BytesIO()
                np.lib.format.write_array(memory, np.asarray(array), allow_pickle=False)
                contents[f"{prefix}_{name}.npy"] = memory.getvalue()
            for target, content in contents.items():
                with open(target + "~", "wb") as file:
                    file.write(content)
                    file.flush()
                    os.fsync(file.fileno())
            for target in contents:
                os.replace(target + "~", target)
            """,
        ),
        right(
            "written, read again, renamed",
            """
            pairs = []
            try:
                for name in "W1 b1 W2 b2".split():
                    new, old = Path(f"{prefix}_{name}.part.npy"), Path(f"{prefix}_{name}.npy")
                    pairs.append((new, old))
                    np.save(new, getattr(net, name))
                    if not np.array_equal(np.load(new), getattr(net, name)):
                        raise OSError(f"{new} was not written whole")
            except BaseException:
                for new, _ in pairs:
                    new.unlink(missing_ok=True)
                raise
            for new, old in pairs:
                new.replace(old)
            """,
        ),
        right_edit("another name beside", BESIDE, 'path.with_name(path.name + ".tmp")'),
    ],
    "load_weights": [
        right(
            "with open and read_array",
            """
            arrays = []
            for name in ("W1", "b1", "W2", "b2"):
                file_name = prefix + "_" + name + ".npy"
                wanted = getattr(net, name).shape
                with open(file_name, "rb") as file:
                    try:
                        array = np.lib.format.read_array(file, allow_pickle=False)
                    except Exception as problem:
                        raise ValueError(f"cannot read {file_name} ({problem})") from problem
                if array.shape != wanted:
                    raise ValueError(
                        f"{file_name} belongs to another network: {array.shape} is not {wanted}"
                    )
                arrays.append(array)
            net.W1, net.b1, net.W2, net.b2 = arrays
            """,
        ),
        right(
            "missing files first, an inner function, copies in place",
            """
            files = {name: Path(f"{prefix}_{name}.npy") for name in ("W1", "b1", "W2", "b2")}
            for file in files.values():
                if not file.is_file():
                    raise FileNotFoundError(f"there is no file {file.name}")

            def checked(name, file):
                shape = getattr(net, name).shape
                try:
                    array = np.load(file, allow_pickle=False)
                except EOFError:
                    raise ValueError(f"{file.name} is empty") from None
                except ValueError as error:
                    raise ValueError(f"{file.name}: {error}") from None
                if array.shape != shape:
                    raise ValueError(f"{file.name} holds {array.shape}, not {shape}")
                return array

            loaded = {name: checked(name, file) for name, file in files.items()}
            for name in loaded:
                getattr(net, name)[...] = loaded[name]
            """,
        ),
        right(
            "an error of its own kind, all bad files in one message",
            """
            class BadWeights(ValueError):
                pass

            good, bad = {}, []
            for name in ["W1", "b1", "W2", "b2"]:
                path = f"{prefix}_{name}.npy"
                expected = np.shape(getattr(net, name))
                try:
                    good[name] = np.load(path)
                except FileNotFoundError:
                    raise
                except Exception as error:
                    bad.append(f"{path}: {error}")
                    continue
                if good[name].shape != expected:
                    bad.append(f"{path}: found {good[name].shape}, expected {expected}")
            if bad:
                raise BadWeights("; ".join(bad))
            vars(net).update(good)
            """,
        ),
        right(
            "read from bytes in memory",
            """
            new = []
            for name in ["W1", "b1", "W2", "b2"]:
                path = Path(f"{prefix}_{name}.npy")
                data = io.BytesIO(path.read_bytes())
                try:
                    array = np.load(data, allow_pickle=False)
                except (ValueError, EOFError, OSError) as error:
                    raise ValueError(f"{path} is damaged: {error}")
                old = getattr(net, name)
                if array.shape != old.shape:
                    words = f"shape {array.shape} in {path}, but {old.shape} in the network"
                    raise ValueError(words)
                new.append((name, array.astype(old.dtype)))
            for name, array in new:
                setattr(net, name, array)
            """,
        ),
    ],
}
