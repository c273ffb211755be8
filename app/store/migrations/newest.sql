CREATE TABLE schema_version (
        version INTEGER PRIMARY KEY, applied_utc TEXT NOT NULL, program_version TEXT NOT NULL)

CREATE TABLE protocols (
        sha256 TEXT NOT NULL PRIMARY KEY, id TEXT NOT NULL, version TEXT NOT NULL, mode TEXT NOT NULL,
        source BLOB NOT NULL, frozen_utc TEXT NOT NULL, seal TEXT NOT NULL)

CREATE TABLE readers (
        pseudonym TEXT NOT NULL PRIMARY KEY, stratum TEXT NOT NULL, enrolled_utc TEXT NOT NULL, seal TEXT NOT NULL)

CREATE TABLE orders (
        reader TEXT NOT NULL REFERENCES readers (pseudonym),
        protocol_sha256 TEXT NOT NULL REFERENCES protocols (sha256),
        enrolment INTEGER NOT NULL, json TEXT NOT NULL, sha256 TEXT NOT NULL, frozen_utc TEXT NOT NULL,
        seal TEXT NOT NULL, PRIMARY KEY (reader, protocol_sha256), UNIQUE (protocol_sha256, enrolment))

CREATE TABLE models (
        protocol_sha256 TEXT NOT NULL REFERENCES protocols (sha256), ai TEXT NOT NULL, sha256 TEXT NOT NULL,
        frozen_utc TEXT NOT NULL, seal TEXT NOT NULL, PRIMARY KEY (protocol_sha256, ai, sha256))

CREATE TABLE truths (
        protocol_sha256 TEXT NOT NULL REFERENCES protocols (sha256), sha256 TEXT NOT NULL, json TEXT NOT NULL,
        frozen_utc TEXT NOT NULL, seal TEXT NOT NULL, PRIMARY KEY (protocol_sha256, sha256))

CREATE TABLE sittings (
        id INTEGER PRIMARY KEY, uid TEXT NOT NULL UNIQUE, reader TEXT NOT NULL, protocol_sha256 TEXT NOT NULL,
        number INTEGER NOT NULL, started_utc TEXT NOT NULL, provenance TEXT NOT NULL, genesis BLOB NOT NULL,
        ended_utc TEXT, FOREIGN KEY (reader, protocol_sha256) REFERENCES orders (reader, protocol_sha256))

CREATE TABLE events (
        sitting INTEGER NOT NULL REFERENCES sittings (id), seq INTEGER NOT NULL, at_ns INTEGER NOT NULL,
        utc TEXT NOT NULL, kind TEXT NOT NULL, payload TEXT NOT NULL, prev_hash BLOB NOT NULL, hash BLOB NOT NULL,
        PRIMARY KEY (sitting, seq)) WITHOUT ROWID

CREATE TABLE heads (
        sitting INTEGER PRIMARY KEY REFERENCES sittings (id), events INTEGER NOT NULL, hash BLOB NOT NULL)

CREATE TRIGGER protocols_no_update BEFORE UPDATE ON protocols
        BEGIN SELECT RAISE(ABORT, 'protocols is append-only'); END

CREATE TRIGGER readers_no_update BEFORE UPDATE ON readers
        BEGIN SELECT RAISE(ABORT, 'readers is append-only'); END

CREATE TRIGGER orders_no_update BEFORE UPDATE ON orders
        BEGIN SELECT RAISE(ABORT, 'orders is append-only'); END

CREATE TRIGGER models_no_update BEFORE UPDATE ON models
        BEGIN SELECT RAISE(ABORT, 'models is append-only'); END

CREATE TRIGGER truths_no_update BEFORE UPDATE ON truths
        BEGIN SELECT RAISE(ABORT, 'truths is append-only'); END

CREATE TRIGGER events_no_update BEFORE UPDATE ON events
        BEGIN SELECT RAISE(ABORT, 'events is append-only'); END

CREATE TRIGGER protocols_no_delete BEFORE DELETE ON protocols
        BEGIN SELECT RAISE(ABORT, 'protocols is append-only'); END

CREATE TRIGGER protocols_no_replace BEFORE INSERT ON protocols
        WHEN EXISTS (SELECT 1 FROM protocols WHERE sha256 = NEW.sha256)
        BEGIN SELECT RAISE(ABORT, 'protocols is append-only'); END

CREATE TRIGGER readers_no_delete BEFORE DELETE ON readers
        BEGIN SELECT RAISE(ABORT, 'readers is append-only'); END

CREATE TRIGGER readers_no_replace BEFORE INSERT ON readers
        WHEN EXISTS (SELECT 1 FROM readers WHERE pseudonym = NEW.pseudonym)
        BEGIN SELECT RAISE(ABORT, 'readers is append-only'); END

CREATE TRIGGER orders_no_delete BEFORE DELETE ON orders
        BEGIN SELECT RAISE(ABORT, 'orders is append-only'); END

CREATE TRIGGER orders_no_replace BEFORE INSERT ON orders
        WHEN EXISTS (SELECT 1 FROM orders WHERE reader = NEW.reader AND protocol_sha256 = NEW.protocol_sha256)
        BEGIN SELECT RAISE(ABORT, 'orders is append-only'); END

CREATE TRIGGER models_no_delete BEFORE DELETE ON models
        BEGIN SELECT RAISE(ABORT, 'models is append-only'); END

CREATE TRIGGER models_no_replace BEFORE INSERT ON models
        WHEN EXISTS (SELECT 1 FROM models WHERE protocol_sha256 = NEW.protocol_sha256 AND ai = NEW.ai AND sha256 = NEW.sha256)
        BEGIN SELECT RAISE(ABORT, 'models is append-only'); END

CREATE TRIGGER truths_no_delete BEFORE DELETE ON truths
        BEGIN SELECT RAISE(ABORT, 'truths is append-only'); END

CREATE TRIGGER truths_no_replace BEFORE INSERT ON truths
        WHEN EXISTS (SELECT 1 FROM truths WHERE protocol_sha256 = NEW.protocol_sha256 AND sha256 = NEW.sha256)
        BEGIN SELECT RAISE(ABORT, 'truths is append-only'); END

CREATE TRIGGER sittings_no_delete BEFORE DELETE ON sittings
        BEGIN SELECT RAISE(ABORT, 'sittings is append-only'); END

CREATE TRIGGER sittings_no_replace BEFORE INSERT ON sittings
        WHEN EXISTS (SELECT 1 FROM sittings WHERE id = NEW.id OR uid = NEW.uid)
        BEGIN SELECT RAISE(ABORT, 'sittings is append-only'); END

CREATE TRIGGER events_no_delete BEFORE DELETE ON events
        BEGIN SELECT RAISE(ABORT, 'events is append-only'); END

CREATE TRIGGER events_no_replace BEFORE INSERT ON events
        WHEN EXISTS (SELECT 1 FROM events WHERE sitting = NEW.sitting AND seq = NEW.seq)
        BEGIN SELECT RAISE(ABORT, 'events is append-only'); END

CREATE TRIGGER sittings_end_once BEFORE UPDATE ON sittings
    WHEN OLD.ended_utc IS NOT NULL
    BEGIN SELECT RAISE(ABORT, 'the sitting has ended'); END

CREATE TRIGGER sittings_keep
    BEFORE UPDATE OF id, uid, reader, protocol_sha256, number, started_utc, provenance, genesis ON sittings
    BEGIN SELECT RAISE(ABORT, 'sittings is append-only'); END

CREATE TABLE accounts (
        role TEXT NOT NULL, name TEXT NOT NULL, secret_number INTEGER NOT NULL, secret TEXT NOT NULL,
        made_utc TEXT NOT NULL, seal TEXT NOT NULL, PRIMARY KEY (role, name, secret_number))

CREATE TABLE acts (
        seq INTEGER PRIMARY KEY, utc TEXT NOT NULL, role TEXT NOT NULL, who TEXT NOT NULL, kind TEXT NOT NULL,
        payload TEXT NOT NULL, prev_hash BLOB NOT NULL, hash BLOB NOT NULL)

CREATE TABLE act_heads (
        id INTEGER PRIMARY KEY CHECK (id = 1), uid TEXT NOT NULL, acts INTEGER NOT NULL, hash BLOB NOT NULL)

CREATE TRIGGER accounts_no_update BEFORE UPDATE ON accounts
        BEGIN SELECT RAISE(ABORT, 'accounts is append-only'); END

CREATE TRIGGER acts_no_update BEFORE UPDATE ON acts
        BEGIN SELECT RAISE(ABORT, 'acts is append-only'); END

CREATE TRIGGER accounts_no_delete BEFORE DELETE ON accounts
        BEGIN SELECT RAISE(ABORT, 'accounts is append-only'); END

CREATE TRIGGER accounts_no_replace BEFORE INSERT ON accounts
        WHEN EXISTS (SELECT 1 FROM accounts WHERE role = NEW.role AND name = NEW.name AND secret_number = NEW.secret_number)
        BEGIN SELECT RAISE(ABORT, 'accounts is append-only'); END

CREATE TRIGGER acts_no_delete BEFORE DELETE ON acts
        BEGIN SELECT RAISE(ABORT, 'acts is append-only'); END

CREATE TRIGGER acts_no_replace BEFORE INSERT ON acts
        WHEN EXISTS (SELECT 1 FROM acts WHERE seq = NEW.seq)
        BEGIN SELECT RAISE(ABORT, 'acts is append-only'); END

CREATE TRIGGER act_heads_no_delete BEFORE DELETE ON act_heads
        BEGIN SELECT RAISE(ABORT, 'act_heads is append-only'); END

CREATE TRIGGER act_heads_no_replace BEFORE INSERT ON act_heads
        WHEN EXISTS (SELECT 1 FROM act_heads WHERE id = NEW.id)
        BEGIN SELECT RAISE(ABORT, 'act_heads is append-only'); END

CREATE TRIGGER act_heads_keep BEFORE UPDATE ON act_heads
    WHEN NEW.id != OLD.id OR NEW.uid != OLD.uid OR NEW.acts <= OLD.acts
    BEGIN SELECT RAISE(ABORT, 'acts is append-only'); END

CREATE TABLE samples (
        sitting INTEGER NOT NULL, seq INTEGER NOT NULL, codec TEXT NOT NULL, data BLOB NOT NULL,
        PRIMARY KEY (sitting, seq), FOREIGN KEY (sitting, seq) REFERENCES events (sitting, seq)) WITHOUT ROWID

CREATE TRIGGER samples_no_update BEFORE UPDATE ON samples
        BEGIN SELECT RAISE(ABORT, 'samples is append-only'); END

CREATE TRIGGER samples_no_delete BEFORE DELETE ON samples
        BEGIN SELECT RAISE(ABORT, 'samples is append-only'); END

CREATE TRIGGER samples_no_replace BEFORE INSERT ON samples
        WHEN EXISTS (SELECT 1 FROM samples WHERE sitting = NEW.sitting AND seq = NEW.seq)
        BEGIN SELECT RAISE(ABORT, 'samples is append-only'); END

