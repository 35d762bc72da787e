"""What must hold of a bank, whoever wrote it: each mistake in it is one of an exercise, once."""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping

from grading.course.home import Home


def bank_mistakes(
    home: Home, exercises: Mapping[str, Collection[str]]
) -> Iterator[tuple[str, str]]:
    """Yield what is wrong with the banks of an assignment.

    A bank that fits nothing would be passed over without a word: no mistake of it would be named,
    and no test tried on it.

    Parameters
    ----------
    home
        Of the assignment.
    exercises
        The names of the exercises, by notebook.

    Yields
    ------
    file, message : str
        The file as it is called in the home, and what to do.
    """
    for path in sorted((home.folder / "bank").glob("*.py")):
        file = f"bank/{path.name}"
        if path.stem not in exercises:
            there = ", ".join(exercises)
            yield file, f"there is no notebook {path.stem!r}: name it as one of {there}"
            continue
        yield from ((file, message) for message in _mistakes_in(home, file, exercises[path.stem]))


def _mistakes_in(home: Home, file: str, exercises: Collection[str]) -> Iterator[str]:
    try:
        module = home.module(file)
    except Exception as error:  # noqa: BLE001  a file that a person has just written
        yield f"it cannot be read: {type(error).__name__}: {error}"
        return
    for name in ("WRONG", "RIGHT"):
        found = getattr(module, name, {})
        for exercise in found:
            if exercise not in exercises:
                there = ", ".join(exercises)
                yield f"{name} has {exercise!r}, which is no exercise; there are {there}"
        for exercise, entries in found.items():
            counts = Counter(entry.title for entry in entries)
            for title in (title for title, count in counts.items() if count > 1):
                yield f"{name} has {title!r} twice for {exercise}: a title is that of one entry"
