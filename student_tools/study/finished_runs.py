"""Finished runs as files, one each: written whole or not at all, and found again."""

import json
import tempfile
from pathlib import Path

from student_tools.study.settings import Setting

#: The study that comes with the course, run once on MNIST.
RECORDED = Path(__file__).parent / "recorded.json"
_FIELDS = ("activations", "n_hidden", "learning_rate", "batch", "lam", "seed", "epochs", "data")
_RESULTS = ("train", "validation", "test", "seconds", "curve")


class FinishedRuns:
    """The finished runs of one study, a JSON file each.

    Parameters
    ----------
    folder : path
        It is made when the first run is saved.
    data : str
        What the runs are on, such as "MNIST".
    epochs : int
    network : str
        What tells the network's code from other networks' (`network_id`): runs of an earlier
        version are kept, and are not those of this one.
    """

    def __init__(self, folder, data, epochs, network):
        self.folder, self.data = Path(folder), data
        self.epochs, self.network = epochs, network

    def path(self, setting, seed):
        """Return the file of one run."""
        batch = setting.batch or "full"
        parts = (setting.activations, setting.n_hidden, setting.learning_rate, batch, setting.lam)
        name = "_".join(map(str, (*parts, f"seed{seed}", f"{self.epochs}epochs", self.network)))
        return self.folder / f"{self.data.replace(' ', '-')}_{name}.json"

    def find(self, setting, seed):
        """Return a finished run, or None; a file that is not one counts as none."""
        try:
            run = json.loads(self.path(setting, seed).read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return None
        wanted = self._about(setting, seed)
        if not isinstance(run, dict) or any(run.get(key) != wanted[key] for key in wanted):
            return None
        return run if all(key in run for key in _RESULTS) else None

    def save(self, setting, seed, results):
        """Write one run: beside its place first, so that a stopped study leaves no half file.

        Parameters
        ----------
        setting : Setting
        seed : int
        results : dict
            Accuracies ``train``, ``validation`` and ``test``, ``seconds``, and ``curve``.

        Returns
        -------
        dict
            The run as it was saved.
        """
        run = self._about(setting, seed) | {key: results[key] for key in _RESULTS}
        self.folder.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(
            "w", dir=self.folder, suffix=".part", delete=False, encoding="utf-8"
        ) as file:
            json.dump(run, file)
        Path(file.name).replace(self.path(setting, seed))
        return run

    def all(self, settings, seeds):
        """Return the finished runs of these settings and seeds, in that order."""
        found = [self.find(setting, seed) for setting in settings for seed in seeds]
        return [run for run in found if run is not None]

    def count_of_others(self):
        """Return how many files the folder holds of runs of other networks."""
        return sum(
            not path.stem.endswith(f"_{self.network}") for path in self.folder.glob("*.json")
        )

    def _about(self, setting, seed):
        about = {"seed": seed, "epochs": self.epochs, "data": self.data, "network": self.network}
        return setting.as_dict() | about


def setting_of(run):
    """Return the setting of a run."""
    return Setting(*(run[key] for key in _FIELDS[:5]))


def load_recorded(path=RECORDED):
    """Return the recorded runs that come with the course; an empty list when there are none.

    Parameters
    ----------
    path : path, optional

    Returns
    -------
    list of dict
        With ``activations, n_hidden, learning_rate, batch, lam, seed, epochs, data``, the
        accuracies ``train, validation, test``, ``seconds``, and ``curve``, the validation
        accuracy after each epoch.

    Raises
    ------
    ValueError
        When the file is damaged.
    """
    path = Path(path)
    if not path.exists():
        return []
    try:
        runs = json.loads(path.read_text(encoding="utf-8"))["runs"]
    except (ValueError, KeyError, TypeError) as error:
        raise ValueError(f"{path} is no record of a study ({error})") from error
    return runs
