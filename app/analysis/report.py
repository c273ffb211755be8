"""One self-contained HTML page about what a store holds, for readers, developers and managers.

What belongs here: the page. What does not: the figures in it (accuracy, readings) and its pictures (chart).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from html import escape
from importlib.resources import files
from pathlib import Path
from statistics import median

from app.analysis.accuracy import Accuracy, Proportion, Reliance, accuracy, rated, reliance, roc_curve
from app.analysis.advice import Advice
from app.analysis.attention import COLUMNS as ATTENTION_COLUMNS
from app.analysis.chart import Strip, Tick, dwell_plot, roc_plot, strip_plot
from app.analysis.debrief import assessed_in_words
from app.analysis.exposure import never_shown
from app.analysis.left_open import left_open, phase_label
from app.analysis.places import slice_of
from app.analysis.readings import Reading
from app.analysis.record import ReaderRecord, StudyRecord, study_records
from app.store.location import Location
from app.store.verify import VerifyReport, blaming_damage, verify
from study_configs.measured_answers import measuring
from study_configs.problem import StudyProblem

MOST_DWELL_PLOTS = 60  # a page that a browser opens at once
ACCURACY_NOTE = (
    "Decisions are compared with the study's reference. Intervals: Wilson score, 95 %, which take readings as "
    "independent: with several readers of the same cases they are too narrow. AUC: empirical (Mann-Whitney), readers "
    "pooled, without an interval; where readers use the scale differently it can be lower than each reader's own. "
    "Readings without a decision, or of cases that the reference does not speak of, are left out. With and without AI "
    "may be different cases, as the design says: their difference is no effect of AI until a model says so."
)
TIME_NOTE = (
    "Active seconds from the first painted image, or from the start of the phase, to the confirmation; time away from "
    "the window, paused, idle or frozen is left out. Each phase stands alone: a phase with AI that follows an own view "
    "takes its time on top of it. The line is the median."
)
RELIANCE_NOTE = (
    "Advice counts as positive when a finding was at or above the threshold that the reader had set when confirming, "
    "or when its category on the scale of the decision reaches the one from which that counts as positive. Following "
    "means that the decision agreed with it; agreeing does not prove that the advice was the reason, and only where an "
    "own view came first is it known what the reader would have said alone. A planted error counts as followed only "
    "where it left the advice on the case wrong."
)
NO_DECISION_NOTE = "No question of this protocol measures a decision, so nothing can be said of right and wrong."
SEVERAL_AIS_NOTE = "Where several AIs advised at once, the one whose layer the phase names first counts."
NO_DWELL_NOTE = "No case that was read has a series of several slices."
DWELL_NOTE = (
    "Dwell by view: how long a slice was on the screen in front of an attentive reader. It does not say where on the "
    "slice anybody looked."
)
ATTENTION_NOTE = (
    "What was on the screen, or under the pointer; not what was looked at. Shown: mean share of a stack's voxels that "
    "was there for 200 ms or more of active time, at any magnification and at one device pixel an image pixel or more. "
    "In view, pointed at: share of lesions (one for each trial) with 200 ms. Courses: stretches of scrolling in one "
    "direction, median of stacks. Drilling index: 1 where the way went through depth alone, −1 where over the slices "
    "alone; by pointer. Defined in docs/attention.md."
)
DWELL_LEGEND = (("bar", "time on the slice"), ("truth", "lesion"), ("mark", "reader's mark"), ("ai", "AI finding"))


@dataclass(frozen=True, slots=True)
class _Group:
    """Readings that are reported together."""

    label: str
    kind: str  # unaided or aided: the colour
    rows: tuple[Reading, ...]


def write_report(store: Location, out: Path) -> Path:
    """Write the report of a store to `out`. Raises StudyProblem where one can't be read or the other written."""
    with blaming_damage(store):
        records = study_records(store)
    if not records:
        raise StudyProblem("Nobody has read anything in this store yet.", where=str(store), todo="Run a sitting first.")
    with blaming_damage(store):
        page = report(records, verify(store))
    try:
        out.write_text(page, encoding="utf-8")
    except OSError as error:
        raise StudyProblem(
            f"The report cannot be written: {error.strerror}.",
            where=str(out),
            todo="Name a folder that you may write to.",
        ) from error
    return out


def report(records: Sequence[StudyRecord], verified: VerifyReport) -> str:
    """The page as text."""
    style = files("resources").joinpath("styles", "report.css").read_text("utf-8")
    title = " · ".join(record.protocol.about.title for record in records)
    body = "".join(_study(record) for record in records)
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
        f"<title>{escape(title)} – ReaderLab report</title><style>{style}</style></head><body><main>"
        f"{body}{_provenance(verified)}</main></body></html>"
    )


def _study(record: StudyRecord) -> str:
    about = record.protocol.about
    rows = record.readings
    done = sum(reader.trials_finished for reader in record.readers)
    planned = sum(reader.trials_planned for reader in record.readers)
    head = (
        f"<header><h1>{escape(about.title)}<span class=badge>{about.mode}</span></h1>"
        f"<p>{escape(about.id)} {escape(about.version)} · protocol {record.frozen.sha256[:12]} · "
        f"{_count(len(record.readers), 'reader')} · {done} of {planned} planned trials finished · "
        "research use, not for diagnosis</p></header>"
    )
    if not rows:
        return head + "<p class=note>No case beyond practice has been confirmed yet.</p>"
    parts = (_cards(record), _accuracy(record), _time(record), _reliance(record), _cases(record), _dwell(record))
    return head + "".join(parts) + _attention(record) + _course(record)


def _cards(record: StudyRecord) -> str:
    unaided, aided = _by_aid(record.readings)
    trust = reliance(record.readings, record.truth)
    without, with_ai = _seconds_a_case(record.readings)
    cards = [
        (_fraction(accuracy(unaided, record.truth).correct), "right without AI"),
        (_fraction(accuracy(aided, record.truth).correct), "right with AI"),
        (_median(without), "median active time per case in conditions without AI"),
        (_median(with_ai), "median active time per case in conditions with AI"),
        (_fraction(trust.followed_planted), "planted AI errors followed"),
    ]
    shown = "".join(f"<div class=card><b>{b}</b><span>{s}</span></div>" for b, s in cards if b)
    return f"<div class=cards>{shown}</div>" if shown else ""


def _accuracy(record: StudyRecord) -> str:
    if not measuring(record.protocol, "decision") and not measuring(record.protocol, "rating"):
        return f"<h2>Accuracy</h2>{_note(NO_DECISION_NOTE)}{_note(escape(left_open(record)))}"
    groups = _groups(record)
    header = ("Reading", "Readings", "Right", "Sensitivity", "Specificity", "AUC")
    rows = [[escape(g.label), str(len(g.rows)), *_accuracy_cells(accuracy(g.rows, record.truth))] for g in groups]
    table = _table(header, rows, numbers=5)
    figures = f"<div class=pair><div class=wide>{table}</div>{_roc(record)}</div>"
    return f"<h2>Accuracy</h2>{figures}{_note(ACCURACY_NOTE)}{_note(escape(left_open(record)))}"


def _accuracy_cells(found: Accuracy) -> list[str]:
    area = "–" if found.auc.value is None else f"{found.auc.value:.2f} ({found.auc.positives}+/{found.auc.negatives}−)"
    return [_interval(found.correct), _interval(found.sensitivity), _interval(found.specificity), area]


def _roc(record: StudyRecord) -> str:
    """The figure; empty where no group has ratings of both positive and negative cases."""
    curves = []
    kinds = (("unaided", "without AI"), ("aided", "with AI"))
    for (kind, label), rows in zip(kinds, _by_aid(record.readings), strict=True):
        positives, ratings = rated(rows, record.truth)
        if any(positives) and not all(positives):
            curves.append((kind, label, roc_curve(positives, ratings)))
    if not curves:
        return ""
    legend = "".join(_legend(kind, label) for kind, label, _ in curves)
    return f"<figure>{roc_plot(curves)}<figcaption class=legend>{legend}</figcaption></figure>"


def _time(record: StudyRecord) -> str:
    strips = [Strip(g.label, g.kind, [row.active_seconds for row in g.rows]) for g in _groups(record)]
    return f"<h2>Time</h2><figure>{strip_plot(strips, 's')}</figure>{_note(TIME_NOTE)}"


def _reliance(record: StudyRecord) -> str:
    if not any(row.aided for row in record.readings):
        return ""
    found = reliance(record.readings, record.truth)
    figures = (
        ("Wrong advice followed (over-reliance)", found.followed_wrong),
        ("Right advice rejected (under-reliance)", found.rejected_right),
        ("Planted errors that left the advice wrong", found.planted_wrong),
        ("Of these, followed", found.followed_planted),
        ("AI findings above the threshold that were never on the screen", never_shown(record.readings)),
        ("Own view wrong, right after the AI was revealed", found.switched_to_right),
        ("Own view right, wrong after the AI was revealed", found.switched_to_wrong),
    )
    rows = [[words, _interval(figure) if figure.of else "none to count"] for words, figure in figures]
    table = _table(("What happened", "How often"), rows, numbers=1)
    several = _note(SEVERAL_AIS_NOTE) if any(len(row.advice) > 1 for row in record.readings) else ""
    return f"<h2>Reliance on AI</h2>{table}{_neither(found)}{several}{_note(RELIANCE_NOTE)}"


def _neither(found: Reliance) -> str:
    """Advice that is no plain yes or no can't be right or wrong; empty where there was none."""
    if not found.neither:
        return ""
    return _note(
        f"In {_count(found.neither, 'reading')} the advice was neither a yes nor a no (words, a map, a "
        "category of another scale): whether it was right, and whether it was followed, is not computed. What was "
        "planted in it stands case by case below, and what readers made of it in the export."
    )


def _cases(record: StudyRecord) -> str:
    rows = []
    for reader in record.readers:
        for row in reader.readings:
            if not row.practice:
                rows.append(_case_row(record, row))
    header = ("Case", "Reader", "Condition, phase", "Truth", "Decision", "Rating", "AI said", "Planted", "Active s")
    body = "".join(f"<tr>{''.join(cells)}</tr>" for cells in rows)
    heads = "".join(f"<th>{escape(name)}</th>" for name in header)
    return f"<h2>Case by case</h2><div class=scroll><table><tr>{heads}</tr>{body}</table></div>"


def _case_row(record: StudyRecord, row: Reading) -> list[str]:
    truth = record.truth.get(row.case)
    verdict = (
        ""
        if truth is None or row.decision is None
        else " class=right"
        if row.decision == truth.positive
        else " class=wrong"
    )
    planted = ", ".join(name.split("/")[0] for advice in row.advice for name in advice.planted)
    said = "; ".join(_advice(record, row, advice) for advice in row.advice)
    return [
        f"<td>{escape(row.case)}</td>",
        f"<td>{escape(row.reader)}</td>",
        f"<td>{escape(_label(record, row))}</td>",
        f"<td>{'–' if truth is None else 'positive' if truth.positive else 'negative'}</td>",
        f"<td{verdict}>{_yes_no(row.decision)}</td>",
        f"<td class=n>{'–' if row.rating is None else f'{row.rating:g}'}</td>",
        f"<td>{escape(said) or '–'}</td>",
        f"<td>{escape(planted) or '–'}</td>",
        f"<td class=n>{row.active_seconds:.1f}</td>",
    ]


def _advice(record: StudyRecord, row: Reading, advice: Advice) -> str:
    """Who was said to advise, what followed from it, and the highest score that any finding had."""
    name = record.protocol.conditions[row.condition].shown_as.get(advice.ai, record.protocol.ai[advice.ai].shown_as)
    said = [] if advice.positive is None else ["positive" if advice.positive else "negative"]
    said += [assessed_in_words(each) for each in advice.assessed]
    said += ["advice in words"] if advice.words else []
    numbers = [score for score in advice.scores if score is not None]
    if advice.marks:
        said += [f"highest {max(numbers):.0%}"] if numbers else [] if advice.scores else ["no findings"]
    return f"{name}: {', '.join(said) or 'a map'}"


def _dwell(record: StudyRecord) -> str:
    plots = [plot for row in record.readings if (plot := _dwell_of(record, row))]
    if not plots:
        return f"<h2>Where the time went</h2>{_note(NO_DWELL_NOTE)}"
    more = len(plots) - MOST_DWELL_PLOTS
    left_out = _note(f"{more} more are in the export.") if more > 0 else ""
    legend = "".join(_legend(kind, label) for kind, label in DWELL_LEGEND)
    shown = "".join(plots[:MOST_DWELL_PLOTS])
    return f"<h2>Where the time went</h2><p class=legend>{legend}</p>{shown}{left_out}{_note(DWELL_NOTE)}"


def _dwell_of(record: StudyRecord, row: Reading) -> str:
    """The plot of the series that held the reader longest; empty for single images."""
    by_series: dict[str, float] = {}
    for (series, _), ms in row.dwell_ms.items():
        by_series[series] = by_series.get(series, 0.0) + ms
    main = max(by_series, key=lambda uid: by_series[uid], default="")
    opened = record.series.get((row.case, main))
    if opened is None or opened.frames < 2:
        return ""
    bars = [row.dwell_ms.get((main, index), 0.0) for index in range(opened.frames)]
    plot = dwell_plot(bars, _ticks(record, row, main))
    return f"<figure><h3>{escape(row.case)} · {escape(_label(record, row))} · {escape(row.reader)}</h3>{plot}</figure>"


def _ticks(record: StudyRecord, row: Reading, series_uid: str) -> list[Tick]:
    opened = record.series[row.case, series_uid]
    truth = record.truth.get(row.case)
    places = [("truth", lesion.label or "lesion", lesion.position_mm) for lesion in (truth.lesions if truth else ())]
    places += [("mark", "mark", mark.position_mm) for mark in row.marks if mark.series_uid == series_uid]
    places += [
        ("ai", "AI" if score is None else f"{score:.0%}", place)
        for advice in row.advice
        for at, (score, place) in enumerate(zip(advice.scores, advice.places_mm, strict=False))
        if at in advice.shown
    ]
    found = [(kind, title, slice_of(opened, place)) for kind, title, place in places if place is not None]
    return [Tick(index, kind, f"{title}, slice {index + 1}") for kind, title, index in found if index is not None]


def _attention(record: StudyRecord) -> str:
    """Readers × conditions: coverage, lesions, ways through depth."""
    summaries = [each for reader in record.readers for each in reader.attention]
    if not summaries:
        return ""
    rows = [[escape(cell(each)) for _, cell in ATTENTION_COLUMNS] for each in summaries]
    table = _table([name for name, _ in ATTENTION_COLUMNS], rows, numbers=len(ATTENTION_COLUMNS) - 2)
    return f"<h2>Attention</h2>{table}{_note(ATTENTION_NOTE)}"


def _course(record: StudyRecord) -> str:
    arms = record.protocol.design.arms
    rows = [
        [
            escape(r.reader),
            *([escape(arms[r.order.arm].title or r.order.arm)] if r.order.arm in arms else [""] if arms else []),
            str(r.sittings),
            escape(r.ended.replace("_", " ")) or "cut off or running",
            f"{r.trials_finished} of {r.trials_planned}",
            *(_fraction(accuracy(rows, record.truth).correct) or "–" for rows in _by_aid(_counting(r))),
        ]
        for r in record.readers
    ]
    header = (
        "Reader",
        *(["Arm"] if arms else []),
        "Sign-ins",
        "Last one",
        "Trials finished",
        "Right without AI",
        "Right with AI",
    )
    return "<h2>Readers</h2>" + _table(header, rows, numbers=3)


def _counting(reader: ReaderRecord) -> list[Reading]:
    return [row for row in reader.readings if not row.practice]


def _provenance(verified: VerifyReport) -> str:
    state = (
        "intact"
        if not verified.problems
        else f"NOT intact: {_count(len(verified.problems), 'problem')} (run readerlab verify)"
    )
    now = datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC")
    return (
        f"<h2>Where this comes from</h2><p class=note>Made by ReaderLab on {now} from the log alone: "
        f"{_count(verified.events, 'event')} in {_count(verified.sittings, 'sitting')}; hash chain {state}. "
        "Practice cases are left out of every figure. Research use, not for diagnosis.</p>"
    )


# --- groups and small words


def _by_aid(rows: Iterable[Reading]) -> tuple[tuple[Reading, ...], tuple[Reading, ...]]:
    """Readings without AI, and with AI; of a trial's phases of a kind the last counts, with what it left as it was."""
    last: dict[tuple[str, int, bool], Reading] = {}
    for row in rows:
        here = (row.reader, row.trial, row.aided)
        last[here] = _going_on(last[here], row) if here in last else row
    return (
        tuple(row for row in last.values() if not row.aided),
        tuple(row for row in last.values() if row.aided),
    )


def _going_on(before: Reading, row: Reading) -> Reading:
    """A later phase of the same trial: a decision or a rating that it did not ask for again stands."""
    decision = before.decision if row.decision is None else row.decision
    return replace(row, decision=decision, rating=before.rating if row.rating is None else row.rating)


def _groups(record: StudyRecord) -> list[_Group]:
    """All without AI, all with AI, then each condition's phases."""
    unaided, aided = _by_aid(record.readings)
    groups = [_Group("All without AI", "unaided", unaided), _Group("All with AI", "aided", aided)]
    seen: dict[tuple[str, int], list[Reading]] = {}
    for row in record.readings:
        seen.setdefault((row.condition, row.phase), []).append(row)
    order = {name: at for at, name in enumerate(record.protocol.conditions)}
    for key in sorted(seen, key=lambda key: (order[key[0]], key[1])):
        rows = tuple(seen[key])
        groups.append(_Group(_label(record, rows[0]), "aided" if rows[0].aided else "unaided", rows))
    return [group for group in groups if group.rows]


def _label(record: StudyRecord, row: Reading) -> str:
    condition = record.protocol.conditions[row.condition]
    return phase_label(condition.title or row.condition, row.phase_name, len(condition.phases))


def _table(header: Sequence[str], rows: Sequence[Sequence[str]], *, numbers: int) -> str:
    """A table whose last `numbers` columns are figures; cells are HTML already."""
    first = len(header) - numbers
    heads = "".join(f"<th{' class=n' if at >= first else ''}>{escape(name)}</th>" for at, name in enumerate(header))
    body = "".join(
        "<tr>" + "".join(f"<td{' class=n' if at >= first else ''}>{cell}</td>" for at, cell in enumerate(row)) + "</tr>"
        for row in rows
    )
    return f"<div class=scroll><table><tr>{heads}</tr>{body}</table></div>"


def _note(text: str) -> str:
    return f"<p class=note>{text}</p>"


def _legend(kind: str, label: str) -> str:
    return f'<span><i class="{kind}"></i>{label}</span>'


def _fraction(proportion: Proportion) -> str:
    return f"{proportion.right} of {proportion.of}" if proportion.of else ""


def _interval(proportion: Proportion) -> str:
    if proportion.value is None or proportion.interval is None:
        return "–"
    low, high = proportion.interval
    return f"{proportion.right}/{proportion.of} = {proportion.value:.0%} ({low:.0%}–{high:.0%})"


def _seconds_a_case(rows: Iterable[Reading]) -> tuple[list[float], list[float]]:
    """Active time of each finished trial, all its phases together: trials without AI, and with it in any phase."""
    trials: dict[tuple[str, int], list[Reading]] = {}
    for row in rows:
        trials.setdefault((row.reader, row.trial), []).append(row)
    finished = [each for each in trials.values() if any(row.last for row in each)]
    with_ai = [any(row.aided for row in each) for each in finished]
    seconds = [sum(row.active_seconds for row in each) for each in finished]
    split = list(zip(with_ai, seconds, strict=True))
    return [s for aided, s in split if not aided], [s for aided, s in split if aided]


def _median(seconds: Sequence[float]) -> str:
    return f"{median(seconds):.0f} s" if seconds else ""


def _yes_no(decision: bool | None) -> str:
    return "–" if decision is None else "positive" if decision else "negative"


def _count(number: int, word: str) -> str:
    return f"{number:,} {word}" + ("" if number == 1 else "s")
