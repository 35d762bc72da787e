"""A class, made up or real: the demo, the sample classes, the report on a class.

=====================  =========================================================================
`student`              what a made-up student is: answers of the bank in place of some solutions
`sample_class`         the small class of an assignment, from its home
`drawn`                a class of any size, drawn from the bank
`made_up_submissions`  made-up students as submitted notebooks
`demo`                 ``course.py demo`` and ``sample-class``
`mark_table`           marks as a table: an exercise a row, a student a column
`class_report`         ``course.py report``: how a class did, and why
=====================  =========================================================================

What grades real submissions never imports anything of this.
"""
