"""Wrong answers to `4_bias_variance`, as edits of its solutions."""

# For each exercise: what the mistake is, the solution's text, and what stands there instead.
EDITS = {}
