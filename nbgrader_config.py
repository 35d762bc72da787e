"""nbgrader's settings for this course; instructors may change what stands here.

Use nbgrader's own commands in this folder.  Another course folder takes these settings over in a
file of this name, wherever the two folders lie (docs/own_assignment.md):

    from grading.course.home import COURSE

    c = get_config()
    load_subconfig("nbgrader_config.py", path=str(COURSE))
"""

from grading.nbgrader_hooks import configure

c = get_config()  # noqa: F821  (nbgrader defines it)
configure(c)

# The name under which the gradebook files the course.  The gradebook itself is `gradebook.db` in
# the course folder, unless an address of another database is given here.
c.CourseDirectory.course_id = "gradient-lab"
# c.CourseDirectory.db_url = "postgresql+psycopg2://user:password@host/gradebook"

# How many submissions are graded at a time: as many as there are cores, or a number.
# c.CourseAutograde.jobs = 2

# Only what can change a mark is run; "all" runs every cell, as nbgrader does.
c.ExaminedExecute.run = "needed"

# Seconds of processor time for one cell, and for one student's whole notebook.
c.Execute.timeout = 30
c.ExaminedExecute.notebook_timeout = 600

# How much a cell may print: bytes, and lines.
c.ExaminedExecute.max_output = 2_000_000
c.LimitOutput.max_lines = 1000

# Students' code runs confined, without network and without sight of other files; where that is not
# possible (it needs Linux with bubblewrap), grading is refused.  False: it runs all the same.
c.ExaminedExecute.require_sandbox = True
