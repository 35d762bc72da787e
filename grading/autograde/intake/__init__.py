"""From a folder that was handed in to notebooks, files and a time: nothing of it is ever run.

===============  ===============================================================================
`survey`         what lies in the folder, found in one pass
`notebook_file`  which of the files is a notebook of the assignment, read as far as it can be
`sound_notebook` reads a notebook's file, whatever state it is in
`intake_limits`  how much is read
`claims`         which notebook of the assignment a file is
`zip_files`      zip files, read like folders
`conflicts`      merge conflicts: one side is read
`side_files`     the files that lie beside a notebook while it is examined
`strays`         what lies at another place than ``submitted/STUDENT/ASSIGNMENT``
`hand_in_time`   when it was handed in; `times` says what of that counts
===============  ===============================================================================
"""
