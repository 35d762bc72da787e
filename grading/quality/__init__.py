"""Is the grading as good as it says?  The bank of answers and the solutions put it to the test.

===============  ===============================================================================
`audit`          ``course.py audit``: every answer of the bank gets what it deserves
`audit_sample`   a sample of them through nbgrader's own commands
`mutants`        ``course.py mutants``: small changes of a solution must be noticed
===============  ===============================================================================
"""
