"""The files that lie beside a notebook while it is examined."""

from grading.autograde.intake import read_plain_file, survey

#: Bytes of all files together; their number.
MAX_BYTES = 64 << 20
MAX_FILES = 500
#: Never put beside a notebook: what Python could import, which would shadow a module.
_LEFT_OUT = (".py", ".pyc", ".pyi", ".so", ".pyd", ".pth", ".zip", ".egg")


def files_in(folder, found=None):
    """Read the files of a folder, as far as they are harmless and not too many.

    Parameters
    ----------
    folder : path
        What a student handed in, or the assignment's own files.
    found : grading.autograde.intake.Survey, optional
        Of the same folder, where it was looked through already.

    Returns
    -------
    dict of str to bytes
        By path inside the folder.  Left out are notebooks, what Python could import, and what a
        survey leaves out: links, special files, hidden files.
    """
    files, room = {}, MAX_BYTES
    for path in sorted((found or survey(folder)).files):
        if path.name.lower().endswith(_LEFT_OUT) or len(files) == MAX_FILES:
            continue
        try:
            content = read_plain_file(path, room)
        except (OSError, ValueError):
            continue
        room -= len(content)
        files[path.relative_to(folder).as_posix()] = content
    return files
