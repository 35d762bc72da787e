"""Which known mistake an answer is: the one that answers the examiner's questions alike.

While a test is judged, its questions to the student's code are noted with the answers, on a
`Transcript`. When points were lost, the same test, with the same inputs, is run for each mistake of
the bank, in the examiner's own process: the mistake whose answers are the student's, to the last
one, is named.
"""

from grading.diagnosis.diagnose import Diagnosis, diagnose
from grading.diagnosis.known_answers import Bank
from grading.diagnosis.naming import Recogniser

__all__ = ["Bank", "Diagnosis", "Recogniser", "diagnose"]
