"""The highest score in what an AI says about a case.

What belongs here: that number. What does not: handing results out (desk).
"""

from __future__ import annotations

from overlays.result import AIResult


def top_score(result: AIResult) -> float | None:
    """The highest score of a finding, or of the case as a whole, 0 to 1; None where nothing has a score.

    Findings that their maker holds back count nowhere.
    """
    found = [finding.score for finding in result.findings if not finding.held_back]
    told = [assessment.score for assessment in result.assessments]
    return max((score for score in (*found, *told) if score is not None), default=None)
