"""From a notebook's text to what instructors, students and reviewers open.

================  ==============================================================================
`cells`           reads a notebook's text
`markers`         the regions that nbgrader cuts out: solutions, hidden tests, mark schemes
`lint`            ``check``: mistakes in the texts (`cell_rules`, `prose_rules`)
`build`           ``build``: source/
`release`         release/, made by nbgrader; and that it gives nothing away
`secret_lines`    what only the instructor may have, and the search for it
`imports`         what the code that students get may import
`solutions`       ``solutions``: the solved notebooks, executed
`student_zip`     ``student-zip``: the one file that students get
`commands`        the commands of build, check and solutions
`folders`         built files are written whole, and only when they change
================  ==============================================================================
"""
