"""What AI says about a case in a trial, planted errors in place: made ahead, handed out to phases that opted in.

What belongs here: the parts of that. What does not: showing anything (app.windows).
"""

from __future__ import annotations

from app.advice.desk import Advice
from app.advice.needs import Need, every_need, model_hashes, needs_of, wants_of

__all__ = ["Advice", "Need", "every_need", "model_hashes", "needs_of", "wants_of"]
