"""Answers to `5_softmax_features` written otherwise, and the made-up class's mistakes."""

#: Right answers, each the whole body of its function.
WRITTEN_OTHERWISE = {}

#: The wrong ones: {student: Mistakes}.
MISTAKES = {}
