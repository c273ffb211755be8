CREATE TABLE protocols (
    sha256 TEXT NOT NULL,
    id TEXT NOT NULL,
    version TEXT NOT NULL,
    mode TEXT NOT NULL,
    source BYTEA NOT NULL,
    frozen_utc TEXT NOT NULL,
    seal TEXT NOT NULL,
    PRIMARY KEY (sha256)
)

CREATE TABLE readers (
    pseudonym TEXT NOT NULL,
    stratum TEXT NOT NULL,
    enrolled_utc TEXT NOT NULL,
    seal TEXT NOT NULL,
    PRIMARY KEY (pseudonym)
)

CREATE TABLE schema_version (
    version INTEGER NOT NULL,
    applied_utc TEXT NOT NULL,
    program_version TEXT NOT NULL,
    PRIMARY KEY (version)
)

CREATE TABLE stations (
    id TEXT NOT NULL,
    name TEXT NOT NULL,
    first_utc TEXT NOT NULL,
    seal TEXT NOT NULL,
    PRIMARY KEY (id)
)

CREATE TABLE models (
    protocol_sha256 TEXT NOT NULL,
    ai TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    frozen_utc TEXT NOT NULL,
    seal TEXT NOT NULL,
    PRIMARY KEY (protocol_sha256, ai, sha256),
    FOREIGN KEY(protocol_sha256) REFERENCES protocols (sha256)
)

CREATE TABLE orders (
    reader TEXT NOT NULL,
    protocol_sha256 TEXT NOT NULL,
    enrolment INTEGER NOT NULL,
    json TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    frozen_utc TEXT NOT NULL,
    seal TEXT NOT NULL,
    PRIMARY KEY (reader, protocol_sha256),
    FOREIGN KEY(reader) REFERENCES readers (pseudonym),
    FOREIGN KEY(protocol_sha256) REFERENCES protocols (sha256)
)

CREATE TABLE station_act_heads (
    station TEXT NOT NULL,
    acts INTEGER NOT NULL,
    hash BYTEA NOT NULL,
    PRIMARY KEY (station),
    FOREIGN KEY(station) REFERENCES stations (id)
)

CREATE TABLE station_acts (
    station TEXT NOT NULL,
    seq INTEGER NOT NULL,
    utc TEXT NOT NULL,
    role TEXT NOT NULL,
    who TEXT NOT NULL,
    kind TEXT NOT NULL,
    payload TEXT NOT NULL,
    prev_hash BYTEA NOT NULL,
    hash BYTEA NOT NULL,
    PRIMARY KEY (station, seq),
    FOREIGN KEY(station) REFERENCES stations (id)
)

CREATE TABLE station_rows (
    station TEXT NOT NULL,
    table_name TEXT NOT NULL,
    seal TEXT NOT NULL,
    content TEXT NOT NULL,
    PRIMARY KEY (station, table_name, seal),
    FOREIGN KEY(station) REFERENCES stations (id)
)

CREATE TABLE truths (
    protocol_sha256 TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    json TEXT NOT NULL,
    frozen_utc TEXT NOT NULL,
    seal TEXT NOT NULL,
    PRIMARY KEY (protocol_sha256, sha256),
    FOREIGN KEY(protocol_sha256) REFERENCES protocols (sha256)
)

CREATE TABLE sittings (
    id BIGSERIAL NOT NULL,
    uid TEXT NOT NULL,
    reader TEXT NOT NULL,
    protocol_sha256 TEXT NOT NULL,
    number INTEGER NOT NULL,
    started_utc TEXT NOT NULL,
    provenance TEXT NOT NULL,
    genesis BYTEA NOT NULL,
    ended_utc TEXT,
    PRIMARY KEY (id),
    FOREIGN KEY(reader, protocol_sha256) REFERENCES orders (reader, protocol_sha256),
    UNIQUE (uid)
)

CREATE TABLE deliveries (
    sitting BIGINT NOT NULL,
    station TEXT NOT NULL,
    events BIGINT NOT NULL,
    head TEXT NOT NULL,
    delivered_utc TEXT NOT NULL,
    program_version TEXT NOT NULL,
    seal TEXT NOT NULL,
    PRIMARY KEY (sitting),
    FOREIGN KEY(sitting) REFERENCES sittings (id),
    FOREIGN KEY(station) REFERENCES stations (id)
)

CREATE TABLE events (
    sitting BIGINT NOT NULL,
    seq BIGINT NOT NULL,
    at_ns BIGINT NOT NULL,
    utc TEXT NOT NULL,
    kind TEXT NOT NULL,
    payload TEXT NOT NULL,
    prev_hash BYTEA NOT NULL,
    hash BYTEA NOT NULL,
    PRIMARY KEY (sitting, seq),
    FOREIGN KEY(sitting) REFERENCES sittings (id)
)

CREATE TABLE heads (
    sitting BIGINT NOT NULL,
    events BIGINT NOT NULL,
    hash BYTEA NOT NULL,
    PRIMARY KEY (sitting),
    FOREIGN KEY(sitting) REFERENCES sittings (id)
)

CREATE TABLE samples (
    sitting BIGINT NOT NULL,
    seq BIGINT NOT NULL,
    codec TEXT NOT NULL,
    data BYTEA NOT NULL,
    PRIMARY KEY (sitting, seq),
    FOREIGN KEY(sitting, seq) REFERENCES events (sitting, seq)
)

COMMENT ON TABLE protocols IS 'Every protocol (study configuration) that was in force.';
COMMENT ON COLUMN protocols.sha256 IS 'SHA-256 (hex) of `source`';
COMMENT ON COLUMN protocols.id IS 'the protocol''s own id';
COMMENT ON COLUMN protocols.version IS 'the protocol''s own version';
COMMENT ON COLUMN protocols.mode IS 'study, pilot, demo or review; only study counts unless asked for';
COMMENT ON COLUMN protocols.source IS 'the bytes of the protocol''s file (YAML)';
COMMENT ON COLUMN protocols.frozen_utc IS 'when it was frozen, ISO 8601 UTC';
COMMENT ON COLUMN protocols.seal IS 'SHA-256 (hex) over the canonical JSON of the row''s other values, blobs left out';

COMMENT ON TABLE readers IS 'Pseudonym and stratum of every reader, and nothing else about a person.';
COMMENT ON COLUMN readers.pseudonym IS 'the reader''s pseudonym';
COMMENT ON COLUMN readers.stratum IS 'the group that the reader belongs to, such as `resident`';
COMMENT ON COLUMN readers.enrolled_utc IS 'when the reader was first enrolled, ISO 8601 UTC';
COMMENT ON COLUMN readers.seal IS 'SHA-256 (hex) over the canonical JSON of the row''s other values, blobs left out';

COMMENT ON TABLE schema_version IS 'Which versions of the tables this database went through.';
COMMENT ON COLUMN schema_version.version IS 'number of the version, from 1; the highest one is in force';
COMMENT ON COLUMN schema_version.applied_utc IS 'when it was brought to that version, ISO 8601 UTC';
COMMENT ON COLUMN schema_version.program_version IS 'the ReaderLab that did it';

COMMENT ON TABLE stations IS 'The stations that delivered something.';
COMMENT ON COLUMN stations.id IS 'SHA-256 (hex) of the random name of the station''s store: its first act continues it';
COMMENT ON COLUMN stations.name IS 'what the lab calls the station; may be empty';
COMMENT ON COLUMN stations.first_utc IS 'when it first delivered, ISO 8601 UTC';
COMMENT ON COLUMN stations.seal IS 'SHA-256 (hex) over the canonical JSON of the row''s other values, blobs left out';

COMMENT ON TABLE models IS 'The AI models that were in force under a protocol.';
COMMENT ON COLUMN models.protocol_sha256 IS 'the protocol';
COMMENT ON COLUMN models.ai IS 'the AI''s name in the protocol';
COMMENT ON COLUMN models.sha256 IS 'SHA-256 (hex) of the model or of its stored results';
COMMENT ON COLUMN models.frozen_utc IS 'when it was frozen, ISO 8601 UTC';
COMMENT ON COLUMN models.seal IS 'SHA-256 (hex) over the canonical JSON of the row''s other values, blobs left out';

COMMENT ON TABLE orders IS 'Each reader''s reading order under a protocol, frozen at enrolment and never computed again.';
COMMENT ON COLUMN orders.reader IS 'pseudonym';
COMMENT ON COLUMN orders.protocol_sha256 IS 'the protocol';
COMMENT ON COLUMN orders.enrolment IS 'which reader of this protocol at this station, from 0';
COMMENT ON COLUMN orders.json IS 'the order: canonical JSON with arm, blocks, trials';
COMMENT ON COLUMN orders.sha256 IS 'SHA-256 (hex) of `json`; every sitting''s first hash continues it';
COMMENT ON COLUMN orders.frozen_utc IS 'when it was frozen, ISO 8601 UTC';
COMMENT ON COLUMN orders.seal IS 'SHA-256 (hex) over the canonical JSON of the row''s other values, blobs left out';

COMMENT ON TABLE station_act_heads IS 'The head of each station''s chain of acts, as far as it was delivered.';
COMMENT ON COLUMN station_act_heads.station IS 'the station';
COMMENT ON COLUMN station_act_heads.acts IS 'how many acts were delivered';
COMMENT ON COLUMN station_act_heads.hash IS 'hash of the last one';

COMMENT ON TABLE station_acts IS 'The acts of each station: as table acts of its store.';
COMMENT ON COLUMN station_acts.station IS 'the station';
COMMENT ON COLUMN station_acts.seq IS 'place in the station''s chain, from 0 without gaps';
COMMENT ON COLUMN station_acts.utc IS 'ISO 8601 UTC';
COMMENT ON COLUMN station_acts.role IS 'coordinator, reader or program';
COMMENT ON COLUMN station_acts.who IS 'name of the account';
COMMENT ON COLUMN station_acts.kind IS 'which act (docs/accounts.md)';
COMMENT ON COLUMN station_acts.payload IS 'the act''s fields as canonical JSON';
COMMENT ON COLUMN station_acts.prev_hash IS 'the 32 bytes of the hash that this row continues';
COMMENT ON COLUMN station_acts.hash IS 'SHA-256 (32 bytes) over prev_hash and the row''s canonical JSON';

COMMENT ON TABLE station_rows IS 'The frozen rows of each station as it sealed them; protocols, readers, ... hold the first of equal ones.';
COMMENT ON COLUMN station_rows.station IS 'the station';
COMMENT ON COLUMN station_rows.table_name IS 'protocols, readers, orders, models or truths';
COMMENT ON COLUMN station_rows.seal IS 'the seal of the station''s row';
COMMENT ON COLUMN station_rows.content IS 'canonical JSON list of the row''s values in the order of columns, without blobs and seal';

COMMENT ON TABLE truths IS 'The reference that was in force under a protocol. Unblinds: not for readers.';
COMMENT ON COLUMN truths.protocol_sha256 IS 'the protocol';
COMMENT ON COLUMN truths.sha256 IS 'SHA-256 (hex) of `json`; a corrected reference is a later row';
COMMENT ON COLUMN truths.json IS 'the reference: canonical JSON, one entry a case';
COMMENT ON COLUMN truths.frozen_utc IS 'when it was frozen, ISO 8601 UTC';
COMMENT ON COLUMN truths.seal IS 'SHA-256 (hex) over the canonical JSON of the row''s other values, blobs left out';

COMMENT ON TABLE sittings IS 'Each sign-in. One that was cut off and resumed has several rows of the same number.';
COMMENT ON COLUMN sittings.id IS 'this database''s own number; `uid` is the same in every database';
COMMENT ON COLUMN sittings.uid IS 'random name, so that databases can be put together';
COMMENT ON COLUMN sittings.reader IS 'pseudonym';
COMMENT ON COLUMN sittings.protocol_sha256 IS 'the protocol';
COMMENT ON COLUMN sittings.number IS 'which sitting of the reading order, from 1';
COMMENT ON COLUMN sittings.started_utc IS 'ISO 8601 UTC';
COMMENT ON COLUMN sittings.provenance IS 'canonical JSON: program, Python, screen; no name of a person or machine';
COMMENT ON COLUMN sittings.genesis IS 'SHA-256 (32 bytes) over the values above and the order''s sha256';
COMMENT ON COLUMN sittings.ended_utc IS 'time of the last event of a sitting that was closed, NULL for one cut off';

COMMENT ON TABLE deliveries IS 'Which station delivered a sitting, when, and what its chain said then.';
COMMENT ON COLUMN deliveries.sitting IS 'the sitting';
COMMENT ON COLUMN deliveries.station IS 'the station';
COMMENT ON COLUMN deliveries.events IS 'how many events were delivered';
COMMENT ON COLUMN deliveries.head IS 'hash of the last one (hex): the receipt';
COMMENT ON COLUMN deliveries.delivered_utc IS 'ISO 8601 UTC';
COMMENT ON COLUMN deliveries.program_version IS 'the ReaderLab that delivered it';
COMMENT ON COLUMN deliveries.seal IS 'SHA-256 (hex) over the canonical JSON of the row''s other values, blobs left out';

COMMENT ON TABLE events IS 'The log: everything that happened, in order.';
COMMENT ON COLUMN events.sitting IS 'the sitting';
COMMENT ON COLUMN events.seq IS 'place in the sitting''s log, from 0 without gaps';
COMMENT ON COLUMN events.at_ns IS 'monotonic clock in ns; comparable within one sitting only';
COMMENT ON COLUMN events.utc IS 'wall clock, ISO 8601 UTC with microseconds';
COMMENT ON COLUMN events.kind IS 'which kind of event (docs/events.md)';
COMMENT ON COLUMN events.payload IS 'the event''s fields as canonical JSON; of a dense event, its header';
COMMENT ON COLUMN events.prev_hash IS 'the 32 bytes of the hash that this row continues';
COMMENT ON COLUMN events.hash IS 'SHA-256 (32 bytes) over prev_hash and the row''s canonical JSON';

COMMENT ON TABLE heads IS 'The last hash of each sitting, moved with every batch.';
COMMENT ON COLUMN heads.sitting IS 'the sitting';
COMMENT ON COLUMN heads.events IS 'how many events it holds';
COMMENT ON COLUMN heads.hash IS 'hash of its last event (the receipt, once it is closed)';

COMMENT ON TABLE samples IS 'The samples of dense events (pointer, gaze), packed; the event''s payload holds their count and SHA-256.';
COMMENT ON COLUMN samples.sitting IS 'the event''s sitting';
COMMENT ON COLUMN samples.seq IS 'the event''s place in it';
COMMENT ON COLUMN samples.codec IS 'how `data` is packed (app.tracking.samples)';
COMMENT ON COLUMN samples.data IS 'the packed samples, one column after the other';

CREATE FUNCTION readerlab_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION USING MESSAGE = TG_TABLE_NAME || ' is append-only';
END $$

CREATE FUNCTION readerlab_sitting_keeps() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.ended_utc IS NOT NULL THEN
        RAISE EXCEPTION 'the sitting has ended';
    END IF;
    IF (OLD.id, OLD.uid, OLD.reader, OLD.protocol_sha256, OLD.number, OLD.started_utc, OLD.provenance, OLD.genesis)
        IS DISTINCT FROM
        (NEW.id, NEW.uid, NEW.reader, NEW.protocol_sha256, NEW.number, NEW.started_utc, NEW.provenance, NEW.genesis)
    THEN
        RAISE EXCEPTION 'sittings is append-only';
    END IF;
    RETURN NEW;
END $$

CREATE FUNCTION readerlab_head_keeps() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.sitting <> OLD.sitting OR NEW.events <= OLD.events THEN
        RAISE EXCEPTION 'heads only go forward';
    END IF;
    RETURN NEW;
END $$

CREATE FUNCTION readerlab_act_head_keeps() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.station <> OLD.station OR NEW.acts <= OLD.acts THEN
        RAISE EXCEPTION 'station_act_heads only go forward';
    END IF;
    RETURN NEW;
END $$

CREATE TRIGGER protocols_append_only BEFORE UPDATE OR DELETE ON protocols
    FOR EACH ROW EXECUTE FUNCTION readerlab_append_only()

CREATE TRIGGER protocols_no_truncate BEFORE TRUNCATE ON protocols
    FOR EACH STATEMENT EXECUTE FUNCTION readerlab_append_only()

CREATE TRIGGER readers_append_only BEFORE UPDATE OR DELETE ON readers
    FOR EACH ROW EXECUTE FUNCTION readerlab_append_only()

CREATE TRIGGER readers_no_truncate BEFORE TRUNCATE ON readers
    FOR EACH STATEMENT EXECUTE FUNCTION readerlab_append_only()

CREATE TRIGGER schema_version_append_only BEFORE UPDATE OR DELETE ON schema_version
    FOR EACH ROW EXECUTE FUNCTION readerlab_append_only()

CREATE TRIGGER schema_version_no_truncate BEFORE TRUNCATE ON schema_version
    FOR EACH STATEMENT EXECUTE FUNCTION readerlab_append_only()

CREATE TRIGGER stations_append_only BEFORE UPDATE OR DELETE ON stations
    FOR EACH ROW EXECUTE FUNCTION readerlab_append_only()

CREATE TRIGGER stations_no_truncate BEFORE TRUNCATE ON stations
    FOR EACH STATEMENT EXECUTE FUNCTION readerlab_append_only()

CREATE TRIGGER models_append_only BEFORE UPDATE OR DELETE ON models
    FOR EACH ROW EXECUTE FUNCTION readerlab_append_only()

CREATE TRIGGER models_no_truncate BEFORE TRUNCATE ON models
    FOR EACH STATEMENT EXECUTE FUNCTION readerlab_append_only()

CREATE TRIGGER orders_append_only BEFORE UPDATE OR DELETE ON orders
    FOR EACH ROW EXECUTE FUNCTION readerlab_append_only()

CREATE TRIGGER orders_no_truncate BEFORE TRUNCATE ON orders
    FOR EACH STATEMENT EXECUTE FUNCTION readerlab_append_only()

CREATE TRIGGER station_act_heads_append_only BEFORE DELETE ON station_act_heads
    FOR EACH ROW EXECUTE FUNCTION readerlab_append_only()

CREATE TRIGGER station_act_heads_no_truncate BEFORE TRUNCATE ON station_act_heads
    FOR EACH STATEMENT EXECUTE FUNCTION readerlab_append_only()

CREATE TRIGGER station_act_heads_keep BEFORE UPDATE ON station_act_heads
    FOR EACH ROW EXECUTE FUNCTION readerlab_act_head_keeps()

CREATE TRIGGER station_acts_append_only BEFORE UPDATE OR DELETE ON station_acts
    FOR EACH ROW EXECUTE FUNCTION readerlab_append_only()

CREATE TRIGGER station_acts_no_truncate BEFORE TRUNCATE ON station_acts
    FOR EACH STATEMENT EXECUTE FUNCTION readerlab_append_only()

CREATE TRIGGER station_rows_append_only BEFORE UPDATE OR DELETE ON station_rows
    FOR EACH ROW EXECUTE FUNCTION readerlab_append_only()

CREATE TRIGGER station_rows_no_truncate BEFORE TRUNCATE ON station_rows
    FOR EACH STATEMENT EXECUTE FUNCTION readerlab_append_only()

CREATE TRIGGER truths_append_only BEFORE UPDATE OR DELETE ON truths
    FOR EACH ROW EXECUTE FUNCTION readerlab_append_only()

CREATE TRIGGER truths_no_truncate BEFORE TRUNCATE ON truths
    FOR EACH STATEMENT EXECUTE FUNCTION readerlab_append_only()

CREATE TRIGGER sittings_append_only BEFORE DELETE ON sittings
    FOR EACH ROW EXECUTE FUNCTION readerlab_append_only()

CREATE TRIGGER sittings_no_truncate BEFORE TRUNCATE ON sittings
    FOR EACH STATEMENT EXECUTE FUNCTION readerlab_append_only()

CREATE TRIGGER sittings_keep BEFORE UPDATE ON sittings
    FOR EACH ROW EXECUTE FUNCTION readerlab_sitting_keeps()

CREATE TRIGGER deliveries_append_only BEFORE UPDATE OR DELETE ON deliveries
    FOR EACH ROW EXECUTE FUNCTION readerlab_append_only()

CREATE TRIGGER deliveries_no_truncate BEFORE TRUNCATE ON deliveries
    FOR EACH STATEMENT EXECUTE FUNCTION readerlab_append_only()

CREATE TRIGGER events_append_only BEFORE UPDATE OR DELETE ON events
    FOR EACH ROW EXECUTE FUNCTION readerlab_append_only()

CREATE TRIGGER events_no_truncate BEFORE TRUNCATE ON events
    FOR EACH STATEMENT EXECUTE FUNCTION readerlab_append_only()

CREATE TRIGGER heads_append_only BEFORE DELETE ON heads
    FOR EACH ROW EXECUTE FUNCTION readerlab_append_only()

CREATE TRIGGER heads_no_truncate BEFORE TRUNCATE ON heads
    FOR EACH STATEMENT EXECUTE FUNCTION readerlab_append_only()

CREATE TRIGGER heads_keep BEFORE UPDATE ON heads
    FOR EACH ROW EXECUTE FUNCTION readerlab_head_keeps()

CREATE TRIGGER samples_append_only BEFORE UPDATE OR DELETE ON samples
    FOR EACH ROW EXECUTE FUNCTION readerlab_append_only()

CREATE TRIGGER samples_no_truncate BEFORE TRUNCATE ON samples
    FOR EACH STATEMENT EXECUTE FUNCTION readerlab_append_only()
