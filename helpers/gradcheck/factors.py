"""So that a constant factor is called by the mistake it usually comes from."""

from collections.abc import Sequence

from helpers.gradcheck.blocks import Block

CLOSE = 1e-4  # relative; a measured factor is known far better


def factor_in_words(factor: float, m: int | None, blocks: Sequence[Block]) -> tuple[str, str]:
    """Say what a constant factor is, and the question it raises.

    Parameters
    ----------
    factor : float
        Analytic / numeric; not 1.
    m : int or None
        Number of samples, when known.
    blocks : list of Block
        Their axes' lengths are candidates, too.

    Returns
    -------
    phrase, question : str
        Such as ``"100 times too large"`` and ``": is the mean over the m = 100 samples missing?"``.
    """
    size = abs(factor)
    if abs(size - 1) <= 1e-9:
        return "of the wrong sign", ": is a difference taken the wrong way round, or a minus lost?"
    if abs(size - 1) < 0.01:
        return f"off by the constant factor {factor:.9g}", "."
    phrase = f"{size:.6g} times too large" if size > 1 else f"{1 / size:.6g} times too small"
    if factor < 0:
        phrase = f"of the wrong sign and {phrase}"
    question = (
        (_samples(size, m) if m is not None else "")
        or _two(size)
        or _axis(size, blocks)
        or (_unknown_samples(size) if m is None else "")
    )
    return phrase, question or ": a constant is missing, or used twice."


def _close(size, value):
    return abs(size / value - 1) < CLOSE


def _samples(size, m):
    mean = f"is the mean over the m = {m} samples"
    table = [
        (m, f": {mean} missing?"),
        (1 / m, f": {mean} taken twice?"),
        (2 * m, f": {mean} missing, and a factor 2 too many?"),
        (m / 2, f": {mean} missing, and a factor 2 as well?"),
        (2 / m, f": {mean} taken twice, and a factor 2 too many?"),
        (1 / (2 * m), f": {mean} taken twice, and a factor 2 missing?"),
        (m * m, f": that is m = {m} squared. Is something multiplied by m instead of divided?"),
    ]
    return next((text for value, text in table if m > 2 and _close(size, value)), "")


def _two(size):
    if _close(size, 2):
        return ": does the cost have a 1/2 that the gradient forgets, or is there a 2 too many?"
    if _close(size, 0.5):
        return ": does the derivative of a square lack its 2, or is a 1/2 taken twice?"
    return ""


def _axis(size, blocks):
    """Name up to two lengths that the factor may be, those of the output first."""
    whole = max(size, 1 / size)
    found = [text for value, text in _lengths(blocks) if value > 2 and _close(whole, value)]
    if not found:
        return ""
    one, other = ("cost", "gradient") if size > 1 else ("gradient", "cost")
    axis = "that axis" if len(found) == 1 else "such an axis"
    return (
        f", and {whole:.6g} may be {' or '.join(found[:2])}: does the {one} take a mean along "
        f"{axis} that the {other} lacks?"
    )


def _lengths(blocks):
    """Yield lengths of axes, and halves and doubles of the number of outputs, with their names."""
    *_, last = blocks
    outputs = f"{last.name}.shape[0]"
    yield last.shape[0], outputs
    if len(last.shape) < 3 and len(blocks) > 1:  # a factor 2 of a squared error comes on top
        yield last.shape[0] / 2, f"half of {outputs} = {last.shape[0]}"
        yield last.shape[0] * 2, f"twice {outputs} = {last.shape[0]}"
    for block in reversed(blocks):
        for axis, length in enumerate(block.shape):
            if length != last.shape[0]:
                yield length, f"{block.name}.shape[{axis}]"


def _unknown_samples(size):
    whole = max(size, 1 / size)
    if whole < 2.5 or not _close(whole, round(whole)):
        return ""
    what = "missing" if size > 1 else "taken twice"
    return f": if {round(whole)} is the number of samples, is the mean over them {what}?"
