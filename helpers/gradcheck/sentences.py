"""So that each kind of mistake has its sentence: specific, kind, and no solution.

Every function here takes a `Finding`, the `Subject` it is about, the number of samples m (or None)
and the list of blocks, and returns the sentence. `SENTENCES` maps kinds of finding to functions.
"""

from collections.abc import Iterable, Sequence

from helpers.gradcheck.blocks import Block
from helpers.gradcheck.factors import factor_in_words


def names_in_words(names: Iterable[str]) -> str:
    """Join names as in ``a, b and c``."""
    names = list(names)
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


class Subject:
    """The blocks that a sentence is about.

    Parameters
    ----------
    names : list of str
        Names of the blocks.
    blocks : list of Block
        All blocks.
    """

    def __init__(self, names: list[str], blocks: Sequence[Block]) -> None:
        whole = len(names) == len(blocks)
        self.names = names
        self.parameters = names_in_words(names)
        self.many = len(names) > 1 and not whole
        self.gradient = names_in_words(f"d{name}" for name in names)
        if whole and len(names) > 1:
            self.gradient = "the whole gradient"
        elif names == ["theta"]:
            self.gradient = "the gradient"

    def __str__(self) -> str:
        return names_in_words(f"d{name}" for name in self.names)

    def verb(self, one: str, many: str) -> str:
        """Subject and verb, at the beginning of a sentence."""
        subject = self.gradient
        if subject.startswith("the "):
            subject = subject.capitalize()
        return f"{subject} {many if self.many else one}"


def _factor(finding, subject, m, blocks):
    phrase, question = factor_in_words(finding.factor, m, blocks)
    return f"{subject.verb('is', 'are')} {phrase} everywhere{question}"


def _moved(how):
    def sentence(finding, subject, m, blocks):
        text = f"{subject.verb('holds', 'hold')} the right numbers in the wrong places: {how}"
        if abs(finding.factor - 1) > 1e-6:
            phrase, question = factor_in_words(finding.factor, m, blocks)
            text += f" Besides, the numbers are {phrase}{question}"
        return text

    return sentence


def _regularised(finding, subject, m, blocks):
    biases = {b.name for b in blocks if len(b.shape) == 1}
    only_biases = len(biases) < len(blocks) and biases >= set(subject.names)
    note = " A regularisation term usually leaves biases out." if only_biases else ""
    here, there = ("gradient", "cost") if finding.factor > 0 else ("cost", "gradient")
    verb = subject.verb("has", "have") if finding.factor > 0 else subject.verb("lacks", "lack")
    extra = " too much" if finding.factor > 0 else ""
    return (
        f"{verb} {abs(finding.factor):.6g} times {subject.parameters}{extra}: this looks like a "
        f"regularisation term that is in the {here} but not in the {there}, or has a smaller "
        f"factor there.{note}"
    )


def _zero(finding, subject, m, blocks):
    return (
        f"{subject.verb('is', 'are')} zero everywhere, but the cost does change with "
        f"{subject.parameters}: is the result ever filled in?"
    )


def _unused(finding, subject, m, blocks):
    change = "do" if len(subject.names) > 1 else "does"
    return (
        f"The cost does not change at all when {subject.parameters} {change}, although f gives a "
        "gradient that is not zero: does f use its argument theta, or a variable from outside?"
    )


def _entry(finding, subject, m, blocks):
    return f"A single entry is wrong, d{finding.detail[0]}; the rest of {subject} is right."


def _line(finding, subject, m, blocks):
    return f"Only d{finding.detail[0]} is wrong; the rest of {subject} is right."


def _zero_line(finding, subject, m, blocks):
    return (
        f"d{finding.detail[0]} is zero, but the cost does have a slope there; whatever is not zero "
        f"in {subject} is right. Does a loop or a slice leave something out?"
    )


def _same(finding, subject, m, blocks):
    return (
        f"Every entry of {subject} is the same number, {finding.factor:.6g}: has a sum run over "
        "all axes where it should run over the samples alone?"
    )


def _not_finite(finding, subject, m, blocks):
    label, value, count = finding.detail
    more = f", and {count - 1:,} more of its entries are nan or infinite" if count > 1 else ""
    return (
        f"d{label} is {value}{more}: look for a division by 0, a logarithm of 0 or an exponential "
        "that overflows."
    )


def _unexplained(finding, subject, m, blocks):
    span, cosine = finding.detail
    text = f"{subject.verb('is', 'are')} wrong, by no constant factor"
    if span is None:
        return f"{text}."
    return (
        f"{text}: analytic / numeric runs from {span[0]:.3g} to {span[1]:.3g} over the entries, "
        f"and the cosine between the two is {cosine:.2f}."
    )


SENTENCES = {
    "factor": _factor,
    "transposed": _moved(
        "a matrix is transposed, or flattened column by column (Fortran order), where theta holds "
        "it row by row (C order)."
    ),
    "flipped": _moved(
        "the last two axes run backwards. Convolution and correlation differ by just that."
    ),
    "regularised": _regularised,
    "zero": _zero,
    "unused": _unused,
    "entry": _entry,
    "line": _line,
    "zero line": _zero_line,
    "same everywhere": _same,
    "not finite": _not_finite,
    "unexplained": _unexplained,
}
