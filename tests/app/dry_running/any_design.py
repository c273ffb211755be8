"""Studies at random over the whole language, with the files that they name: most are in order, some are not.

One `Random` decides everything, so a seed stands for a study. The study file is JSON, which every YAML reader takes.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Sequence
from pathlib import Path
from random import Random
from typing import Any

PERS = ("case", "case", "case", "side", "segment", "finding", "mark", "lesion", "sitting")
ORDERS = ("fixed", "random", "latin_square", "counterbalance", "complete_counterbalance")
TABLES = ("matrix", "ranking", "pairwise")
ANSWERS = (
    "yes_no", "choice", "choices", "likert", "scale", "verdict", "slider", "number", "text", *TABLES, "marks",
)  # fmt: skip
LABELS = ("A", "B", "C", "D", "E", "Ä ö", "漢字", "<b>F</b>", "G & H", "never: {say} #", "no", "1.10")

Keys = dict[str, Any]


def write_study(folder: Path, chance: Random) -> Path:
    """A study in an empty folder; returns its study file."""
    count = chance.randint(4, 12)
    _cases(folder, count, chance)
    for name in ("ai/a/1.json", "ai/b/1.json", "texts/note.md"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text("# A note\n\nPlease read on.\n", encoding="utf-8")
    path = folder / "protocol.yaml"
    path.write_text(json.dumps(a_protocol(chance, count), ensure_ascii=False, indent=1), encoding="utf-8")
    return path


def _cases(folder: Path, count: int, chance: Random) -> None:
    rows, truths = [], []
    for at in range(count + 2):
        name = f"c{at:02d}"
        (folder / "images" / name).mkdir(parents=True)
        (folder / "images" / name / "1.dcm").write_bytes(b"")
        rows.append({
            "case": name, "path": f"images/{name}", "history": "Cough", "kind": "warm" if at >= count else "test",
            "site": "xyz"[at % 3], "patient": f"p{at // 2}", "set": "AB"[at % 2], "half": "ab"[at >= count / 2],
            "urgency": chance.choice(["", "routine", "urgent", "stat"]), "threshold": ("low", "0.35", "high")[at % 3],
            "arrives": str(chance.randint(0, 90)),
        })  # fmt: skip
        lesions = 0 if at % 2 else chance.randint(0, 2)
        for number in range(max(1, lesions)):
            place = (1.0, 2.0, 3.0) if lesions else ("", "", "")
            truths.append([name, "no" if at % 2 else "yes", f"l{number}" if lesions else "", *place])
    with (folder / "cases.csv").open("w", encoding="utf-8", newline="") as file:
        table = csv.DictWriter(file, list(rows[0]))
        table.writeheader()
        table.writerows(rows)
    with (folder / "reference.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([["case", "positive", "lesion", "x_mm", "y_mm", "z_mm"], *truths])


def a_protocol(chance: Random, cases: int) -> Keys:
    questions = _questions(chance)
    layers = _layers(chance, questions)
    strata = {"level": ["junior", "senior"]} if chance.random() < 0.25 else {}
    conditions = {name: _condition(chance, questions, layers) for name in "abcd"[: chance.randint(1, 4)]}
    conditions["alone"] = {"phases": [{"answer": _asked(chance, questions, findings=False, advice=False)}]}
    arms = chance.random() < 0.3 and len(conditions) > 2
    made: Keys = {
        "readerlab": 1,
        "protocol": {"id": "any", "version": "1.0.0", "mode": chance.choice(["pilot", "study", "demo", "review"]),
                     "title": "Any study"},
        "cases": {"reference": "reference.csv", "practice": chance.choice(["case.kind == warm", ["c00"], []])},
        "ai": {"a": {"results": "ai/a/*.json", "thresholds": {"low": 0.2, "high": 0.8}},
               "b": {"results": "ai/b/*.json", "thresholds": {"low": 0.2, "high": 0.8}}},
        "layers": layers,
        "questions": questions,
        "conditions": conditions,
        "design": _design(chance, list(conditions)[:-1], cases, arms=arms, strata=strata),
        "reading": _reading(chance),
        **_around(chance, questions, conditions, arms=arms, strata=bool(strata)),
    }  # fmt: skip
    made["planted"] = _planted(chance, layers)
    if chance.random() < 0.35:
        made["worklist"] = _worklist(chance, list(conditions), questions)
    return {name: section for name, section in made.items() if section not in ({}, [])}


# --- questions


def _questions(chance: Random) -> Keys:
    made: Keys = {"q0": {"ask": "Is it there?", "answer": "yes_no"}}
    for at in range(1, chance.randint(2, 9)):
        made[f"q{at}"] = _question(chance, chance.choice(ANSWERS), at, made)
    measured = [name for name, each in made.items() if each["answer"] == "yes_no" and each.get("per", "case") == "case"]
    if chance.random() < 0.8:
        made[measured[0]]["measures"] = "decision"
    return made


def _question(chance: Random, answer: str, at: int, earlier: Keys) -> Keys:
    made: Keys = {"ask": f"Question {at}?", "answer": answer}
    if answer != "marks" and (per := chance.choice(PERS)) != "case":
        made["per"] = per
        if per == "segment":
            made["segments"] = {"s1": "Segment 1", "s2": "Segment 2"}
    made.update(_own_keys(chance, answer))
    for key, share in (("required", 0.2), ("dont_know", 0.2)):
        if chance.random() < share:
            made[key] = key == "dont_know"
    alike = [name for name, each in earlier.items() if each.get("per", "case") in ("case", made.get("per", "case"))]
    if alike and chance.random() < 0.3:
        made["show_if"] = _about(chance, chance.choice(alike), earlier, ["case.site == x", "condition != a"])
    return made


def _own_keys(chance: Random, answer: str) -> Keys:
    options = {str(at): label for at, label in enumerate(chance.sample(LABELS, chance.randint(2, 6)))}
    match answer:
        case "choice" | "matrix":
            return {"options": options, **({"rows": ["one", "two"]} if answer == "matrix" else {})}
        case "choices":
            return {"options": options, "at_least": chance.randint(0, 2), "at_most": chance.randint(2, 4)}
        case "ranking":
            return {"options": options, **({"top": chance.randint(1, 6)} if chance.random() < 0.5 else {})}
        case "pairwise":
            return {"options": options, **({"tie": "No difference"} if chance.random() < 0.5 else {})}
        case "likert":
            return {"points": chance.randint(2, 11)}
        case "scale":
            return {"scale": chance.choice(["BI-RADS", "Lung-RADS", "PI-RADS", "TI-RADS", "LI-RADS", "ACR density"])}
        case "slider":
            return {
                "from": chance.choice([-5, 0, 0.5]),
                "to": chance.choice([1, 100]),
                "step": chance.choice([0.1, 0.5]),
            }
        case "number":
            return {
                "from": chance.choice([-3, 0, 0.2]),
                "to": chance.choice([0.7, 9, 1e6]),
                "decimals": chance.randint(0, 3),
            }
        case "text":
            return {"max_characters": chance.choice([1, 20, 2000])}
        case "marks":
            return {"shape": chance.choice(["point", "box", "polygon", "ellipse", "line", "angle", "brush"]),
                    "required": chance.random() < 0.5}  # fmt: skip
    return {}


def _about(chance: Random, name: str, questions: Keys, others: Sequence[str] = ()) -> str:
    """A comparison that can hold, about the answer to a question or something else."""
    values = {"yes_no": "== yes", "likert": ">= 2", "verdict": "== accept", "slider": "> 0.6", "number": "< 5"}
    how = values.get(questions[name]["answer"])
    tests = [*others, *([f"answer.{name} {how}"] if how else [])]
    test = chance.choice(tests or ["case.site != x"])
    return chance.choice([test, f"not ({test})", f"{test} or case.site == y" if "case.site == x" in others else test])


def _asked(chance: Random, questions: Keys, *, findings: bool, advice: bool) -> list[str]:
    """Questions for a phase, among them only such as the phase has something for."""
    marks = [name for name, each in questions.items() if each["answer"] == "marks" and chance.random() < 0.6]
    fit = [
        name
        for name, each in questions.items()
        if each.get("per", "case") != "sitting"
        and each["answer"] != "marks"
        and (each.get("per") != "mark" or marks)
        and (each.get("per") != "finding" or findings)
        and (each["answer"] != "verdict" or advice)
    ]
    some = [name for name in fit if name == "q0" or chance.random() < 0.6]
    mixed = [*some, *marks]
    chance.shuffle(mixed)
    return mixed


# --- layers, conditions


def _layers(chance: Random, questions: Keys) -> Keys:
    made: Keys = {}
    for at in range(chance.randint(0, 4)):
        draw = chance.choice(["box", "contour", "chip", "heatmap", "isolines", "text", "category", "example", "card"])
        at_what = chance.choice(["low", 0.5, {"of": ["low", "high"]}, {"column": "threshold"}])
        layer: Keys = {"ai": chance.choice("ab"), "draw": draw, "at": at_what}
        layer["reveal"] = chance.choice(
            ["shown", "shown", "toggle", "button", "hover", {"after_s": chance.choice([1, 10])},
             {"only_if": _about(chance, "q0", questions)}]
        )  # fmt: skip
        made[f"l{at}"] = layer
    return made


def _condition(chance: Random, questions: Keys, layers: Keys) -> Keys:
    phases: list[Keys] = []
    for at in range(chance.randint(1, 3)):
        shown = [name for name in layers if chance.random() < (0.3 if at == 0 else 0.7)]
        phase: Keys = {"name": f"step {at}", "layers": shown}
        draws = {layers[name]["draw"] for name in shown}
        advice = any(each["layers"] for each in (*phases, phase))
        phase["answer"] = _asked(chance, questions, findings=bool(draws & {"box", "contour", "chip"}), advice=advice)
        phase["commit"], phase["fresh"] = chance.random() < 0.6, chance.random() < 0.2
        if at and chance.random() < 0.4:
            asked = [name for each in phases for name in each["answer"] if questions[name].get("per", "case") == "case"]
            others = ["case.site == x", "ai.a >= 0.5", "ai.b < 0.3"]
            phase["only_if"] = _about(chance, chance.choice(asked or ["q0"]), questions, others)
        phase.update(_timing(chance))
        phases.append(phase)
    made: Keys = {"phases": phases}
    if chance.random() < 0.15:
        made["before"] = ["note"]
    if chance.random() < 0.1:
        made["notice"] = "Your reading is kept."
    return made


def _timing(chance: Random) -> Keys:
    made: Keys = {}
    if chance.random() < 0.2:
        made["at_least_s"] = chance.choice([0.5, 3, 30])
    if chance.random() < 0.2:
        made["at_most_s"] = chance.choice([31, 90, 0.7 if "at_least_s" not in made else 60])
    if "at_most_s" in made and chance.random() < 0.5:
        made["warn_s"] = made["at_most_s"] / 3
    return made


# --- design


def _meeting(chance: Random, names: Sequence[str]) -> Keys:
    of: list[Any] = list(names)
    if len(of) > 2 and chance.random() < 0.3:
        of = [of[0], of[1:]]
    way = chance.choice(["crossed", "split"])
    made: Keys = {"of": of, "order": chance.choice(ORDERS), "sessions": chance.choice(["each", "one"])}
    if made["sessions"] == "each" and chance.random() < 0.4:
        made["washout_days"] = 14
    if way == "split" and chance.random() < 0.5:
        made["balance"] = ["truth", "site"][: chance.randint(1, 2)]
    return {way: made}


def _design(chance: Random, names: list[str], cases: int, *, arms: bool, strata: Keys) -> Keys:
    made: Keys = {"seed": chance.randint(0, 999)}
    if arms:
        made["arms"] = {"one": _meeting(chance, names), "two": {"share": 2, **_meeting(chance, names)}}
    else:
        made.update(_meeting(chance, names))
    made["cases"] = _case_order(chance, cases)
    if chance.random() < 0.2:
        made["split_plot"] = chance.choice([{"groups": 2, "balance": ["truth"]}, {"groups": 2, "column": "set"}])
    if chance.random() < 0.3:
        told = chance.choice(["none", "after_case", "after_block"])
        order = chance.choice(["fixed", "random"])
        made["practice"] = {"feedback": told, "every_sitting": chance.random() < 0.5, "order": order}
    if chance.random() < 0.3:
        made["repeats"] = {"cases": chance.choice([1, 2, ["c01"]]), "apart": chance.randint(1, 4)}
    if chance.random() < 0.3:
        made["no_reveal"] = {"cases": chance.choice([1, 2, ["c02"]]), "not_in_first": chance.randint(0, 2)}
    made["probes"] = [
        {"name": f"probe{at}", "condition": "alone", "cases": chance.choice([1, 2, ["c03"], "case.site == z"]),
         "when": chance.choice(["first", "between", "last"])}
        for at in range(chance.choice([0, 0, 1, 2]))
    ]  # fmt: skip
    if not made["probes"]:
        made["practice"] = {**made.get("practice", {}), "condition": "alone"}
    if chance.random() < 0.3:
        made["breaks"] = chance.choice([{"every_cases": 1, "at_least_s": 5}, {"every_min": 0.05}, {"every_cases": 3}])
    if strata:
        made["readers"] = {
            "strata": strata,
            "assign": chance.choice(["in_turn", "least_filled_by_completed", "random"]),
        }
    return {name: section for name, section in made.items() if section not in ({}, [])}


def _case_order(chance: Random, cases: int) -> Keys:
    made: Keys = {"order": chance.choice(["fixed", "random", "random"])}
    if chance.random() < 0.25:
        made["max_run"] = {"truth": chance.randint(2, 4)}
    if chance.random() < 0.2:
        made["min_distance"] = {"patient": 2}
    if chance.random() < 0.2:
        made.update({"sample": chance.randint(1, cases), "replacement": chance.random() < 0.3})
    if chance.random() < 0.15:
        made["parts"] = [{"name": "first", "where": "case.half == b"}, {"name": "then", "where": "case.half == a"}]
    return made


# --- around the cases


def _reading(chance: Random) -> Keys:
    made: Keys = {"navigation": chance.choice(["forward_only", "forward_only", "back", "free"])}
    if chance.random() < 0.15:
        made["sitting_at_most_min"] = chance.choice([0.2, 1, 90])
    if chance.random() < 0.2:
        made["interrupted"] = {"same_case": "restart"}
    return made


def _around(chance: Random, questions: Keys, conditions: Keys, *, arms: bool, strata: bool) -> Keys:
    once = [name for name, each in questions.items() if each.get("per") == "sitting"]
    where = ["condition == a", *(["arm == one"] if arms else []), *(["reader.level == junior"] if strata else [])]
    pages: list[Any] = [{"id": f"asked{at}", "text": "# Please", "answer": [name]} for at, name in enumerate(once)]
    pages += ["note", {"id": "maybe", "text": "# Perhaps", "show_if": chance.choice(where)},
              {"id": "waits", "text": "Wait", "at_least_s": 2, "sittings": chance.choice(["every", "last", "first"])},
              "nasa_tlx"]  # fmt: skip
    made: Keys = {"before": [], "after": []}
    for page in pages:
        if page in pages[: len(once)] or chance.random() < 0.3:
            made[chance.choice(["before", "after"])].append(page)
    show = chance.sample(["own", "ai", "truth", "dwell", "peers"], chance.randint(1, 4))
    when = chance.choice(["after_case", "after_block", "after_sitting", "after_study", "after_study", "never"])
    made["feedback"] = {"when": when, "show": [*show, "planted"]}
    if arms and chance.random() < 0.5:
        made["feedback"]["arms"] = {"one": {"when": "after_study"}}
    return made


def _planted(chance: Random, layers: Keys) -> Keys:
    shown = sorted({layer["ai"] for layer in layers.values()})
    kinds: list[Keys] = [
        {"kind": "false_positive", "cases": 1}, {"kind": "false_negative", "cases": 1}, {"kind": "sham", "cases": 1},
        {"kind": "shifted", "cases": "all", "shift_mm": 15}, {"kind": "score", "cases": ["c02"], "score": 0.9},
        {"kind": "decoupled", "cases": 2, "draw": "once"},
        {"kind": "wrong_side", "cases": 1, "where": "case.site == x"},
        {"kind": "category", "cases": 1, "scale": "BI-RADS", "by": 1},
    ]  # fmt: skip
    made: Keys = {}
    for at in range(chance.choice([0, 0, 1, 2]) if shown else 0):
        rule = {**chance.choice(kinds), "ai": chance.choice(shown)}
        for key, most in (("not_in_first", 2), ("apart", 3)):
            if chance.random() < 0.3:
                rule[key] = chance.randint(1, most)
        if chance.random() < 0.15:
            rule["conditions"] = ["a"]
        made[f"error{at}"] = rule
    return made


def _worklist(chance: Random, conditions: list[str], questions: Keys) -> Keys:
    made: Keys = {"choose": chance.random() < 0.5, "order": chance.choice(["planned", "arrival", "priority"]),
                  "stat_interrupts": chance.random() < 0.5}  # fmt: skip
    made["arrivals"] = chance.choice(
        [{}, {"pattern": "regular", "per_hour": 300}, {"pattern": "poisson", "per_hour": 90, "there_at_once": 2},
         {"pattern": "column", "column": "arrives"}]
    )  # fmt: skip
    made["priority"] = chance.choice(["urgency", {"routine": 3, "urgent": 1, "stat": 1}, {}])
    once = [name for name, each in questions.items() if each.get("per") == "sitting"]
    calls = [{"at_min": [0.1], "says": "Room 3?", "answer": once[:1]}, {"every_min": [0.2, 0.5], "says": "Hello?"}]
    made["calls"] = [call for call in calls if chance.random() < 0.4]
    if chance.random() < 0.3:
        made["triage"] = {"ai": "a", "at": "low", "shows": chance.choice(["tag", "order", "both"]), "conditions": ["a"]}
    if chance.random() < 0.3:
        made["block_min"] = chance.choice([0.5, 20])
        made["clock"] = "left"
    if chance.random() < 0.3:
        made["quota"] = 2
    if chance.random() < 0.3:
        made["conditions"] = conditions[:1]
    return made
