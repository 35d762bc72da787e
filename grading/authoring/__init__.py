"""From a notebook's text to what instructors, students and reviewers open."""
