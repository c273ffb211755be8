"""The prose of docs/protocol.md, between the tables that are generated.

What belongs here: words for coordinators. What does not: putting the page together (document), what each key means,
which stands with the key.
"""

from __future__ import annotations

from study_configs.yaml12 import MAX_BYTES, MAX_DEPTH

EXAMPLE = """\
readerlab: 1
protocol: {id: first-study, version: 1.0.0, mode: pilot, title: "Does the AI help?"}
cases: {reference: reference.csv}
ai:
  nodules: {model: models/nodules.onnx, shown_as: LungAid, thresholds: {balanced: 0.5}}
layers:
  box: {ai: nodules, draw: box, at: balanced}
questions:
  nodule: {ask: "Is there a nodule?", answer: yes_no, measures: decision}
  suspicion: {ask: "How suspicious?", answer: slider, from: 0, to: 100, unit: "%", measures: rating}
conditions:
  unaided: {phases: [{answer: [nodule, suspicion]}]}
  with_ai: {phases: [{layers: [box], answer: [nodule, suspicion]}]}
design:
  split: {of: [unaided, with_ai], balance: [truth]}
  seed: 1
"""

INTRODUCTION = f"""\
# The study file

<!-- Written by `python -m study_configs.document` from the models in study_configs. Change those, not this page. -->

One YAML file is one protocol. It lies in a folder of its own, the study folder, beside the tables, images and
models that it names; no path may leave that folder. `readerlab check protocol.yaml` reports everything that is
wrong with it at once, `readerlab plan protocol.yaml` shows who will read what, when and in which condition.

A small study, complete:

```yaml
{EXAMPLE}```

`readerlab new NAME` asks a few questions and writes a commented one to begin with, with its tables and, if you say
`--phantoms`, computer-made cases to try it on. A longer one with a comment on every line is
[demo.yaml](../study_configs/protocols/demo.yaml); `readerlab shipped` lists protocols after published reader studies.
For completion and checks while you type, put this line on top of your file, and beside it the schema that
`readerlab new` or `readerlab schema --out protocol.schema.json` writes:

```yaml
# yaml-language-server: $schema=protocol.schema.json
```

## How the file is read

- Unknown keys are errors. Tags (`!x`), anchors (`&x`), aliases (`*x`), a key twice, and a second document are
  errors.
- Values follow the core schema of YAML 1.2: only `true` and `false` are true and false, so `no`, `NO` and `yes` are
  words; `012` is the number twelve; `12:30` and dates are text.
- Where text belongs, a number is kept as it is written: `version: 1.10` is `1.10`, a case `007` stays `007`. Keys
  are always text as written.
- Text with any of `: # ? , {{ }} [ ]` stands in quotes.
- A file has at most {MAX_BYTES // 1024} KiB and {MAX_DEPTH} levels.
- Units are part of a key's name: `_s` seconds, `_min` minutes, `_hours` hours, `_days` days, `_mm` millimetres.
- Everything that is wrong is told at once, each with file, line, column, a code (see the end of this page), what was
  expected, an example, and the nearest key or name that exists. Warnings do not stop a study.

## Keys from a base

A condition, layer or question with `base: NAME` takes every key that it does not give itself from that one, which may
have a base in turn. A list or section of its own replaces the base's as a whole. What a question `measures` (and
`positive_from`) is never taken over, since only one question measures each. A fault in a key that was taken over is
told at the line where it is written.

```yaml
layers:
  box: {{ai: nodules, draw: box, at: balanced, opacity: 0.8}}
  outline: {{base: box, draw: contour}}      # ai, at and opacity as in box
```
"""

FIELDS = """\
## How cases meet conditions

**crossed** (fully crossed): every reader reads every case in every condition. Each condition is a session, which is
a sitting of its own, at least `washout_days` after the one before. With k conditions and n cases a reader reads k ×
n times.

**split**: every reader reads each case once. The cases are dealt into k sets of equal size (give or take one),
alike in what `balance` names; a Latin square turns the conditions over the sets from reader to reader. Over k
readers, each case is read exactly once in each condition. All in one sitting, one block for each condition.

In both, `order` says in which order a reader meets the conditions: `fixed` as written; `random`, drawn for each
reader; `latin_square`, the rows of a Williams square, so that each condition is as often first, second … as any
other and follows each other one equally often (for an odd number of conditions after 2 × k readers). Every k
readers in the order of enrolment make a Latin square; plan a multiple of k readers (crossed, odd k: 2 × k). In a
split design, which set is read at which place is balanced too, after k × k readers (odd k: 2 × k × k).

`sessions` says whether each condition is a sitting of its own (`each`, as crossed has it) or all are blocks of one
sitting (`one`, as split has it). Where `of` holds lists, as in `[unaided, [keep, delete], boxes]`, only the conditions
within a list change places. `counterbalance` has every second reader read backwards, `complete_counterbalance` goes
through every possible order in turn.

**arms** part the readers: each is in one arm, and what an arm does not say is as in the rest of the design. Arms are
filled by their `share`, within each combination of `readers.strata`. With `assign: least_filled_by_completed` a reader
who drops out frees the place for the next one.

**split_plot** parts readers and cases: each group of readers has a case set of its own, drawn (alike in `balance`) or
named by a `column` of the manifest, and reads it in every condition.

Practice cases come first, in the first sitting that is no probe, once; or, with `every_sitting`, in each of them.

## Which cases, in which order

- `cases.sample`: each reader reads so many, drawn; `replacement` lets one come more than once, `sample_balance` keeps
  the shares of truth or columns.
- `cases.parts`: in each block the parts are read one after the other. Each case belongs to exactly one part.
- `max_run` and `min_distance` hold in every block, over truth, columns of the manifest, or `case` (the case itself).
- `repeats`: cases that come again in the same block and condition, `apart` cases later at the least.
- `no_reveal`: cases in which the phases with layers are left out, unannounced. For conditions that show AI only after
  an own answer.
- `probes`: sittings without AI, first, between or after the sessions. Cases that a probe lists or compares are kept for
  it; a number is drawn from all.

## Thresholds

A layer's `at` is a number from 0 to 1 or a name of its AI's thresholds. It may differ between conditions
(`conditions.NAME.at`), between readers (`at: {{of: [sensitive, specific]}}`, turned over the readers of each arm and
stratum) or between cases (`at: {{column: threshold}}`, a column of the manifest with names or numbers). A condition's
own threshold wins.

## Planted errors

Each rule plants one kind of mistake in an AI's results: in so many cases of each reader, in those that are listed, or
in all that fit. `where` narrows them by columns, `from` by truth, `conditions` by the way of reading. `draw: once`
gives every reader the same cases. `not_in_first` and `apart` count the cases that the reader sees with that AI,
practice left out. `readerlab check` says where a rule finds too few cases, and tries every error on the results
themselves.

## The reading list, calls and the clock

With `worklist` a block's cases stand in a list as in a PACS, with invented patients. Cases come `at_once`, at regular
or random distances, or at the seconds of a column; `order` says how the list is sorted, `choose` whether readers
pick. `triage` tags cases whose highest AI score reaches `at`, or puts them first. A case that is stat interrupts with
`stat_interrupts`. Calls ring at fixed or drawn minutes and may ask questions `per: sitting`. After `block_min` no
further case is begun. All of it is drawn from the seed and kept in the reader's order.

## The technician's station

With `workflow: technician` exams arrive slice by slice at the scanner. The decision is an ordinary question
(`station.decision`), a choice with some of the options accept, repeat and call, asked in every phase; so is the reason.
What is repeated arrives from the path in the column `station.repeat`, and a later phase with
`only_if: answer.decision == repeat` judges it. There is no way back (`navigation: forward_only`) and no choosing.

## Questionnaires

A page may name a questionnaire that ReaderLab ships: {instruments}. Its text, questions and scoring come with it; its
questions are called NAME_ITEM, and a question of yours with such an id stands in for it.

## How the order is drawn

The order of a reader follows from the file's `id` and `seed`, the cases, and the reader's number in the order of
enrolment, and from nothing else: not from the reader's name, the machine or the day. The generator is NumPy's
PCG64; each draw has a seed of its own, the SHA-256 of its scope (protocol, seed, reader, block). ReaderLab stores
the order when a reader is enrolled and never draws it again, so that cases added later change no order already
given.

`max_run` is kept by drawing whole orders until one fits (each allowed order is then equally likely), and after 30
of them by building one case by case. Planted errors are drawn for each reader among the cases that the reader sees
with that AI; in a crossed design a case that carries one carries it in every condition that shows the AI. If no
order keeps everything, you are told why, by `readerlab check`, before anybody reads.

## Comparisons

Some keys hold a comparison:

```
case.kind == phantom
answer.nodule == yes and answer.suspicion >= 50
not (answer.view == poor) or case.site != "Ward 7"
```

`==` and `!=` compare words and numbers, `<` `<=` `>` `>=` numbers; `and` binds tighter than `or`; brackets group.
Words with spaces stand in quotes. A comparison with a name that has no value yet, such as a question without an answer,
does not hold.

| where | names that it may use |
| --- | --- |
| `questions.NAME.show_if` | `case.COLUMN`, `answer.QUESTION`, `condition`, `phase`, `arm`, `reader.STRATUM` |
| `conditions.NAME.phases[].only_if` | `answer.QUESTION` (of earlier phases), `case.COLUMN`, `ai.NAME` (highest score) |
| `layers.NAME.reveal.only_if` | `answer.QUESTION` (of this phase or before) |
| `before[].show_if`, `after[].show_if` | `arm`, `condition` (first block), `reader.STRATUM`, `answer.QUESTION` |
| `cases.practice`, `planted.NAME.where`, `design.probes[].cases`, `worklist.stat` | `case.COLUMN` |
| `design.cases.parts[].where` | `case.COLUMN`, `truth` (positive or negative) |

## The tables

CSV in UTF-8 with commas or semicolons; numbers with a decimal point.

**cases.csv**, one row for each case: `case` (its name), `path` (folder or file, within the study folder), `history`
(shown to the reader, may be left out), and any columns of your own, which comparisons, `max_run` and `balance` may
use.

```
case,path,history,kind
case-01,cases/case-01,Cough for three weeks,phantom
```

**reference.csv**, one row for each lesion, or one row with an empty `lesion` for a case without: `case`, `positive`
(yes or no), `lesion` (its name), `x_mm`, `y_mm`, `z_mm` (centre, LPS; empty where the images have no patient
geometry), `diameter_mm`, `label`. It is sealed from readers until the feedback.

```
case,positive,lesion,x_mm,y_mm,z_mm,diameter_mm,label
case-01,yes,n1,-62.5,14.0,-120.0,8.0,solid nodule
case-02,no,,,,,,
```

## Texts

A page names a text by its id. `texts/ID.md` in the study folder comes first, then the texts that ReaderLab ships:
{texts}. `welcome_v1`, `consent_v1` and
`debrief_v1` suit most studies; others speak of one: put your own words in their place. Give a changed
text a new id (`instructions_v2`); which text was shown, with its SHA-256, is logged. A page's `media` is a
picture (png, jpg, bmp, webp, gif) or a film (mp4, m4v, mov, webm, mkv, avi) in the study folder.

## Pins

`readerlab check --pin` writes the SHA-256 of every file that the protocol names into `protocol.pins.json` beside it:
the tables, models and their cards, AI results, hangings, your own texts, media, and for each case how many files of
images there are and their common digest. From then on `check` and `run` refuse a study in which one differs (`plan`
too, images left out), and name the file with both digests. `run` reads images again only where a file's size or time
of change differs from when they were last compared; `check` reads them all. Pin again once a change is meant. The
study file itself is not pinned: its hash is in every row of the store.

## Versions of the language

`readerlab: 1` is the version of the language that a file is written in. Files in an older version are read as they are;
`readerlab migrate FILE` writes one in the newest, with its comments where that can be done, and keeps the old file
beside it. A file in a newer version than the program knows is refused with that reason.
"""
