"""From a folder that was handed in to notebooks, files and a time: nothing of it is ever run.

===============  ===============================================================================
`notebook_file`  finds the notebook that was handed in and reads it, whatever state it is in
`claims`         which notebook of the assignment a file is
`zip_files`      zip files, read like folders
`conflicts`      merge conflicts: one side is read
`side_files`     the files that lie beside a notebook while it is examined
`strays`         what lies at another place than ``submitted/STUDENT/ASSIGNMENT``
`times`          when it counts as handed in
===============  ===============================================================================
"""
