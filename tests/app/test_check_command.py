"""`readerlab check` over several files, and its dry run."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner

from app.cli import app
from app.shipped.folder import make_shipped, shipped_source
from app.store.acts_in_force import in_force_of
from app.store.reader import open_store
from study_configs.study import load_study

PROTOCOLS = Path(__file__).parents[2] / "study_configs" / "protocols"


def run(*words: str) -> tuple[int, str]:
    outcome = CliRunner().invoke(app, list(words))
    return outcome.exit_code, outcome.stdout


def test_that_a_dry_run_prints_orders_balance_planted_errors_and_minutes(tmp_path: Path) -> None:
    folder = make_shipped("gaube_2021", tmp_path / "gaube").parent
    status, said = run("check", str(folder), "--dry-run")
    assert status == 0
    for words in ("block 1", "about", "planted errors by block", "positive", "The export is clean."):
        assert words in said


def test_that_json_says_what_the_dry_run_found(tmp_path: Path) -> None:
    folder = make_shipped("gaube_2021", tmp_path / "gaube").parent
    status, said = run("check", str(folder), "--dry-run", "--json")
    told = json.loads(said)["dry_run"]
    assert status == 0
    assert (told["ok"], told["problems"]) == (True, [])
    assert told["trials"] == 8 * told["readers"]


def test_that_a_clean_dry_run_is_kept_in_the_store_beside_the_study(tmp_path: Path) -> None:
    folder = make_shipped("gaube_2021", tmp_path / "gaube").parent
    store = folder / "store" / "readerlab.sqlite"
    run("check", str(folder), "--dry-run", "--store", str(store))
    with open_store(store) as reader:
        assert in_force_of(reader.connection, load_study(folder).sha256).dry_run_is_clean


def test_that_a_wrong_file_among_several_is_told_and_fails_the_command(tmp_path: Path) -> None:
    folder = make_shipped("gaube_2021", tmp_path / "gaube").parent
    wrong = Path(shutil.copytree(folder, tmp_path / "wrong")) / "protocol.yaml"
    wrong.write_text(wrong.read_text(encoding="utf-8").replace("seed:", "sede:"), encoding="utf-8")
    status, said = run("check", str(folder), str(wrong), "--dry-run")
    assert status == 1
    assert "RL201" in said
    assert said.count("The export is clean.") == 1


def test_that_a_shipped_file_is_checked_over_its_own_cases(tmp_path: Path) -> None:
    lone = tmp_path / "gaube_2021.yaml"
    lone.write_bytes(shipped_source("gaube_2021"))
    status, said = run("check", str(lone))
    assert (status, "cases: 8 to read" in said) == (0, True)


def test_that_shipped_lists_titles_and_citations() -> None:
    status, said = run("shipped", "--json")
    listed = {each["name"]: each for each in json.loads(said)}
    assert status == 0
    assert "Radiology 2023;307(4):e222176" in listed["dratsch_2023"]["citation"]
    assert len(listed) == 13


@pytest.mark.slow
def test_that_every_shipped_protocol_is_clean_after_check_dry_run_and_export() -> None:
    files = sorted(str(path) for path in PROTOCOLS.glob("*.yaml"))
    status, said = run("check", *files, "--dry-run")
    assert status == 0, said
    assert said.count("The export is clean.") == len(files) == 14
    assert said.count("0 errors, 0 warnings") == len(files)
