"""Attacks by the notebook's file itself: bombs, links, special files, folders, wrong names."""

import json
import os
from pathlib import Path

from attacks.model import ALL, Attack


def _written(name, tries, write, **more):
    return Attack(name, tries, write=write, **{"attacked": ALL, "paid": False, **more})


def _kept(name, tries, write, **more):
    """The file can be read in spite of it: honest answers keep their marks."""
    return _written(name, tries, write, **{"attacked": (), **more})


def _deep(path, nb, place):
    path.write_text('{"cells": ' + "[" * 200_000 + "]" * 200_000 + ', "nbformat": 4}')


def _deep_metadata(path, nb, place):
    text = json.dumps(nb)
    bomb = '{"x":' * 50_000 + "1" + "}" * 50_000
    path.write_text(text.replace('"metadata": {', '"metadata": {"bomb": ' + bomb + ", ", 1))


def _long_string(path, nb, place):
    nb["cells"][0]["source"] = "x" * 60_000_000
    path.write_text(json.dumps(nb))


def _many_cells(path, nb, place):
    empty = {"cell_type": "markdown", "metadata": {}, "source": "x"}
    nb["cells"] += [empty | {"id": f"m{n}"} for n in range(20_000)]
    path.write_text(json.dumps(nb))


def _not_numbers(path, nb, place):
    nb["metadata"]["x"] = [float("nan"), float("inf")]
    nb["cells"][0]["metadata"] = {"x": float("nan"), "y": 10**400}
    path.write_text(json.dumps(nb))


def _big_number(path, nb, place):
    path.write_text(json.dumps(nb).replace('"nbformat": 4', '"nbformat": ' + "4" * 100_000))


def _twice(path, nb, place):
    text = json.dumps(nb)
    path.write_text(text[:-1] + ', "cells": [], "nbformat": 4, "cells": 5}')


def _link_to_source(path, nb, place):
    path.symlink_to(place.course / "source" / "nn_lab" / path.name)


def _link_to_witness(path, nb, place):
    path.symlink_to(place.course / "submitted" / "000-witness" / "nn_lab" / path.name)


def _link_to_key(path, nb, place):
    path.symlink_to(place.course / "home" / ".ssh" / "id_ed25519")
    (path.parent / "key.txt").symlink_to(place.course / "home" / ".ssh" / "id_ed25519")


def _linked_folder(path, nb, place):
    path.write_text(json.dumps(nb))
    (path.parent / "round").symlink_to(path.parent)
    (path.parent / "all").symlink_to(place.course)
    odd = path.parent / "a[b]"
    odd.mkdir()
    (odd / "key.txt").symlink_to(place.course / "home" / ".ssh" / "id_ed25519")


def _key_was_taken(place):
    feedback = place.course / "feedback" / place.student
    copies = [p for folder in (place.autograded, feedback) for p in folder.rglob("*")]
    copies = [p for p in copies if p.is_file() and not p.is_symlink()]
    taken = [p for p in copies if b"canary-5d1f0e" in p.read_bytes()]
    return [f"the grader's key was copied to {p.name}" for p in taken]


def _pipe(path, nb, place):
    os.mkfifo(path)


def _pipe_beside(path, nb, place):
    path.write_text(json.dumps(nb))
    os.mkfifo(path.parent / "data.csv")


def _pipe_as_time(path, nb, place):
    path.write_text(json.dumps(nb))
    os.mkfifo(path.parent / "timestamp.txt")


def _folder(path, nb, place):
    path.mkdir()
    (path / "inside.txt").write_text("x")


def _folders_beside(path, nb, place):
    path.write_text(json.dumps(nb))
    for name in ("grading.json", "timestamp.txt", "2_small_mnist.ipynb"):
        (path.parent / name).mkdir()
        (path.parent / name / "inside.txt").write_text("x")


def _sparse(path, nb, place):
    with path.open("wb") as file:
        file.truncate(1 << 30)


def _sparse_beside(path, nb, place):
    path.write_text(json.dumps(nb))
    with (path.parent / "data.bin").open("wb") as file:
        file.truncate(300 << 20)


def _bytes(data):
    return lambda path, nb, place: path.write_bytes(data)


def _renamed(path, nb, place):
    Path(path.parent, "1_Backpropagation (final) (2).ipynb").write_text(json.dumps(nb))


def _in_folder(path, nb, place):
    folder = path.parent / "nn_lab" / "nn_lab"
    folder.mkdir(parents=True)
    (folder / path.name).write_text(json.dumps(nb))


def _unreadable(path, nb, place):
    path.write_text(json.dumps(nb))
    path.chmod(0o000)


def _wrong_types(path, nb, place):
    odd = [None, 5, "text", [], {"cell_type": "code"}, {"cell_type": ["code"]}]
    odd += [{"cell_type": "code", "source": {"a": 1}, "metadata": 5, "id": 7, "outputs": "x"}]
    odd += [{"cell_type": "markdown", "source": 5, "attachments": {"a": 5}, "metadata": []}]
    nb["cells"] = odd + nb["cells"] + odd
    path.write_text(json.dumps(nb))


def _surrogates(path, nb, place):
    cell = {"cell_type": "code", "metadata": {}, "source": "x = '\ud800 \x00 \x1b[2J'", "id": "a"}
    nb["cells"].append(cell | {"outputs": [], "execution_count": None})
    nb["cells"].append({"cell_type": "markdown", "metadata": {}, "source": "\udfff\x00", "id": "b"})
    path.write_text(json.dumps(nb))


def _attachments(path, nb, place):
    bomb = {"image/png": "A" * 20_000_000, "image/svg+xml": "<svg onload=atk_xss()>"}
    nb["cells"][0]["attachments"] = {"bomb.png": bomb}
    path.write_text(json.dumps(nb))


def _old_outputs(path, nb, place):
    for cell in nb["cells"]:
        if cell["cell_type"] == "code":
            data = {"text/html": "<script>atk_xss()</script>" + "x" * 1_000_000}
            cell["outputs"] = [{"output_type": "display_data", "data": data, "metadata": {}}]
    path.write_text(json.dumps(nb))


ATTACKS = [
    _written("deep", "200,000 nested lists", _deep),
    _written("deep-metadata", "metadata of 50,000 levels", _deep_metadata),
    _kept("long-string", "a string of 60 MB", _long_string),
    _written("very-many-cells", "20,000 cells, more than are read", _many_cells),
    _kept("not-numbers", "NaN, Infinity and a number of 400 digits in the metadata", _not_numbers),
    _written("big-number", "a format version of 100,000 digits", _big_number),
    _written("twice", "every key twice, the second time with nonsense", _twice),
    _written(
        "link-to-source", "a link to the notebook with the solutions", _link_to_source, paid=True
    ),
    _written(
        "link-to-another", "a link to another student's notebook", _link_to_witness, paid=True
    ),
    _written(
        "link-to-key",
        "links to the grader's key, as notebook and beside it",
        _link_to_key,
        harm=_key_was_taken,
        paid=True,
    ),
    _kept(
        "linked-folder",
        "links to its own folder, to the course, and from a folder whose name is a pattern",
        _linked_folder,
        harm=_key_was_taken,
        paid=True,
    ),
    _written(
        "pipe", "a named pipe in place of the notebook, which never answers", _pipe, paid=True
    ),
    _kept("pipe-beside", "a named pipe beside the notebook", _pipe_beside, paid=True),
    _kept(
        "pipe-as-time", "a named pipe in place of the time of handing in", _pipe_as_time, paid=True
    ),
    _kept(
        "no-time",
        "nonsense as the time of handing in",
        lambda path, nb, place: (
            path.write_text(json.dumps(nb)),
            (path.parent / "timestamp.txt").write_text("the day after tomorrow"),
        ),
        paid=True,
    ),
    _written("folder", "a folder with the notebook's name", _folder),
    _kept(
        "folders-beside", "folders with the names of files that the grader writes", _folders_beside
    ),
    _written("sparse", "a notebook of 1 GB that takes no room", _sparse),
    _kept("sparse-beside", "a file of 300 MB beside the notebook", _sparse_beside),
    _written("empty-file", "an empty file", _bytes(b"")),
    _written("not-text", "bytes that are no text", _bytes(b"\xff\xfe\x00\x80" * 100)),
    _written("other-json", "JSON, and no notebook", _bytes(b'[{"cells": 3}]')),
    _written(
        "web-page",
        "a web page saved under the notebook's name",
        _bytes(b"<!DOCTYPE html><script>atk_xss()</script>"),
    ),
    _kept("renamed", "another name", _renamed),
    _kept("in-folder", "a folder in a folder", _in_folder),
    # Only root reads it all the same, and marks what is in it.
    _written(
        "unreadable",
        "a file that nobody may read",
        _unreadable,
        attacked=ALL if os.geteuid() else (),
    ),
    _kept(
        "wrong-types",
        "cells that are None, numbers, lists, with sources that are dicts",
        _wrong_types,
    ),
    _kept("surrogates", "halves of characters, NUL and terminal codes in sources", _surrogates),
    _kept("attachments", "an attachment of 20 MB, and one that is a script", _attachments),
    _kept("old-outputs", "outputs of its own making in every cell, 30 MB of scripts", _old_outputs),
]
