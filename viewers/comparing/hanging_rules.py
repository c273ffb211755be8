"""Which hanging protocols suit a case, how well, and which of its series stands in which viewport.

What belongs here: matching headers with rules, as pure functions. What does not: the keys of the rules
(study_configs.hanging), making views (hanging), widgets.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from study_configs.hanging import Facts, HangingProtocol, HungCell, HungStage, Match, SeriesRule
from study_configs.words import translate
from viewers.comparing.exams import Exam, exams, likeness, of_one_patient, plane_of, view_name
from viewers.comparing.layouts import Cell, Layout, free
from viewers.volume import SeriesHeader

PLANNING_WORDS = ("scout", "localizer", "localiser", "topogram", "surview", "survey", "dose report")
NO_IMAGES = frozenset(("SR", "PR", "KO", "SEG", "REG", "RTSTRUCT", "RTPLAN", "DOC"))
CONTRAST = re.compile(r"(?<!\w)(contrast|enhanced|post|gad\w*|gd|ce|km|c\+|\+c|venous|arterial|portal\w*)(?!\w)")
NO_CONTRAST = re.compile(r"\b(non|no|without|w/o|ohne|pre|zonder)\s+(iv\s+)?(contrast|gad\w*|gd|km)\b|\bunenhanced\b")
WEIGHTINGS = tuple(
    (name, re.compile(pattern))
    for name, pattern in (
        ("", r"\b(dwi|diff|adc|trace|swi|swan|perf|dsc|asl|tof|mra|fmri|bold)|t2 ?\*|t2 ?star|hemo"),
        ("flair", r"flair|dark ?fluid"),
        ("t1", r"\bt1|mprage|bravo|\bspgr|\bvibe"),
        ("t2", r"\bt2|\bstir|\btirm"),
        ("pd", r"\bpd|proton"),
    )
)
STACK_LABEL = re.compile(r"\(([^()]*)\)$")

Rows = Mapping[str, int]  # which header each named series of a hanging is


@dataclass(frozen=True, slots=True, eq=False)
class Hung:
    """One stage of a hanging protocol with a case's series in it: `shown` has a row for each cell, None for nothing."""

    hanging: HangingProtocol
    stage: HungStage
    layout: Layout
    shown: tuple[int | None, ...]
    score: float = 0.0

    @property
    def title(self) -> str:
        """In the language of the windows where it is one of ours; a study's own stays as it was written."""
        said = (translate("ViewerHangings", title) for title in (self.hanging.title, self.stage.title) if title)
        return ": ".join(said)

    @property
    def cells(self) -> tuple[HungCell, ...]:
        return self.stage.cells

    @property
    def cells_alike(self) -> tuple[HungCell, ...]:
        """The cells without the names that the protocol has for its series."""
        return tuple(cell.model_copy(update={"show": None}) for cell in self.cells)


def hangings_for(headers: Sequence[SeriesHeader], protocols: Sequence[HangingProtocol]) -> tuple[Hung, ...]:
    """Every stage that suits the case, those of the best scoring protocol first; empty where none suits."""
    found = of_one_patient(exams(headers))
    scored = [(score(protocol, headers, found, rows := find(protocol, headers, found)), protocol, rows)
              for protocol in protocols]  # fmt: skip
    suited = [(points, protocol, rows) for points, protocol, rows in scored if points is not None]
    suited.sort(key=lambda each: -each[0])  # stable: of equals the earlier one
    return _each_once(hung for points, protocol, rows in suited for hung in _stages(protocol, rows, points))


def _each_once(choices: Iterable[Hung]) -> tuple[Hung, ...]:
    """Without stages that look as an earlier one does."""
    kept: list[Hung] = []
    for hung in choices:
        if not any((hung.layout, hung.shown, hung.cells_alike) == (k.layout, k.shown, k.cells_alike) for k in kept):
            kept.append(hung)
    return tuple(kept)


def score(
    protocol: HangingProtocol, headers: Sequence[SeriesHeader], found: Sequence[Exam], rows: Rows
) -> float | None:
    """How well a protocol suits a case: the weights of what holds; None where something required does not."""
    points = 0.0
    for match in protocol.match:
        if _holds(match, headers, found, rows):
            points += match.weight
        elif match.required:
            return None
    return points


def find(protocol: HangingProtocol, headers: Sequence[SeriesHeader], found: Sequence[Exam]) -> dict[str, int]:
    """Each named series of the protocol that the case has, by its row."""
    rows: dict[str, int] = {}
    for name, rule in protocol.series.items():
        row = _find_one(rule, headers, found, rows)
        if row is not None:
            rows[name] = row
    return rows


def fits(facts: Facts, header: SeriesHeader) -> bool:
    """Whether everything that the facts ask for is so."""
    return (
        (not facts.modality or header.modality in facts.modality)
        and _seen(facts.body_part, f"{header.body_part} {header.description}")
        and _seen(facts.description, header.description)
        and (facts.not_description is None or not _seen(facts.not_description, header.description))
        and (facts.laterality is None or facts.laterality == side_of(header))
        and (not facts.view or view_name(header) in [view.upper() for view in facts.view])
        and (not facts.plane or plane_of(header) in facts.plane)
        and (facts.images is None or facts.images[0] <= header.frames <= facts.images[1])
        and _within(header.slice_spacing_mm, facts.thickness_mm)
        and (facts.contrast is None or facts.contrast == has_contrast(header))
        and (not facts.weighting or weighting(header) in facts.weighting)
        and _seen(facts.kernel, f"{header.tags.get('ConvolutionKernel', '')} {header.description}")
        and _seen(facts.stack, _stack_label(header))
        and all(_seen(pattern, header.tags.get(keyword, "")) for keyword, pattern in facts.tags.items())
    )


def side_of(header: SeriesHeader) -> str:
    """ "R", "L" or "": the laterality, or for breasts the first letter of RCC, LMLO …"""
    if header.laterality or header.modality != "MG":
        return header.laterality
    words = header.description.upper().replace("-", " ").replace("_", " ").split()
    return next((w[0] for w in words if w in ("R", "L") or w[1:] in ("CC", "MLO", "ML", "LM", "XCCL")), "")


def has_contrast(header: SeriesHeader) -> bool:
    """Whether contrast was given: the file names an agent, or its description speaks of it."""
    words = header.description.lower().replace("_", " ").replace("-", " ")
    said = CONTRAST.search(words) is not None and NO_CONTRAST.search(words) is None
    return said or bool(header.tags.get("ContrastBolusAgent"))


def weighting(header: SeriesHeader) -> str:
    """What an MR series shows: "t1", "t2", "pd", "flair"; "" where neither words nor times tell.

    Times are those of conventional spin echo at 1.5 T: TR below 1 s is T1, a long TE with a long TR is T2, a short TE
    with a long TR proton density, and an inversion of more than 1.5 s before a long echo suppresses fluid.
    """
    words = header.description.lower().replace("_", " ")
    said = next((name for name, pattern in WEIGHTINGS if pattern.search(words)), None)
    if said is not None or header.modality != "MR":
        return said or ""
    tr_ms, te_ms, ti_ms = (_number(header, name) for name in ("RepetitionTime", "EchoTime", "InversionTime"))
    if tr_ms is None or te_ms is None:
        return ""
    if te_ms >= 60 and tr_ms >= 1800:
        return "flair" if ti_ms is not None and ti_ms >= 1500 else "t2"
    if te_ms < 45 and tr_ms >= 1800:
        return "pd"
    return "t1" if te_ms < 35 and tr_ms < 1000 else ""


def is_planning(header: SeriesHeader) -> bool:
    """Whether a series only plans others: a scout, a localiser."""
    words = header.description.lower()
    return any(word in words for word in PLANNING_WORDS) or "LOCALIZER" in header.tags.get("ImageType", "")


def _stages(protocol: HangingProtocol, rows: Rows, points: float) -> list[Hung]:
    hung = []
    for stage in protocol.stages:
        shown = tuple(rows.get(cell.show) if cell.show is not None else None for cell in stage.cells)
        if all(need in rows for need in stage.needs) and any(row is not None for row in shown):
            hung.append(Hung(protocol, stage, layout_of(stage), shown, points))
    return hung


def layout_of(stage: HungStage) -> Layout:
    """The stage's cells as a layout; those without a place follow row by row."""
    rows, columns = stage.shape
    cells = []
    for number, cell in enumerate(stage.cells):
        row, column = cell.at or (number // columns + 1, number % columns + 1)
        cells.append(Cell(row - 1, column - 1, *cell.span))
    return free(cells, stage.rows or (1,) * rows, stage.columns or (1,) * columns)


def _find_one(rule: SeriesRule, headers: Sequence[SeriesHeader], found: Sequence[Exam], rows: Rows) -> int | None:
    if rule.like is not None and rule.like not in rows:
        return None
    taken = {rows[name] for name in rule.apart_from if name in rows}
    for pool in _pools(rule, found):
        fitting = [row for row in pool if row not in taken and fits(rule, headers[row])]
        if rule.like is not None:
            fitting = [row for row in fitting if row != rows[rule.like]]
        if fitting:
            return max(fitting, key=lambda row: _rank(rule, headers, row, rows))
    return None


def _pools(rule: SeriesRule, found: Sequence[Exam]) -> list[list[int]]:
    """The rows to look among, those to prefer first: the current exam's as one, each prior by itself."""
    current = [row for exam in found if not exam.is_prior for row in exam.rows]
    priors = [list(exam.rows) for exam in found if exam.is_prior]
    return {"current": [current], "prior": priors, "any": [current, *priors]}[rule.exam]


def _rank(rule: SeriesRule, headers: Sequence[SeriesHeader], row: int, rows: Rows) -> tuple[float, ...]:
    header = headers[row]
    preferred = sum(each.weight for each in rule.prefer if fits(each, header))
    alike = likeness(headers[rows[rule.like]], header) if rule.like is not None else 0.0
    return (preferred, alike, not is_planning(header), header.frames, -row)


def _holds(match: Match, headers: Sequence[SeriesHeader], found: Sequence[Exam], rows: Rows) -> bool:
    current = [headers[row] for exam in found if not exam.is_prior for row in exam.rows]
    shown = [header for header in current if header.modality not in NO_IMAGES]
    return (
        (match.series is None or match.series in rows)
        and (not match.only or all(header.modality in match.only for header in shown))
        and (match.series_count is None or match.series_count[0] <= len(shown) <= match.series_count[1])
    )


def _seen(pattern: str | None, text: str) -> bool:
    return pattern is None or _compiled(pattern).search(text) is not None


@lru_cache(512)
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE)


def _number(header: SeriesHeader, keyword: str) -> float | None:
    try:
        return float(header.tags.get(keyword, "").split("\\")[0])
    except ValueError:
        return None


def _within(value: float | None, limits: tuple[float, float] | None) -> bool:
    return limits is None or (value is not None and limits[0] <= value <= limits[1])


def _stack_label(header: SeriesHeader) -> str:
    match = STACK_LABEL.search(header.description)
    return header.stack_label or (match[1] if match else "")
