"""Published results set beside ours: each protocol is run with fixed seeds, recorded, and shown.

====================  ==========================================================================
`protocol`            what a protocol is; those of an assignment are in its home
`networks`            the notebooks' solutions, trained and measured
`mnist_splits`        MNIST as each protocol splits it
`recorded_results`    what the protocols came to
`results_page`        the page
`results_command`     ``course.py results``
====================  ==========================================================================
"""

from grading.results.results_command import main

__all__ = ["main"]
