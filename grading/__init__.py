"""The instructor's side: authoring, grading, the sample class.  Students never receive it."""
