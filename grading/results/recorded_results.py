"""What the protocols came to, in one file that is replaced whole.

Apart from the protocols, so that the page can be made, and tested, without training anything.
"""

import json
from pathlib import Path


class RecordedResults:
    """Results by protocol and seed.

    Parameters
    ----------
    path : path
        A JSON file; it need not be there yet.
    """

    def __init__(self, path):
        self.path = Path(path)
        self.runs = json.loads(self.path.read_text(encoding="utf-8")) if self.path.exists() else {}

    def find(self, key, seed):
        """Return the results of one run, or None."""
        return self.runs.get(key, {}).get(str(seed))

    def save(self, key, seed, found):
        """Keep the results of one run: a dict of numbers."""
        self.runs.setdefault(key, {})[str(seed)] = found
        self.path.parent.mkdir(parents=True, exist_ok=True)
        part = self.path.with_suffix(".part")
        part.write_text(json.dumps(self.runs, indent=1, sort_keys=True) + "\n", encoding="utf-8")
        part.replace(self.path)
