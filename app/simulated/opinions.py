"""What a simulated reader answers, given whether it thinks that there is something.

What belongs here: one value for each type of answer, as a pure function. What does not: looking (eyes), which keys give
the value (key_presses). Nobody here knows the truth.
"""

from __future__ import annotations

import random

from app.simulated.plausible import plausible
from app.tracking.events import AnswerValue
from study_configs.questions import Likert, Question, ScaleAnswer, Slider, Verdict, YesNo


def opinion(question: Question, suspects: bool, follows_ai: float, chance: random.Random) -> AnswerValue:
    """Suspicion speaks from decisions, categories and sliders; verdicts follow the AI as often as the policy does."""
    match question:
        case YesNo():
            return "yes" if suspects else "no"
        case Slider():
            share = chance.uniform(0.6, 0.95) if suspects else chance.uniform(0.05, 0.35)
            steps = round(share * (question.to - question.from_) / question.step)
            return min(question.to, question.from_ + steps * question.step)
        case ScaleAnswer(positive_from=str(first)):
            names = list(question.categories)
            at = names.index(first) if first in names else len(names) // 2
            return chance.choice(names[at:] if suspects else names[:at] or names[:1])
        case Likert():
            return chance.randint(max(1, question.points - 2), question.points)
        case Verdict():
            others = [str(each) for each in question.offer if each != "accept"]
            is_followed = chance.random() < follows_ai and "accept" in question.offer
            return "accept" if is_followed else chance.choice(others)
    return plausible(question, chance)
