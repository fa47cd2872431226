-- The log: entries, their payloads, and what is derived from them in the same transaction.
-- Everything here only grows; the one exception is a payload, which may be blanked (erasure).
--
-- Every insertion is guarded as well, because INSERT OR REPLACE deletes the old row without firing its triggers.
-- A guard that finds the place taken says "taken"; the store understands it as a lost race.
--
-- Digests of acts are random. In one index over all of them every new one would rewrite a page of its own, several
-- times what all else takes. So the index is cut into eras of 4,096 positions: only the pages of the present era
-- change, and a search asks era by era. That an act lands once in the whole log, the pen sees to; the guard here
-- refuses it within an era.
--
-- No foreign key ties payloads and marks to entries: they are written by one statement family in one transaction,
-- and checking every row again would cost the hot path half its speed on PostgreSQL.

CREATE TABLE entries (
    seq    INTEGER PRIMARY KEY CHECK (seq >= 0),
    ts     INTEGER NOT NULL,
    leaf   BLOB NOT NULL CHECK (length(leaf) = 32),
    stream TEXT NOT NULL,
    kind   TEXT NOT NULL,
    act    BLOB CHECK (length(act) = 32),
    entry  BLOB NOT NULL
) STRICT;

CREATE INDEX entries_of_stream ON entries (stream, seq);
CREATE INDEX entries_of_act ON entries (seq >> 12, substr(act, 1, 8)) WHERE act IS NOT NULL;

CREATE TABLE payloads (
    seq  INTEGER PRIMARY KEY CHECK (seq >= 0),
    body BLOB
) STRICT;

CREATE TRIGGER entries_insert BEFORE INSERT ON entries BEGIN
    SELECT RAISE(ABORT, 'taken: entries.seq') WHERE EXISTS (SELECT 1 FROM entries WHERE seq = NEW.seq);
    SELECT RAISE(ABORT, 'taken: entries.act')
        WHERE EXISTS (SELECT 1 FROM entries WHERE seq >> 12 = NEW.seq >> 12
            AND substr(act, 1, 8) = substr(NEW.act, 1, 8) AND act = NEW.act);
    SELECT RAISE(ABORT, 'gap: an entry must follow the head')
        WHERE NEW.seq > 0 AND NOT EXISTS (SELECT 1 FROM entries WHERE seq = NEW.seq - 1);
END;
CREATE TRIGGER entries_update BEFORE UPDATE ON entries BEGIN
    SELECT RAISE(ABORT, 'refused: the log only grows');
END;
CREATE TRIGGER entries_delete BEFORE DELETE ON entries BEGIN
    SELECT RAISE(ABORT, 'refused: the log only grows');
END;

CREATE TRIGGER payloads_insert BEFORE INSERT ON payloads BEGIN
    SELECT RAISE(ABORT, 'taken: payloads.seq') WHERE EXISTS (SELECT 1 FROM payloads WHERE seq = NEW.seq);
END;
CREATE TRIGGER payloads_update BEFORE UPDATE ON payloads BEGIN
    SELECT RAISE(ABORT, 'refused: a payload may only be blanked')
        WHERE NEW.body IS NOT NULL OR NEW.seq <> OLD.seq;
END;
CREATE TRIGGER payloads_delete BEFORE DELETE ON payloads BEGIN
    SELECT RAISE(ABORT, 'refused: a payload may only be blanked');
END;
