"""Wrong answers to `5_softmax_features`, as edits of its solutions."""

# For each exercise: what the mistake is, the solution's text, and what stands there instead.
EDITS = {}
