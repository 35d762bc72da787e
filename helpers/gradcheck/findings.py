"""So that all that was found about a gradient becomes a short list of sentences."""

import numpy as np

from helpers.gradcheck.diagnosis import Finding
from helpers.gradcheck.sentences import SENTENCES, Subject, names_in_words
from helpers.gradcheck.verdict import INCONCLUSIVE, MARGIN, RIGHT, Measured
from helpers.gradcheck.watched import WatchedFunction

REASONS = {
    "vanishes": (
        "gradient and differences are both zero, as far as rounding lets one see, so there is "
        "nothing to compare. Check at another theta, such as random numbers."
    ),
    "rounding": (
        "the slopes are so small beside the rounding errors of the cost that these hide them. "
        "Check at another theta, or without the term that dominates the cost."
    ),
    "bends": (
        "the cost bends so sharply that no step is short enough. Scale the inputs, or check at "
        "another theta."
    ),
    "domain": (
        "the cost has no finite value right beside theta (the logarithm of a number below 0, for "
        "example). Check at another theta."
    ),
    "varies": "f answers differently each time.",
}


def explanation(
    all_measured: list[Measured],
    findings: dict[str, Finding],
    order: tuple[str, ...] | None,
    m: int | None,
    tolerance: float,
) -> list[str]:
    """Sentences about the gradient.

    Parameters
    ----------
    all_measured : list of Measured
        All blocks, in theta's order.
    findings : dict of str to Finding
        What is wrong with each wrong block.
    order : tuple of str or None
        Order of the blocks in f's gradient when it is another than theta's.
    m : int or None
        Number of samples.
    tolerance : float
        Relative error up to which a gradient is right.

    Returns
    -------
    list of str
    """
    if order:
        sentences = [_order(order, all_measured)]
    else:
        sentences = _what_is_wrong(findings, m, [x.block for x in all_measured])
        sentences += _hint(findings) + _where_to_look(all_measured, findings)
    sentences += [_kink(x) for x in all_measured if x.reason == "kink"]
    sentences += [s for reason in REASONS for s in _inconclusive(all_measured, reason)]
    return sentences + _limits(all_measured, tolerance)


def warnings_about(watched: WatchedFunction) -> list[str]:
    """Sentences about what f does besides answering.

    Parameters
    ----------
    watched : WatchedFunction
        The function, after all its calls.

    Returns
    -------
    list of str
    """
    sentences = []
    if watched.changes_theta:
        sentences.append(
            f"f changes theta in place (first at {watched.changes_theta}). This check works on "
            "copies; an optimiser does not. Make new arrays instead of changing parts of theta."
        )
    if watched.cost_varies:
        sentences.append(
            "f gives another cost when it is called again with the same theta, so that differences "
            "of costs mean nothing. Fix the samples and all random numbers while you check."
        )
    elif watched.gradient_varies:
        hint = ""
        if watched.growth:
            hint = (
                f" One of the next is {watched.growth:.6g} times the first: is a sum kept from one "
                "call to the next?"
            )
        sentences.append(
            "f gives the same cost but another gradient when it is called again with the same "
            f"theta; they cannot both be right.{hint}"
        )
    return sentences


def coarse_cost(J: float, noise: float) -> list[str]:
    """Sentences about a cost with fewer digits than float64 has.

    Parameters
    ----------
    J, noise : float
        The cost, and the standard deviation of its rounding noise.

    Returns
    -------
    list of str
    """
    size = max(abs(J), 1e-8)  # at J = 0 any noise is large
    if noise <= 1e-11 * size:
        return []
    digits = max(0, int(-np.log10(noise / size)))
    return [
        f"The cost carries only about {digits} digits near theta, where float64 has 16: is "
        "something in f float32, or rounded?"
    ]


def _order(order, all_measured):
    return (
        "The numbers are right, but the gradient holds its parts in the order "
        f"{', '.join(f'd{name}' for name in order)}, where theta has "
        f"{', '.join(x.block.name for x in all_measured)}."
    )


def _what_is_wrong(findings, m, blocks):
    """One sentence for all blocks with the same finding."""
    groups: dict[tuple, tuple[Finding, list[str]]] = {}
    for name, finding in findings.items():
        key = (finding.kind, f"{finding.factor:.6g}", finding.detail)
        groups.setdefault(key, (finding, []))[1].append(name)
    return [
        SENTENCES[finding.kind](finding, Subject(names, blocks), m, blocks)
        for finding, names in groups.values()
    ]


def _hint(findings):
    """Explain ratios that are all above 1, or all between 0 and 1, without being the same."""
    spans = [f.detail[0] for f in findings.values() if f.kind == "unexplained"]
    if not spans or None in spans:
        return []
    low, high = min(span[0] for span in spans), max(span[1] for span in spans)
    if low > 1:
        return [
            "Every sign is right and every entry too large: is a factor below 1 missing that "
            "differs from entry to entry, such as an activation's derivative?"
        ]
    if low > 0 and high < 1:
        return [
            "Every sign is right and every entry too small: is a factor below 1 there once too "
            "often that differs from entry to entry, such as an activation's derivative?"
        ]
    return []


def _where_to_look(all_measured, findings):
    right = [f"d{x.block.name}" for x in all_measured if x.verdict == RIGHT]
    wrong = [f"d{name}" for name in findings]
    if right and wrong:
        be = "is" if len(right) == 1 else "are"
        where = f"the line that makes {wrong[0]}"
        if len(wrong) > 1:
            alike = len({f.kind for f in findings.values()}) == 1
            names = names_in_words(wrong)
            where = (
                f"what {names} share and the rest does not use"
                if alike
                else (f"the lines that make {names}")
            )
        return [f"{names_in_words(right)} {be} right, so look at {where}."]
    vague = {"unexplained", "entry", "line"}
    if list(findings) == ["theta"] and findings["theta"].kind in vague:
        return [
            "To see which array in theta is wrong, name them: "
            'blocks={"W1": W1.shape, "b1": b1.shape, ...}.'
        ]
    if len(wrong) > 1 and all(f.kind == "unexplained" for f in findings.values()):
        return [
            "No part is right, so begin where backpropagation begins: at the derivative of the "
            "cost with respect to the output."
        ]
    return []


def _kink(measured):
    """Where the block's steepest kink is, and both of its slopes."""
    slopes, n = measured.slopes, len(measured.probes.coordinates)
    jumps = np.abs(slopes.jump)
    alone = n > 0 and jumps[:n].max() > MARGIN * slopes.rounding[np.argmax(jumps[:n])]
    k = int(np.argmax(jumps[:n] if alone else jumps))
    where = f"d{measured.block.name} is not defined along all of its directions"
    if alone:
        where = f"d{measured.block.label(measured.probes.coordinates[k])} is not defined"
    left, right = slopes.value[k] - slopes.jump[k] / 2, slopes.value[k] + slopes.jump[k] / 2
    return (
        f"{where}: theta sits on a kink of the cost, with slope {left:.6g} on one side and "
        f"{right:.6g} on the other (ReLU and abs have one at 0). Move theta a little, by small "
        "random numbers, and check again."
    )


def _inconclusive(all_measured, reason):
    names = [f"d{x.block.name}" for x in all_measured if x.reason == reason]
    return (
        [f"Nothing can be said about {names_in_words(names)}: {REASONS[reason]}"] if names else []
    )


def _limits(all_measured, tolerance):
    """How far blocks could be judged, where that is far from the tolerance."""
    groups: dict[str, list[Measured]] = {}
    for x in all_measured:
        if x.verdict != INCONCLUSIVE and MARGIN * x.resolution > 10 * tolerance:
            blur = np.linalg.norm(x.slopes.rounding) + np.linalg.norm(x.slopes.jump_error)
            kink = np.linalg.norm(x.slopes.jump) / 2 > blur
            why = "the cost has a kink near by" if kink else "rounding hides the rest"
            groups.setdefault(why, []).append(x)
    return [
        f"{names_in_words(f'd{x.block.name}' for x in group)} can be judged only to a relative "
        f"error of {MARGIN * max(x.resolution for x in group):.0e} here: {why}."
        for why, group in groups.items()
    ]
