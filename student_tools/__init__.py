"""What a student starts in a terminal, beside the notebooks: ``python -m student_tools COMMAND``.

============  ==================================================================================
`data`        ``course.py data``: download MNIST, once
`report/`     ``course.py report``: the notebooks of an assignment as one report to hand in
`study/`      ``course.py study``: the hyperparameter study, and its recorded runs
============  ==================================================================================
"""
