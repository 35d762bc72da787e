"""From a folder that was handed in to marks and pages: the way of a submission, in its order.

`autograde_command` is `nbgrader autograde`; it schedules (`batch`, `workers`, `forking`) what
`submission` does for one:

==================  ===========================================================================
`intake/`           finds and reads the notebooks, also under wrong names, within limits
`rebuild/`          puts the answers back into the assignment
`needed/`           chooses the cells that can change a mark
`examination`       has them run in a sandbox, and the tests judged (`grading.examiner`)
`second_run`        judges an answer once more, with right earlier answers
`outcome`           what came of it: marks, messages, the cells' outputs
`saving`            the marks of a submission are saved together, or not at all
==================  ===========================================================================

Around it:

==================  ===========================================================================
`settings`          what an instructor may set
`handed_in`         who handed something in
`batch_log`         what is logged, and how far the batch is
`finishing`         what becomes of a graded submission
`lock`              keeps two gradings of one folder apart
`own_solution`      the assignment's own solution is graded before anybody's (`source_check`)
`recorded`          what the gradebook says of the assignment
`standing`          whether an earlier grading still stands
`by_hand`           marks by hand, carried over to a changed assignment
`order`, `result`   what the process of a submission is told, and what it tells
`left_out`          whose marks are missing
`replay`            repeats a check
==================  ===========================================================================
"""
