"""Small causes of much work for whoever reads a submission, grades it and makes pages of it.

Each is graded, or listed as not graded, within its limits; the neighbours' marks do not change.
"""

import json
import os
import subprocess

from attacks.handing_in import own_cell
from attacks.harm import all_in
from attacks.model import ALL, Attack

_COST = """
def cost(a3, Y):
    return np.sum((a3 - Y) ** 2) / (2 * len(Y))
"""
#: Text that takes a reader of HTML long: each end tag is looked for among all that are open.
_TAGS = "<a1></a2>"
_CODES = "\x1b[1m\x1b[31;4mx\x1b[0m"
_MB = 1_000_000


def _shown(name, tries, code):
    """It happens in an answer's cell, which is always run; the answer is right."""
    return Attack(name, tries, cells={"cost": code + _COST}, paid=False)


def _written(name, tries, write, **more):
    return Attack(name, tries, write=write, **{"paid": False, **more})


def _beside(make):
    """Write the notebook as it is, and something beside it."""

    def write(path, nb, place):
        path.write_text(json.dumps(nb))
        make(path.parent)

    return write


def _many_files(number):
    def make(folder):
        for n in range(number):
            os.close(os.open(folder / f"{n}.txt", os.O_CREAT | os.O_WRONLY))

    return make


def _deep_folders(folder):
    here = os.open(folder, os.O_RDONLY)
    for _ in range(1200):
        os.mkdir("d", dir_fd=here)
        deeper = os.open("d", os.O_RDONLY, dir_fd=here)
        os.close(here)
        here = deeper
    os.close(here)


def _deep_copies(place):
    """Look for deep folders among what was graded; remove those that were handed in."""
    subprocess.run(["rm", "-rf", place.submitted / "d"], check=True)  # `rmtree` goes not so deep
    depths = [len(path.relative_to(place.autograded).parts) for path in all_in(place.autograded)]
    return ["deep folders were copied"] if max(depths) > 25 else []


def _empty_metadata(path, nb, place):
    nb["metadata"]["x"] = "HERE"
    many = "[" + "{}," * (33 * _MB) + "{}]"
    path.write_text(json.dumps(nb).replace('"HERE"', many))


def _handed_in(*outputs):
    """Put outputs into cells of the student's own, as if they had been run."""

    def change(nb, place):
        for number, output in enumerate(outputs):
            cell = own_cell(f"shown_{number} = {number}")
            nb["cells"].append(cell | {"outputs": [output], "execution_count": 1000 + number})

    return change


def _html(text):
    data = {"text/html": text, "text/plain": "page"}
    return {"output_type": "display_data", "data": data, "metadata": {}}


def _printed(text):
    return {"output_type": "stream", "name": "stdout", "text": text}


def _small_outputs(nb, place):
    outputs = [_html("<b>x</b>") for _ in range(20_000)]
    nb["cells"].append(own_cell("many = 1") | {"outputs": outputs, "execution_count": 1000})


ATTACKS = [
    _written("many-files", "30,000 small files beside the notebook", _beside(_many_files(30_000))),
    _written(
        "too-many-files",
        "100,001 files: nothing of it is read, and it is listed as not graded",
        _beside(_many_files(100_001)),
        attacked=ALL,
        is_graded=False,
    ),
    _written(
        "nested-folders",
        "1,200 folders in each other",
        _beside(_deep_folders),
        harm=_deep_copies,
    ),
    _written("empty-metadata", "99 MB of empty metadata", _empty_metadata, attacked=ALL),
    _shown(
        "unclosed-tags",
        "shows 2 MB of tags that do not fit each other",
        f"""
from IPython.display import HTML, display
display(HTML({_TAGS!r} * 220_000))
""",
    ),
    _shown("escape-codes", "prints 2 MB of terminal codes", f"print({_CODES!r} * 130_000)\n"),
    _shown(
        "sends-on",
        "a thread that keeps sending, as long as there is a process",
        """
import threading
kernel = get_ipython().kernel

def send():
    parent = kernel.get_parent("shell")
    while True:
        content = {"name": "stdout", "text": "still here " * 1000}
        kernel.session.send(kernel.iopub_socket, "stream", content, parent=parent)

threading.Thread(target=send, daemon=True).start()
""",
    ),
    Attack(
        "times",
        "results that are times, dates and records, which are no numbers",
        attacked=("forward", "cost"),
        bodies={
            "cost": "return np.timedelta64(3, 's')",
            "forward": "return (np.zeros(3, 'datetime64[s]'), np.zeros(3, 'timedelta64[s]'),\n"
            "        np.zeros(2, 'f8, i4'), np.array(['NaT'], 'M8[D]'))",
        },
        paid=False,
    ),
    Attack(
        "thousands-of-cells",
        "4,900 cells of its own",
        change=lambda nb, place: nb["cells"].extend(
            own_cell(f"x_{n} = {n}", "code" if n % 2 else "markdown") for n in range(4900)
        ),
        paid=False,
    ),
    Attack(
        "handed-in-outputs",
        "20 MB of outputs, handed in: tags, terminal codes, lines",
        change=_handed_in(
            *[_html(_TAGS * 210_000)] * 3,
            *[_printed(_CODES * 120_000)] * 3,
            *[_printed("x\r" * 900_000)] * 2,
            *[_printed("1\n" * 900_000)] * 2,
        ),
        paid=False,
    ),
    Attack("small-outputs", "20,000 small outputs, handed in", change=_small_outputs, paid=False),
]
