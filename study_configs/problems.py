"""What can be wrong with a study file: stable codes, and problems that name file, line, column, key and remedy.

What belongs here: the values and their text. What does not: finding the problems (yaml12, shape, rules, cases).
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Literal

from study_configs.problem import StudyProblem

Severity = Literal["error", "warning"]

CODES: dict[str, str] = {
    "RL101": "The file cannot be read.",
    "RL102": "The file is not UTF-8 text.",
    "RL103": "The file is larger than a study file may be.",
    "RL104": "The file is not YAML.",
    "RL105": "A YAML tag (!name) is not allowed.",
    "RL106": "YAML anchors (&name) and aliases (*name) are not allowed.",
    "RL107": "A key stands twice in one section.",
    "RL108": "The file is nested too deeply.",
    "RL109": "The file holds more than one YAML document.",
    "RL110": "The file is empty, or not made of keys and values.",
    "RL111": "A key is not plain text.",
    "RL112": "The file is written in a newer version of the study language than this program knows.",
    "RL201": "The key is unknown.",
    "RL202": "A key is missing.",
    "RL203": "The value has the wrong type.",
    "RL204": "The value is not one of those allowed.",
    "RL205": "The number is out of range.",
    "RL206": "There are too few or too many characters or items.",
    "RL207": "The text has characters that are not allowed here.",
    "RL208": "Two or more keys of this section do not fit together.",
    "RL209": "The comparison cannot be understood.",
    "RL210": "The label has a field that a finding does not have.",
    "RL211": "There is no hanging of this name.",
    "RL212": "A pattern cannot be understood.",
    "RL213": "A gesture cannot be given this.",
    "RL214": "The key is known with another unit.",
    "RL301": "The AI is not declared under ai.",
    "RL302": "The question is not declared under questions.",
    "RL303": "The layer is not declared under layers.",
    "RL304": "The condition is not declared under conditions.",
    "RL305": "The threshold is not declared under this AI's thresholds.",
    "RL306": "The text is neither in the study's texts folder nor shipped.",
    "RL307": "The case is not in the manifest.",
    "RL308": "The name in a comparison, or the attribute, is unknown.",
    "RL309": "The base is not declared.",
    "RL310": "Bases go round in a circle.",
    "RL311": "The arm is not declared under design.arms.",
    "RL312": "The case that is named does not fit here.",
    "RL313": "A comparison asks for a value that the name can never have.",
    "RL401": "A file is missing, or cannot be read.",
    "RL402": "A path leaves the study folder.",
    "RL403": "The table lacks a column.",
    "RL404": "The case stands twice in the manifest.",
    "RL405": "A value in the table cannot be understood.",
    "RL406": "The reference has a case that is not in the manifest.",
    "RL407": "The folder or file of a case is missing.",
    "RL408": "There is no case to read.",
    "RL409": "A case has no row in the reference.",
    "RL410": "No AI result matches the pattern.",
    "RL411": "A table cannot be read.",
    "RL412": "A file differs from the sha-256 that the protocol names.",
    "RL413": "The rows of one case contradict each other.",
    "RL414": "Files lie where they are not read.",
    "RL415": "A case has no image that can be read.",
    "RL416": "A file of a case cannot be read.",
    "RL417": "A lesion lies outside the images of its case.",
    "RL418": "A model, its card or an AI result cannot be used.",
    "RL419": "A file of AI results is something else.",
    "RL420": "An AI result is of another patient, or lies in another frame of reference.",
    "RL421": "Images that an AI result was made from are missing.",
    "RL422": "A score or value of an AI result is out of range, or no number.",
    "RL423": "A segment or a finding has no label.",
    "RL424": "An AI result has more frames than are shown.",
    "RL425": "A contour of an AI result crosses itself.",
    "RL426": "A side that an AI result names is not that of the image.",
    "RL427": "Part of an AI result has no right place on the images.",
    "RL428": "An AI result belongs to no case of the study.",
    "RL429": "A case has no result of an AI that its readers are shown.",
    "RL430": "Several AI results of one form belong to one case.",
    "RL431": "Something of an AI result was left out, or read with care.",
    "RL432": "A planted error cannot be planted in a case.",
    "RL433": "The card of an AI speaks of another model than its results.",
    "RL434": "Planted errors of an AI whose model runs here were not tried out yet.",
    "RL435": "A file differs from the one that was pinned.",
    "RL436": "A file was added since the files were pinned.",
    "RL437": "The pins, or a file that is pinned, cannot be read.",
    "RL438": "An eye tracker is asked for, and cannot be received on this machine.",
    "RL501": "More planted errors than cases that can carry them.",
    "RL502": "Planted errors or a layer need an AI that no condition in use shows.",
    "RL503": "A question has the wrong scope for where it is asked.",
    "RL504": "A condition is never used.",
    "RL505": "A question is never asked.",
    "RL506": "A layer is never shown.",
    "RL507": "Something needs the truth, and the protocol names no reference.",
    "RL508": "A layer starts hidden, and the reader may not show it.",
    "RL509": "The threshold lies outside the limits of its layer.",
    "RL510": "The cases cannot be split over the conditions.",
    "RL511": "No reading order can keep every constraint.",
    "RL512": "A layer cannot be made from this AI.",
    "RL513": "A question that must be answered can remain unasked, or asks about itself.",
    "RL514": "Planted errors are not disclosed in the feedback.",
    "RL515": "The protocol plants errors, and there is no feedback.",
    "RL516": "The question is asked more than once on one screen.",
    "RL517": "There is a reference, and no question to compare with it.",
    "RL518": "Two questions measure the same.",
    "RL519": "A layer can never come: its reveal rule cannot come true.",
    "RL520": "The design does not say how cases meet conditions.",
    "RL521": "A probe shows AI.",
    "RL522": "A step is never taken: its rule waits for what is not asked before it.",
    "RL523": "The parts do not cover each case exactly once, or a part is empty.",
    "RL524": "More is asked of the cases than there are.",
    "RL525": "The column of case sets does not fit the reader groups.",
    "RL526": "A washout within one sitting.",
    "RL527": "Cases are met again without a washout.",
    "RL528": "The number of readers leaves the design unbalanced.",
    "RL529": "The media cannot be shown.",
    "RL530": "A column of the manifest holds what its use here does not understand.",
    "RL531": "A key has no effect here.",
    "RL532": "The technician's workflow and the rest do not fit together.",
    "RL533": "A time looks as if it was meant in another unit.",
    "RL534": "Readers lack a tool that a question needs.",
    "RL535": "No case has the value that a comparison asks for.",
    "RL536": "A planted error that changes nothing.",
    "RL537": "Feedback tells of cases that are read again.",
    "RL538": "A question shows readers where the lesions of the reference are.",
    "RL541": "A probe never comes.",
    "RL542": "A name stands twice.",
}

WARNINGS = frozenset(
    {
        "RL409",
        "RL414",
        "RL416",
        "RL417",
        "RL421",
        "RL423",
        "RL425",
        "RL428",
        "RL430",
        "RL431",
        "RL433",
        "RL434",
        "RL438",
        "RL504",
        "RL505",
        "RL506",
        "RL510",
        "RL514",
        "RL515",
        "RL517",
        "RL527",
        "RL528",
        "RL531",
        "RL533",
        "RL534",
        "RL535",
        "RL537",
        "RL538",
    }
)


MOST_SHOWN = 800


def _on_a_line(text: str) -> str:
    """What a file says, fit for a terminal: of bounded length, and without signs that would steer it."""
    shown = text if len(text) <= MOST_SHOWN else f"{text[: MOST_SHOWN - 1]}…"
    return "".join(sign if sign.isprintable() else sign.encode("unicode_escape").decode() for sign in shown)


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong, for people. Line and column count from 1; 0 means the file as a whole."""

    code: str
    file: str
    line: int = 0
    column: int = 0
    key: str = ""  # dotted, such as questions.suspicion.from
    what: str = ""
    expected: str = ""
    example: str = ""
    suggestion: str = ""

    @property
    def severity(self) -> Severity:
        return "warning" if self.code in WARNINGS else "error"

    @property
    def where(self) -> str:
        if not self.line:
            return self.file
        return f"{self.file}:{self.line}:{self.column}" if self.column else f"{self.file}:{self.line}"

    def to_text(self) -> str:
        """`file:line:column: error RL201 at key: what` and, indented below, what was expected, and an example."""
        at = f" at {_on_a_line(self.key)}" if self.key else ""
        lines = [f"{self.where}: {self.severity} {self.code}{at}: {_on_a_line(self.what)}"]
        if self.suggestion:
            lines.append(f"    Did you mean {_on_a_line(self.suggestion)}?")
        if self.expected:
            lines.append(f"    Expected {_on_a_line(self.expected)}.")
        if self.example:
            lines.append(f"    Example: {self.example}")
        return "\n".join(lines)

    def to_dict(self) -> dict[str, str | int]:
        return {"severity": self.severity, **asdict(self)}


class ProtocolProblems(StudyProblem):
    """Everything that is wrong with one study, at once; `problems` holds errors and warnings in file order."""

    def __init__(self, problems: Iterable[Problem], file: str) -> None:
        self.problems = sorted(
            problems, key=lambda problem: (problem.file != file, problem.file, problem.line, problem.column)
        )
        errors = sum(problem.severity == "error" for problem in self.problems)
        what = "There is 1 error in this study." if errors == 1 else f"There are {errors} errors in this study."
        super().__init__(what, where=file, todo="\n" + "\n".join(problem.to_text() for problem in self.problems))


def closest(word: str, known: Iterable[str]) -> str:
    """The known word that `word` was probably meant to be; empty where none is near."""
    by_lower = {name.lower(): name for name in known}
    near = difflib.get_close_matches(word.lower(), list(by_lower), n=1, cutoff=0.6)
    return by_lower[near[0]] if near else ""


def listed(words: Sequence[str], limit: int = 12) -> str:
    """`a, b, c` for people, cut after `limit`, unless only one would be left out."""
    shown = ", ".join(words[:limit])
    return ", ".join(words) if len(words) <= limit + 1 else f"{shown} and {len(words) - limit} more"
