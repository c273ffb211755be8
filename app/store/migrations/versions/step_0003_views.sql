CREATE VIEW sign_ins AS
-- One row a sign-in; gap_hours: since the sign-in before it of the same sitting of the order was last at work.
WITH last_events AS (
    SELECT sitting, max(seq) AS seq, count(*) AS events FROM events GROUP BY sitting
), ends AS (
    SELECT l.sitting, l.events, e.utc AS last_utc,
        CASE e.kind WHEN 'SittingEnded' THEN json_extract(e.payload, '$.reason') END AS ended_because
    FROM last_events l JOIN events e ON e.sitting = l.sitting AND e.seq = l.seq
), in_order AS (
    SELECT s.id AS sitting, s.uid, s.reader, s.protocol_sha256, s.number, s.started_utc, s.ended_utc, x.ended_because,
        coalesce(x.events, 0) AS events, coalesce(x.last_utc, s.started_utc) AS last_utc,
        lag(coalesce(x.last_utc, s.started_utc)) OVER
            (PARTITION BY s.reader, s.protocol_sha256, s.number ORDER BY s.id) AS before_utc,
        row_number() OVER (PARTITION BY s.reader, s.protocol_sha256, s.number ORDER BY s.id) AS sign_in
    FROM sittings s LEFT JOIN ends x ON x.sitting = s.id
)
SELECT i.sitting, i.uid, i.reader, r.stratum, p.id AS protocol_id, p.version AS protocol_version, i.protocol_sha256,
    p.mode, i.number, i.sign_in, i.started_utc, i.ended_utc, i.last_utc, i.ended_because,
    (julianday(i.started_utc) - julianday(i.before_utc)) * 24 AS gap_hours, i.events
FROM in_order i JOIN protocols p ON p.sha256 = i.protocol_sha256 JOIN readers r ON r.pseudonym = i.reader

CREATE VIEW stretches AS
-- One row a stretch of a sign-in during which trial, phase and attention stayed as they were: what times are summed of.
-- place packs the number of the edge that opened a phase (bits 32 and up), the trial, and the phase + 1 (8 bits).
WITH edges AS (
    SELECT sitting, seq, 0 AS part, at_ns, kind, 0 AS frozen,
        CASE kind WHEN 'PhaseStarted'
            THEN (json_extract(payload, '$.trial') << 8) | (json_extract(payload, '$.phase') + 1) END AS opened
    FROM events WHERE kind IN ('TrialStarted', 'CaseShown', 'PhaseStarted', 'PhaseConfirmed', 'TrialInterrupted',
        'SittingEnded', 'FocusLost', 'FocusGained', 'Paused', 'Unpaused', 'IdleStarted', 'IdleEnded')
    UNION ALL SELECT sitting, seq, 0, at_ns - CAST(round(json_extract(payload, '$.frozen_ms') * 1e6) AS INTEGER),
        kind, 1, NULL FROM events WHERE kind = 'WindowFroze' AND json_extract(payload, '$.frozen_ms') >= 250
    UNION ALL SELECT sitting, seq, 1, at_ns, kind, -1, NULL
        FROM events WHERE kind = 'WindowFroze' AND json_extract(payload, '$.frozen_ms') >= 250
    UNION ALL SELECT sitting, max(seq), 2, max(at_ns), '', 0, NULL FROM events GROUP BY sitting
), numbered AS (
    SELECT *, row_number() OVER (PARTITION BY sitting ORDER BY at_ns, seq, part) AS n,
        lead(at_ns) OVER (PARTITION BY sitting ORDER BY at_ns, seq, part) AS until_ns FROM edges
), states AS (
    SELECT sitting, at_ns, until_ns,
        max(CASE WHEN kind = 'PhaseStarted' THEN (n << 32) | opened
            WHEN kind IN ('TrialStarted', 'PhaseConfirmed', 'TrialInterrupted', 'SittingEnded') THEN n << 32 END)
            OVER so_far AS place,
        max(CASE kind WHEN 'CaseShown' THEN n * 2 + 1 WHEN 'TrialStarted' THEN n * 2 END) OVER so_far AS shown,
        max(CASE kind WHEN 'FocusLost' THEN n * 2 + 1 WHEN 'FocusGained' THEN n * 2 END) OVER so_far AS away,
        max(CASE kind WHEN 'Paused' THEN n * 2 + 1 WHEN 'Unpaused' THEN n * 2 END) OVER so_far AS paused,
        max(CASE kind WHEN 'IdleStarted' THEN n * 2 + 1 WHEN 'IdleEnded' THEN n * 2 END) OVER so_far AS idle,
        sum(frozen) OVER so_far AS freezes
    FROM numbered WINDOW so_far AS (PARTITION BY sitting ORDER BY n)
)
SELECT sitting, (place & 4294967295) >> 8 AS trial, (place & 255) - 1 AS phase, at_ns AS from_ns, until_ns,
    coalesce(away & 1, 0) + coalesce(paused & 1, 0) + coalesce(idle & 1, 0) + freezes = 0 AS attentive
FROM states WHERE until_ns > at_ns AND place & 255 > 0 AND shown & 1

CREATE VIEW phase_times AS
-- One row a sign-in and phase: time from the first painted image (or the phase's start) to the confirmation.
SELECT i.reader, i.protocol_id, i.protocol_version, i.mode, i.number, t.sitting, t.trial, t.phase,
    sum(t.until_ns - t.from_ns) / 1e6 AS raw_ms,
    sum(CASE WHEN t.attentive THEN t.until_ns - t.from_ns ELSE 0 END) / 1e6 AS active_ms
FROM stretches t JOIN sign_ins i ON i.sitting = t.sitting GROUP BY t.sitting, t.trial, t.phase

CREATE VIEW trials AS
-- One row a trial that was started, over all sign-ins; voided: why a coordinator said that it does not count.
WITH logged AS (
    SELECT s.reader, s.protocol_sha256, s.number, e.sitting, e.seq, e.utc, e.kind,
        json_extract(e.payload, '$.trial') AS trial, json_extract(e.payload, '$.case') AS "case",
        json_extract(e.payload, '$.condition') AS condition
    FROM events e JOIN sittings s ON s.id = e.sitting WHERE e.kind IN ('TrialStarted', 'TrialReopened')
), first_starts AS (
    SELECT *, row_number() OVER (PARTITION BY reader, protocol_sha256, number, trial ORDER BY sitting, seq) AS nth
    FROM logged WHERE kind = 'TrialStarted'
), counts AS (
    SELECT reader, protocol_sha256, number, trial, sum(kind = 'TrialStarted') AS starts,
        sum(kind = 'TrialReopened') AS reopened FROM logged GROUP BY reader, protocol_sha256, number, trial
), planned AS (
    SELECT o.reader, o.protocol_sha256, json_extract(o.json, '$.arm') AS arm, json_extract(t.value, '$."index"') AS trial,
        json_extract(t.value, '$.block') AS block, json_extract(t.value, '$.practice') AS practice,
        json_extract(t.value, '$.part') AS part, coalesce(json_extract(t.value, '$.repeat'), 0) AS "repeat"
    FROM orders o, json_each(o.json, '$.trials') t
), voids AS (
    SELECT json_extract(payload, '$.reader') AS reader, json_extract(payload, '$.protocol') AS protocol_sha256,
        json_extract(payload, '$.trial') AS trial, json_extract(payload, '$.reason') AS reason, max(seq)
    FROM acts WHERE kind = 'TrialVoided' GROUP BY 1, 2, 3
)
SELECT f.reader, f.protocol_sha256, f.number, f.trial, f."case", f.condition, p.practice, p.arm, p.block, p.part,
    p."repeat", f.utc AS started_utc, c.starts, c.reopened, v.reason AS voided
FROM first_starts f
JOIN counts c ON c.reader = f.reader AND c.protocol_sha256 = f.protocol_sha256 AND c.number = f.number
    AND c.trial = f.trial
LEFT JOIN planned p ON p.reader = f.reader AND p.protocol_sha256 = f.protocol_sha256 AND p.trial = f.trial
LEFT JOIN voids v ON v.reader = f.reader AND v.protocol_sha256 = f.protocol_sha256 AND v.trial = f.trial
WHERE f.nth = 1

CREATE VIEW confirmations AS
-- One row a phase that stands confirmed: the last confirmation of it, unless its case began anew after that.
WITH marks AS (
    SELECT s.reader, s.protocol_sha256, s.number, e.sitting, e.seq, e.at_ns, e.utc, e.kind, e.payload,
        json_extract(e.payload, '$.trial') AS trial, json_extract(e.payload, '$.phase') AS phase
    FROM events e JOIN sittings s ON s.id = e.sitting
    WHERE e.kind IN ('PhaseConfirmed', 'PhaseStarted', 'TrialReopened')
), ranked AS (
    SELECT *, row_number() OVER
        (PARTITION BY reader, protocol_sha256, number, trial, phase ORDER BY sitting DESC, seq DESC) AS from_last
    FROM marks WHERE kind = 'PhaseConfirmed'
)
SELECT r.reader, r.protocol_sha256, r.number, r.sitting, r.seq, r.at_ns, r.utc, r.trial, r.phase, r.payload
FROM ranked r WHERE r.from_last = 1 AND NOT EXISTS (
    SELECT 1 FROM marks later WHERE later.kind = 'PhaseStarted' AND later.sitting > r.sitting
        AND later.reader = r.reader AND later.protocol_sha256 = r.protocol_sha256 AND later.number = r.number
        AND later.trial = r.trial AND later.phase <= r.phase
        AND NOT EXISTS (SELECT 1 FROM marks back WHERE back.kind = 'TrialReopened' AND back.sitting = later.sitting
            AND back.trial = later.trial AND back.seq < later.seq))

CREATE VIEW decisions AS
-- One row an answer that stands: reader, case, condition, phase, question and what it is about. Voided trials stay out.
SELECT i.reader, i.stratum, i.protocol_id, i.protocol_version, i.mode, c.number, c.trial, t."case", t.condition, t.arm,
    t.block, t.practice, c.phase,
    CASE instr(a."key", '@') WHEN 0 THEN a."key" ELSE substr(a."key", 1, instr(a."key", '@') - 1) END AS question,
    CASE instr(a."key", '@') WHEN 0 THEN '' ELSE substr(a."key", instr(a."key", '@') + 1) END AS target,
    CASE a."type" WHEN 'true' THEN 'true' WHEN 'false' THEN 'false' ELSE CAST(a.value AS TEXT) END AS answer,
    CASE WHEN a."type" IN ('integer', 'real') THEN CAST(a.value AS REAL) END AS answer_number,
    c.utc AS confirmed_utc, c.sitting, c.seq
FROM confirmations c JOIN sign_ins i ON i.sitting = c.sitting
JOIN trials t ON t.reader = c.reader AND t.protocol_sha256 = c.protocol_sha256 AND t.number = c.number
    AND t.trial = c.trial, json_each(c.payload, '$.answers') a
WHERE t.voided IS NULL

CREATE VIEW answer_revisions AS
-- One row a time that an answer was set, changed or cleared, and what it was before; values as JSON, NULL for none.
SELECT i.reader, i.protocol_id, i.protocol_version, i.mode, i.number, r.trial, r.phase, r.question, r.target,
    row_number() OVER one AS revision, r.value, lag(r.value) OVER one AS value_before, r.utc, r.sitting, r.seq, r.at_ns
FROM (
    SELECT sitting, seq, at_ns, utc, json_extract(payload, '$.trial') AS trial, json_extract(payload, '$.phase') AS phase,
        json_extract(payload, '$.question') AS question, coalesce(json_extract(payload, '$.target'), '') AS target,
        CASE kind WHEN 'AnswerGiven' THEN (
            SELECT CASE v."type" WHEN 'text' THEN json_quote(v.value) WHEN 'true' THEN 'true' WHEN 'false' THEN 'false'
                WHEN 'null' THEN 'null' ELSE CAST(v.value AS TEXT) END
            FROM json_each(payload, '$.value') v WHERE v.fullkey = '$.value'
            UNION ALL SELECT json_extract(payload, '$.value') WHERE json_type(payload, '$.value') = 'array' LIMIT 1
        ) END AS value
    FROM events WHERE kind IN ('AnswerGiven', 'AnswerCleared')
) r JOIN sign_ins i ON i.sitting = r.sitting
WINDOW one AS (PARTITION BY i.reader, i.protocol_sha256, i.number, r.trial, r.phase, r.question, r.target
    ORDER BY r.sitting, r.seq)

CREATE VIEW marks_confirmed AS
-- One row a mark that stood when its phase was confirmed, where it was placed last.
WITH placed AS MATERIALIZED (
    SELECT s.reader, s.protocol_sha256, s.number, e.sitting, e.seq, e.payload, json_extract(e.payload, '$.trial') AS trial,
        json_extract(e.payload, '$.question') AS question, json_extract(e.payload, '$.mark') AS mark
    FROM events e JOIN sittings s ON s.id = e.sitting WHERE e.kind = 'MarkPlaced'
), stood AS (
    SELECT c.reader, c.protocol_sha256, c.number, c.trial, c.phase, c.sitting, c.seq, p.question, p.mark, p.payload,
        row_number() OVER (PARTITION BY c.sitting, c.seq, p.question, p.mark ORDER BY p.sitting DESC, p.seq DESC) AS nth
    FROM confirmations c, json_each(c.payload, '$.answers') a, json_each(a.value) m
    JOIN placed p ON p.reader = c.reader AND p.protocol_sha256 = c.protocol_sha256 AND p.number = c.number
        AND p.trial = c.trial AND p.question = a."key" AND p.mark = m.value
    WHERE a."type" = 'array' AND (p.sitting < c.sitting OR (p.sitting = c.sitting AND p.seq < c.seq))
)
SELECT t.reader, t.protocol_sha256, t.number, t.trial, t."case", t.condition, s.phase, s.question, s.mark,
    json_extract(s.payload, '$.series_uid') AS series_uid, json_extract(s.payload, '$.slice_index') AS slice,
    json_extract(s.payload, '$."column"') AS "column", json_extract(s.payload, '$."row"') AS "row",
    json_extract(s.payload, '$.position_mm[0]') AS x_mm, json_extract(s.payload, '$.position_mm[1]') AS y_mm,
    json_extract(s.payload, '$.position_mm[2]') AS z_mm, s.sitting, s.seq
FROM stood s JOIN trials t ON t.reader = s.reader AND t.protocol_sha256 = s.protocol_sha256 AND t.number = s.number
    AND t.trial = s.trial WHERE s.nth = 1 AND t.voided IS NULL

CREATE VIEW ai_exposure AS
-- One row a sign-in, phase, viewport (-1: the panel) and AI element: how long it was painted within the phase.
WITH painted AS (
    SELECT sitting, seq, json_extract(payload, '$.viewport') AS viewport, at_ns AS from_ns, payload,
        lead(at_ns) OVER (PARTITION BY sitting, json_extract(payload, '$.viewport') ORDER BY at_ns, seq) AS until_ns
    FROM events WHERE kind = 'ExposureChanged'
), elements AS (
    SELECT DISTINCT p.sitting, p.seq, p.viewport, p.from_ns, coalesce(p.until_ns, 9223372036854775807) AS until_ns, e.value
    FROM painted p, json_each(p.payload, '$.elements') e
)
SELECT i.reader, i.protocol_id, i.protocol_version, i.mode, i.number, t.sitting, t.trial, t.phase, e.viewport,
    json_extract(e.value, '$[0]') AS layer, json_extract(e.value, '$[1]') AS element, json_extract(e.value, '$[2]') AS draw,
    sum(min(e.until_ns, t.until_ns) - max(e.from_ns, t.from_ns)) / 1e6 AS raw_ms,
    sum(CASE WHEN t.attentive THEN min(e.until_ns, t.until_ns) - max(e.from_ns, t.from_ns) ELSE 0 END) / 1e6 AS active_ms
FROM stretches t JOIN elements e ON e.sitting = t.sitting AND e.from_ns < t.until_ns AND e.until_ns > t.from_ns
JOIN sign_ins i ON i.sitting = t.sitting
GROUP BY t.sitting, t.trial, t.phase, e.viewport, layer, element, draw

CREATE VIEW commands AS
-- One row a command; trial and phase are those that were open then, NULL between them.
WITH logged AS (
    SELECT sitting, seq, at_ns, utc, kind, payload,
        max(CASE WHEN kind = 'PhaseStarted' THEN (seq << 32)
            | (json_extract(payload, '$.trial') << 8) | (json_extract(payload, '$.phase') + 1)
            WHEN kind <> 'CommandIssued' THEN seq << 32 END) OVER (PARTITION BY sitting ORDER BY seq) AS place
    FROM events WHERE kind IN ('CommandIssued', 'PhaseStarted', 'TrialStarted', 'PhaseConfirmed', 'TrialInterrupted',
        'SittingEnded')
)
SELECT i.reader, i.protocol_id, i.protocol_version, i.mode, i.number,
    CASE WHEN place & 255 > 0 THEN (place & 4294967295) >> 8 END AS trial,
    CASE WHEN place & 255 > 0 THEN (place & 255) - 1 END AS phase,
    json_extract(l.payload, '$.command') AS command, json_extract(l.payload, '$.source') AS source,
    json_extract(l.payload, '$.argument') AS argument, l.utc, l.sitting, l.seq, l.at_ns
FROM logged l JOIN sign_ins i ON i.sitting = l.sitting WHERE l.kind = 'CommandIssued'

CREATE VIEW commands_by_phase AS
-- One row a sign-in, phase and command: how often, by key, mouse, wheel, menu, button, program or a simulated reader.
SELECT reader, protocol_id, protocol_version, mode, number, sitting, trial, phase, command, source, count(*) AS times
FROM commands GROUP BY sitting, trial, phase, command, source

CREATE VIEW interruptions AS
-- One row a time that reading stood still or the reader was away; until_ns and lasted_ms are NULL where no end is logged.
WITH bounds AS (
    SELECT sitting, seq, at_ns, utc, kind, CASE
        WHEN kind IN ('FocusLost', 'FocusGained') THEN 'focus' WHEN kind IN ('Paused', 'Unpaused') THEN 'pause'
        WHEN kind IN ('IdleStarted', 'IdleEnded') THEN 'idle' ELSE 'break' END AS what,
        kind IN ('FocusLost', 'Paused', 'IdleStarted', 'BreakStarted') AS begins
    FROM events WHERE kind IN ('FocusLost', 'FocusGained', 'Paused', 'Unpaused', 'IdleStarted', 'IdleEnded',
        'BreakStarted', 'BreakEnded')
), paired AS (
    SELECT *, lag(begins, 1, 0) OVER one AS went_on,
        min(CASE WHEN NOT begins THEN at_ns END)
            OVER (PARTITION BY sitting, what ORDER BY seq ROWS BETWEEN 1 FOLLOWING AND UNBOUNDED FOLLOWING) AS until_ns
    FROM bounds WINDOW one AS (PARTITION BY sitting, what ORDER BY seq)
)
SELECT i.reader, i.protocol_id, i.protocol_version, i.mode, i.number, p.sitting, p.seq, p.what, p.utc,
    p.at_ns AS from_ns, p.until_ns, (p.until_ns - p.at_ns) / 1e6 AS lasted_ms
FROM paired p JOIN sign_ins i ON i.sitting = p.sitting WHERE p.begins AND NOT p.went_on
UNION ALL
SELECT i.reader, i.protocol_id, i.protocol_version, i.mode, i.number, e.sitting, e.seq,
    CASE e.kind WHEN 'WindowFroze' THEN 'freeze' ELSE 'sleep' END, e.utc,
    e.at_ns - CAST(round(coalesce(json_extract(e.payload, '$.frozen_ms'), 0) * 1e6) AS INTEGER), e.at_ns,
    coalesce(json_extract(e.payload, '$.frozen_ms'), json_extract(e.payload, '$.for_ms'))
FROM events e JOIN sign_ins i ON i.sitting = e.sitting WHERE e.kind IN ('WindowFroze', 'Slept')

CREATE VIEW page_answers AS
-- One row a question on a page that the reader left (questionnaires); values as JSON for several choices.
SELECT i.reader, i.stratum, i.protocol_id, i.protocol_version, i.mode, i.number,
    json_extract(e.payload, '$.text') AS page, json_extract(e.payload, '$.block') AS block, a."key" AS question,
    CASE a."type" WHEN 'true' THEN 'true' WHEN 'false' THEN 'false' ELSE CAST(a.value AS TEXT) END AS answer,
    CASE WHEN a."type" IN ('integer', 'real') THEN CAST(a.value AS REAL) END AS answer_number, e.utc, e.sitting, e.seq
FROM events e JOIN sign_ins i ON i.sitting = e.sitting, json_each(e.payload, '$.answers') a
WHERE e.kind = 'TextAcknowledged'

CREATE VIEW dense_events AS
-- One row an event with samples (pointer, gaze): how many, of what, and where their packed bytes are.
SELECT i.reader, i.protocol_id, i.protocol_version, i.mode, i.number, e.sitting, e.seq, e.at_ns, e.utc, e.kind,
    json_extract(e.payload, '$.viewport') AS viewport, json_extract(e.payload, '$.series_uid') AS series_uid,
    json_extract(e.payload, '$.samples.count') AS samples, s.codec, length(s.data) AS bytes
FROM samples s JOIN events e ON e.sitting = s.sitting AND e.seq = s.seq JOIN sign_ins i ON i.sitting = e.sitting
