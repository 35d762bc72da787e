"""Turn TeX into MathML, so that a report's formulas are readable with no network and no script."""

import re
from html import escape
from xml.etree import ElementTree

from latex2mathml.converter import convert

NAMESPACE = "http://www.w3.org/1998/Math/MathML"
ELEMENTS = """
math mrow mi mn mo mtext mspace msup msub msubsup mfrac msqrt mroot mover munder munderover
mtable mtr mtd mstyle mpadded mphantom menclose mmultiscripts mprescripts none
"""
# Attributes that only lay a formula out; links and styles are left behind.
ATTRIBUTES = """
accent columnalign columnspacing depth display displaystyle fence form height largeop
linethickness lspace mathcolor mathvariant maxsize minsize movablelimits notation rowspacing
rspace scriptlevel stretchy symmetric voffset width
"""
PRIMES = frozenset("\u2032\u2033\u2034\u2057")
# The converter aligns columns in align* alone, and numbers every line of align.
ALIGNED = re.compile(r"\\(begin|end)\{(?:align|aligned|split|eqnarray\*?)\}")
# Shells that only say "display this".
SHELL = re.compile(r"\\(?:begin|end)\{equation\*?\}")


def to_mathml(tex, *, display=False):
    r"""Return the HTML of one formula.

    Parameters
    ----------
    tex : str
        TeX without its dollar signs.
    display : bool
        Whether the formula stands on a line of its own.

    Returns
    -------
    str
        A ``<math>`` element whose ``alttext`` is the TeX, or, when the TeX cannot be converted,
        the TeX itself as code, so that nothing is lost.
    """
    try:
        source = ALIGNED.sub(r"\\\1{align*}", SHELL.sub("", tex)).strip()
        formula = _checked(convert(source, display="block" if display else "inline"))
    except Exception:  # noqa: BLE001  the converter raises many kinds on unfinished TeX
        return _as_source(tex, display)
    formula.set("alttext", " ".join(tex.split()))
    html = ElementTree.tostring(formula, encoding="unicode")
    # A span, since a formula may stand in the middle of a paragraph.
    return f'<span class="formula">{html}</span>' if display else html


def _checked(mathml):
    """Parse the converter's answer; raise ValueError on anything that is no plain formula."""
    ElementTree.register_namespace("", NAMESPACE)
    formula = ElementTree.fromstring(mathml)
    _lower_primes(formula)
    for element in formula.iter():
        if element.tag.removeprefix(f"{{{NAMESPACE}}}") not in ELEMENTS.split():
            raise ValueError(f"no formula holds a {element.tag}")
        # A command that the converter does not know comes back as it went in.
        if "\\" in (element.text or ""):
            raise ValueError(f"unknown command {element.text}")
        for name in [name for name in element.attrib if name not in ATTRIBUTES.split()]:
            del element.attrib[name]
        # Browsers stretch a lone bar to the height of the whole line, and not its partner.
        if element.text in ("|", "\u2016") and "form" not in element.attrib:
            element.attrib.setdefault("stretchy", "false")
    return formula


def _lower_primes(formula):
    """Set primes beside their letter: they are drawn raised, and would hang above it otherwise."""
    for element in list(formula.iter()):
        kind = element.tag.removeprefix(f"{{{NAMESPACE}}}")
        if kind not in ("msup", "msubsup") or (element[-1].text or "") not in PRIMES:
            continue
        prime = element[-1]
        element.remove(prime)
        prime.tag = f"{{{NAMESPACE}}}mo"
        prime.attrib.update(lspace="0", rspace="0")
        if kind == "msubsup":
            inner = ElementTree.Element(f"{{{NAMESPACE}}}msub")
            inner.extend(list(element))
            element[:] = [inner]
        element.tag = f"{{{NAMESPACE}}}mrow"
        element.append(prime)


def _as_source(tex, display):
    code = f'<code class="tex">{escape(tex.strip())}</code>'
    return f'<span class="formula">{code}</span>' if display else code
