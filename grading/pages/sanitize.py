"""Which HTML and which pictures of a student's reach a feedback page.

The cleaning itself is :mod:`student_tools.report.sanitize`'s, which the student's own report uses,
too; here are the bounds for pages that a grader makes of what others handed in.
"""

import base64
import binascii
import io

from PIL import Image

from student_tools.report.sanitize import EMBEDDED, Policy

MAX_PIXELS = 50_000_000
RASTER = {"png": "PNG", "jpeg": "JPEG", "gif": "GIF", "webp": "WEBP"}


def picture_address(kind, data):
    """Return the ``data:`` address of a picture.

    Parameters
    ----------
    kind : str
        ``png``, ``jpeg``, ``gif``, ``webp`` or ``svg+xml``.
    data : str
        The picture's file in base 64.

    Returns
    -------
    str or None
        None when it is no such picture, or one of more than `MAX_PIXELS`.
    """
    try:
        raw = base64.b64decode("".join(data.split()), validate=True)
    except (binascii.Error, ValueError):
        return None
    shows = b"<svg" in raw if kind == "svg+xml" else _is_raster(kind, raw)
    return f"data:image/{kind};base64,{base64.b64encode(raw).decode()}" if shows else None


def _is_raster(kind, raw):
    try:
        with Image.open(io.BytesIO(raw), formats=[RASTER[kind]]) as picture:
            return picture.width * picture.height <= MAX_PIXELS
    except Exception:  # noqa: BLE001  (Pillow raises many kinds on broken files)
        return False


def _picture(address):
    found = EMBEDDED.fullmatch(address.strip())
    return picture_address(found[1], found[2]) if found else None


#: What feedback pages and the formgrader's page show.
FEEDBACK = Policy(_picture)
