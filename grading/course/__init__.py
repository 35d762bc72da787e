"""What a course is made of, as everything else that grades it sees it.

===============  ===============================================================================
`home`           an assignment's home, ``notebooks/NAME/``, and what lies there
`student_files`  what of the course is for students: the one list
`assignment`     the one reader of an assignment: its notebooks in ``source/``, its home
`cell_names`     which names a cell binds and takes, from its code alone
`cell_marks`     what cells are marked with: keys of their metadata, lines in their text
`pytorch`        which notebooks need PyTorch, and whether it is there
`folder`         the course's folder as nbgrader is set up there: folders, database
`student_names`  students' names as folders have them
===============  ===============================================================================
"""
