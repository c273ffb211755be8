"""That a file is well, but is no AI result: folders pass such files by, and a file that was named is refused with it.

What belongs here: the one exception. What does not: finding out (forms and the sources).
"""

from __future__ import annotations

from study_configs.problem import StudyProblem


class NotAResult(StudyProblem):
    """The file is something other than an AI result: an image, a text, a picture."""
