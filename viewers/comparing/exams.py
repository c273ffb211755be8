"""Current exam and priors: series grouped by exam and date, how long ago, and which series of a prior matches.

What belongs here: those questions over headers, as pure functions. What does not: layouts (hanging), widgets.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

import numpy as np

from study_configs.words import translate
from viewers.geometry import plane_name
from viewers.volume import SeriesHeader

DAYS_PER_MONTH = 30.4375
WEIGHTS = {
    "view": 8.0,
    "laterality": 8.0,
    "plane": 4.0,
    "body_part": 3.0,
    "words": 4.0,
    "frames": 1.0,
    "thickness": 1.0,
}


@dataclass(frozen=True, slots=True)
class Exam:
    """One exam of a case. `rows` are its series' indices; `ago` is "" for the current one ("14 months before").

    `patient` is shown nowhere: it keeps one patient's images from being hung as another's.
    """

    uid: str
    day: date | None
    rows: tuple[int, ...]
    is_prior: bool
    ago: str = ""
    patient: str = ""

    @property
    def heading(self) -> str:
        """ "2024-07-01, current" or "2023-05-02, prior, 14 months before"."""
        if self.day is None:
            return translate("ViewerExams", "date unknown, current")
        day = self.day.isoformat()
        if self.is_prior:
            return translate("ViewerExams", "{day}, prior, {ago}").format(day=day, ago=self.ago)
        return translate("ViewerExams", "{day}, current").format(day=day)


def exams(headers: Sequence[SeriesHeader]) -> tuple[Exam, ...]:
    """The exams of a case, the newest first. Exams of the newest day, or of an unknown one, are no priors.

    Nor is another patient's exam ever one: among exams of several patients each has a newest day of their own. Exams
    that name no patient go with any.
    """
    rows: dict[str, list[int]] = {}
    for row, header in enumerate(headers):
        rows.setdefault(header.exam_uid, []).append(row)
    days = {uid: _exam_day([headers[row] for row in of]) for uid, of in rows.items()}
    patients = {uid: headers[of[0]].patient for uid, of in rows.items()}
    found = []
    for uid, of in rows.items():
        dated = [day for other, day in days.items() if day and _may_be_one(patients[uid], patients[other])]
        found.append(_exam(uid, days[uid], max(dated, default=None), tuple(of), patients[uid]))
    return tuple(sorted(found, key=lambda exam: (exam.is_prior, -(exam.day or date.max).toordinal())))


def of_one_patient(found: Sequence[Exam]) -> tuple[Exam, ...]:
    """The exams that may be of the first one's patient: only they are hung beside each other by rules."""
    return tuple(exam for exam in found if _may_be_one(found[0].patient, exam.patient))


def in_reading_order(headers: Sequence[SeriesHeader]) -> tuple[SeriesHeader, ...]:
    """The series of the current exam first, then those of each prior, the newest prior first."""
    return tuple(headers[row] for exam in exams(headers) for row in exam.rows)


def exam_of(found: Sequence[Exam], row: int) -> Exam:
    """The exam that a series belongs to."""
    return next(exam for exam in found if row in exam.rows)


def interval_words(earlier: date, later: date) -> str:
    """How long before, in the largest unit that still says enough: days, weeks, months, years."""
    days = (later - earlier).days
    months, years = round(days / DAYS_PER_MONTH), round(days / 365.25)
    if days == 1:
        return translate("ViewerExams", "1 day before")
    if days < 14:
        return translate("ViewerExams", "{n} days before").format(n=days)
    if days < 60:
        return translate("ViewerExams", "{n} weeks before").format(n=days // 7)
    if months < 36:
        return translate("ViewerExams", "{n} months before").format(n=months)
    return translate("ViewerExams", "{n} years before").format(n=years)


def prior_match(header: SeriesHeader, headers: Sequence[SeriesHeader], rows: Sequence[int]) -> int | None:
    """The row of the series that is most like this one: same modality, then view, side, plane, body part, words."""
    same = [row for row in rows if headers[row].modality == header.modality and _may_be_like(header, headers[row])]
    return max(same, key=lambda row: (likeness(header, headers[row]), -row), default=None)


def best_prior(header: SeriesHeader, headers: Sequence[SeriesHeader]) -> int | None:
    """The matching series of the newest prior that has one; None where there is no prior like it."""
    own = next((exam for exam in exams(headers) if header.exam_uid == exam.uid), None)
    for exam in exams(headers):
        older = exam.is_prior and (own is None or exam.day is None or own.day is None or exam.day < own.day)
        is_own = _may_be_one(header.patient, exam.patient)
        row = prior_match(header, headers, exam.rows) if older and is_own else None
        if row is not None:
            return row
    return None


def likeness(one: SeriesHeader, other: SeriesHeader) -> float:
    """How alike two series are, larger is more; only for comparing with each other."""
    shares = {
        "view": _agree(view_name(one), view_name(other)),
        "laterality": _agree(one.laterality, other.laterality),
        "plane": _agree(plane_of(one), plane_of(other)),
        "body_part": _agree(one.body_part.upper(), other.body_part.upper()),
        "words": _common_words(one.description, other.description),
        "frames": min(one.frames, other.frames) / max(one.frames, other.frames, 1),
        "thickness": _ratio(one.slice_spacing_mm, other.slice_spacing_mm),
    }
    return sum(WEIGHTS[name] * share for name, share in shares.items())


def view_name(header: SeriesHeader) -> str:
    """The projection of a film: ViewPosition, or the words CC, MLO, PA, AP, LAT … of its description."""
    said = header.tags.get("ViewPosition", "").upper().strip()
    if said:
        return _VIEW_WORDS.get(said, said)
    words = header.description.upper().replace("-", " ").replace("_", " ").split()
    bare = [word[1:] if word[:1] in "RL" and word[1:] in ("CC", "MLO", "ML", "LM", "XCCL") else word for word in words]
    return next((_VIEW_WORDS.get(word, word) for word in bare if word in _VIEWS or word in _VIEW_WORDS), "")


_VIEWS = frozenset(("CC", "MLO", "ML", "LM", "XCCL", "PA", "AP"))
_VIEW_WORDS = {"LAT": "LATERAL", "LATERAL": "LATERAL", "LL": "LATERAL", "RL": "LATERAL", "SIDE": "LATERAL"}


def plane_of(header: SeriesHeader) -> str:
    """ "axial", "coronal", "sagittal", "oblique"; "" without patient geometry."""
    if header.affine is None:
        return ""
    directions = header.affine[:3, :2] / np.linalg.norm(header.affine[:3, :2], axis=0)
    return plane_name(directions.T.ravel())


def exam_day(header: SeriesHeader) -> date | None:
    """The day on which a series was acquired; None where the file doesn't say, or says what is no date."""
    try:
        return datetime.strptime(header.acquired[:8], "%Y%m%d").date()  # noqa: DTZ007  # DICOM dates have no zone
    except ValueError:
        return None


def _exam_day(headers: Sequence[SeriesHeader]) -> date | None:
    return min((day for header in headers if (day := exam_day(header)) is not None), default=None)


def _exam(uid: str, day: date | None, newest: date | None, rows: tuple[int, ...], patient: str) -> Exam:
    if day is None or newest is None or day == newest:
        return Exam(uid, day, rows, is_prior=False, patient=patient)
    return Exam(uid, day, rows, is_prior=True, ago=interval_words(day, newest), patient=patient)


def _may_be_one(patient: str, other: str) -> bool:
    return not patient or not other or patient == other


def _may_be_like(one: SeriesHeader, other: SeriesHeader) -> bool:
    """Not another side, projection or plane where both say which."""
    pairs = ((one.laterality, other.laterality), (view_name(one), view_name(other)), (plane_of(one), plane_of(other)))
    return all(not a or not b or a == b for a, b in pairs)


def _agree(one: str, other: str) -> float:
    return float(one == other != "")


def _common_words(one: str, other: str) -> float:
    mine, theirs = set(one.lower().split()), set(other.lower().split())
    return len(mine & theirs) / len(mine | theirs) if mine | theirs else 0.0


def _ratio(one: float | None, other: float | None) -> float:
    return min(one, other) / max(one, other) if one and other else 0.0
