"""The instructor's side: students never receive it.  ``python -m grading COMMAND`` is `__main__`.

================  ==============================================================================
`course/`         what a course is made of: the one reader of assignments, their homes
`authoring/`      from a notebook's text to source, release, solutions and the student's zip
`bank/`           wrong and right answers to every exercise: what an entry is, where they are
`autograde/`      the way of a submission: from a folder that was handed in to marks
`examiner/`       judges test cells, the student's code in another process
`sandbox/`        where that other process runs
`diagnosis/`      which known mistake an answer is
`pages/`          what people look at: feedback, the formgrader's page, tables
`nbgrader_hooks/` what is plugged into nbgrader, and all that is changed there
`classroom/`      made-up classes, and the report on a class
`quality/`        audit and mutants: is the grading as good as it says?
`results/`        published results beside ours
================  ==============================================================================

docs/architecture.md says who may import whom.
"""
