"""Messages to students: the exception whose text is shown as it stands, and matters of English.

A module of its own, since it must cost nothing to import and be above everything else.
"""


class CheckFailed(AssertionError):
    """A check that does not hold; its message is written for the student."""


def with_article(noun: object) -> str:
    """Return `noun` with "a" or "an" before it, as in "an OptimizeResult", "a 7", "an 8"."""
    noun = str(noun)
    vowel = noun[:1].lower() in tuple("aeio") or noun.startswith("8") or noun in ("11", "18")
    return f"{'an' if vowel else 'a'} {noun}"
