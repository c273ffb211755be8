"""Input of iMRMC (FDA/DIDSR): the program's own file, and the data frame that the R package takes.

What belongs here: these two files. What does not: which readings count (scores, gathering).

Sources: iMRMC 2.1 `dfMRMC_example` (columns readerID, caseID, modalityID, score; a truth row for every case) and the
.imrmc text file that the Java program and RJafroc's `DfReadDataFile(format = "iMRMC")` read: N0, N1, NR and NM (cases
without and with disease, readers, modalities), BEGIN DATA:, then reader, case, modality, score, where reader -1 and
modality 0 give a case's truth. RJafroc reads it only where case ids are whole numbers.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path

from app.store.exports.gathering import StudyScores
from app.store.exports.scores import Scored
from study_configs.problem import StudyProblem


def write_imrmc(study: StudyScores, folder: Path) -> None:
    """NAME.imrmc and NAME-imrmc.csv. Raises StudyProblem for a name that would break the file."""
    readings = study.scored()
    truth = {each.case: int(each.truth.positive) for each in readings}
    readers, names = {each.reader for each in readings}, {each.modality for each in readings}
    _refuse_separators([*readers, *names, *truth])
    counts = {"N0": list(truth.values()).count(0), "N1": list(truth.values()).count(1)}
    counts |= {"NR": len(readers), "NM": len(names)}
    with (folder / f"{study.name}.imrmc").open("w", encoding="utf-8", newline="\n") as file:
        file.write(f"{study.protocol.about.title}\nExported by ReaderLab; a score is {_scores_in_words(readings)}.\n\n")
        file.writelines(f"{key}: {count}\n" for key, count in counts.items())
        file.write("\nBEGIN DATA:\n")
        file.writelines(f"-1,{case},0,{positive}\n" for case, positive in truth.items())
        file.writelines(",".join(row) + "\n" for row in _rows(readings))
    with (folder / f"{study.name}-imrmc.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["readerID", "caseID", "modalityID", "score"])
        writer.writerows(["truth", case, "truth", positive] for case, positive in truth.items())
        writer.writerows(_rows(readings))


def _rows(readings: list[Scored]) -> Iterator[tuple[str, str, str, str]]:
    return ((each.reader, each.case, each.modality, f"{each.score:.12g}") for each in readings)


def _scores_in_words(readings: list[Scored]) -> str:
    return "the rating" if any(each.is_rated for each in readings) else "the decision (1: positive)"


def _refuse_separators(names: list[str]) -> None:
    for name in names:
        if name in ("truth", "-1") or any(sign in name for sign in ',"\n\r'):
            raise StudyProblem(f"iMRMC can't take the name {name!r}.", todo="Export another form, such as mrmcaov.")
