"""From a folder that was handed in to marks and pages: the way of a submission, in its order.

`command` is `nbgrader autograde`; it schedules (`batch`, `workers`) what `submission` does for one:

==================  ===========================================================================
`intake`            finds and reads the notebook, also under a wrong name, within limits
`recognise`         says which submitted cell is which of the assignment's
`rebuild`           puts the answers back into the assignment (`template`), with `notes` on it
`needed`            chooses the cells that can change a mark
`examination`       has them run in a sandbox, and the tests judged (`grading.examiner`)
`outcome`           what came of it: marks, messages, the cells' outputs
`saving`            the marks of a submission are saved together, or not at all
==================  ===========================================================================

`forking` is the process in which `submission` runs, `order` what it is told, `result` what it
tells; `recorded` is what the gradebook says of the assignment, `settings` what an instructor may
set, `lock` keeps two gradings of one folder apart, `replay` repeats a check, `feedback_command`
makes the pages of a class.
"""
