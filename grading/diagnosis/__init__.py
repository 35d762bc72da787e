"""Which known mistake an answer is: the one that answers the examiner's questions alike.

While a test is judged, its questions to the student's code are noted with the answers, on a
`Transcript`. When points were lost, the same test, with the same inputs, is run for each mistake of
the bank, in the examiner's own process: the mistake whose answers are the student's, to the last
one, is named.

================  ==============================================================================
`diagnose`        finds the mistake that answers a test as the student did
`known_answers`   what is known of a notebook: its solutions, and the mistakes that edit them
`local`           a test's questions to functions of this process, through the same wire
`naming`          adds to a verdict which mistake it was, and what the student is told
`explain`         a question to a student's function, and an answer to it, in words
================  ==============================================================================
"""

from grading.diagnosis.diagnose import Diagnosis, diagnose
from grading.diagnosis.known_answers import Bank
from grading.diagnosis.naming import Recogniser

__all__ = ["Bank", "Diagnosis", "Recogniser", "diagnose"]
