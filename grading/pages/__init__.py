"""What people look at: the feedback page, the formgrader's page, tables for other programs.

===============  ===============================================================================
`safe_notebook`  everything of a notebook that a page shows, in a form that only shows
`sanitize`       which HTML and which pictures reach a page (`student_tools.report.sanitize` cleans)
`markdown`       students' Markdown and formulas, rendered and cleaned
`feedback`       what a student sees of the graded notebook
`hidden_paths`   the names of this machine's folders, which no page shows
`exporter`       how a notebook becomes a page, for feedback and formgrader alike
`csv_tables`     tables whose cells are text and never a formula
`templates/`     what nbconvert fills in
===============  ===============================================================================
"""
