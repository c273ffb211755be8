"""What the README tells people to write and type is right."""

from __future__ import annotations

import re
from pathlib import Path
from textwrap import dedent

from app.cli import app
from study_configs.check import check
from study_configs.design import reading_order
from study_configs.study import load_study

ROOT = Path(__file__).resolve().parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def blocks(language: str) -> list[str]:
    found = re.findall(rf"^( *)```{language}\n(.*?)^\1```", README, re.DOTALL | re.MULTILINE)
    return [dedent(text) for _, text in found]


def test_that_the_study_of_the_readme_is_in_order(tmp_path: Path):
    cases, reference = blocks("csv")
    (protocol,) = blocks("yaml")
    for name in ("case-1", "case-2"):
        (tmp_path / "images" / name).mkdir(parents=True)
    (tmp_path / "cases.csv").write_text(cases)
    (tmp_path / "reference.csv").write_text(reference)
    (tmp_path / "protocol.yaml").write_text(protocol)
    report = check(tmp_path / "protocol.yaml")
    assert report.problems == ()
    assert [trial.case_id for trial in reading_order(load_study(tmp_path), "R1", 0).trials]


def test_that_every_file_the_readme_points_to_is_there():
    targets = re.findall(r"\]\((?!http)([^)#]+)\)", README)
    assert targets
    assert [target for target in targets if not (ROOT / target).is_file()] == []


def test_that_the_readme_names_only_commands_there_are():
    known = {command.name or command.callback.__name__ for command in app.registered_commands if command.callback}
    named = set(re.findall(r"readerlab (\w+)", README)) - {"demo", "run"}
    assert named <= known
