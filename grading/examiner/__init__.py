"""The examiner: graded test cells run in a trusted process, the student's code in another.

In the order in which a notebook meets them (`grading.autograde.examination` asks for it):

================  =============================================================================
`job`             what the examiner is told about a notebook, and what it says of each cell
`without_tests`   an earlier notebook of a submission, cut down to what a later one may see
`child`           one notebook, from the start of its kernel to the last verdict
`kernel`          the student's kernel: runs a piece of code, in time, or is ended
`exchange`        one request to it, and what comes for it
`limit`           how long its code may run, in its own processor time
`outputs`         what a student's cell shows, capped (`clipping` cuts it)
`judge`           one graded test cell
`session`         a test's questions to the kernel, and their time limits
`proxies`         what stands in a test for a thing that is in the kernel
`transcript`      the questions of a test and their answers, noted or compared
`wire`            plain data as text, strict and capped; also sent into the kernel
`kernel_end`      answers the questions; sent into the kernel
================  =============================================================================

No verdict, source or number of points comes from the submission or from its kernel.  A reply of
the kernel, forged or true, is only ever the student's own answer.
"""
