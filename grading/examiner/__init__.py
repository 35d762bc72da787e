"""The examiner: graded test cells run in a trusted process, the student's code in another.

In the order in which a submission meets them (`nbgrader_hooks.examined` is where it begins):

===============  ==============================================================================
`desk`           what is kept open from one notebook to the next: a sandbox, the examiner
`earlier`        the earlier notebooks of a submission, cut down to the answers
`job`            what the examiner is told about a notebook, as plain data
`process`        the examiner as seen from nbgrader: given a job, killed when it takes too long
`__main__`       the examiner's process: waits for jobs, forks a child for each
`child`          one notebook, from the start of its kernel to the last verdict
`kernel`         the student's kernel: runs a piece of code, interrupts, kills
`outputs`        what a student's cell shows, capped
`judge`          one graded test cell
`session`        a test's questions to the kernel, and their time limits
`proxies`        what stands in a test for a thing that is in the kernel
`wire`           plain data as text, strict and capped; also sent into the kernel
`kernel_end`     answers the questions; sent into the kernel
===============  ==============================================================================

No verdict, source or number of points comes from the submission or from its kernel.  A reply of
the kernel, forged or true, is only ever the student's own answer.
"""
