"""From a submitted notebook to the assignment with the student's answers in it: pure functions.

===============  ===============================================================================
`template`       the assignment's own cells: what a submission is rebuilt around
`matching`       which submitted cell is which of the assignment's
`misplaced`      answers that do not stand in their cell
`additions`      what a student added to a cell of the assignment's
`rebuilding`     puts the answers back
`repairs`        what was repaired, in sentences
===============  ===============================================================================
"""
