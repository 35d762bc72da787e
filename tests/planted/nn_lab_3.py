"""Wrong answers to `3_autoencoder`, as edits of its solutions."""

# For each exercise: what the mistake is, the solution's text, and what stands there instead.
EDITS = {}
