"""Input of MRMCaov (R): one long table, named as the package's own example VanDyke.

What belongs here: that table. What does not: which readings count (scores, gathering).

Source: MRMCaov 0.3.0, `mrmc(response, test, reader, case, data)` with `empirical_auc(truth, rating)`; the columns of
its data set VanDyke are reader, treatment, case, truth, rating. `decision` is for `binary_sens(truth, decision)`.
"""

from __future__ import annotations

import csv
from pathlib import Path

from app.store.exports.gathering import StudyScores

COLUMNS = ("reader", "treatment", "case", "truth", "rating", "decision")


def write_mrmcaov(study: StudyScores, folder: Path) -> None:
    """NAME-mrmcaov.csv: one row for each reading; rating is the decision as 0 or 1 where none is asked."""
    with (folder / f"{study.name}-mrmcaov.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(COLUMNS)
        for each in study.scored():
            decision = "" if each.decision is None else int(each.decision)
            told = (int(each.truth.positive), f"{each.score:.12g}", decision)
            writer.writerow([each.reader, each.modality, each.case, *told])
