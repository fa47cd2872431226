-- The log: entries, their payloads, and what is derived from them in the same transaction.
-- Everything here only grows; the one exception is a payload, which may be blanked (erasure).
--
-- The refusing triggers fire ALWAYS, so that not even session_replication_role = replica passes them.
--
-- No foreign key ties payloads and marks to entries: they are written by one statement family in one transaction,
-- and checking every row again would cost the hot path half its speed.

CREATE FUNCTION kaibiao_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'refused: the log only grows (% on %)', TG_OP, TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$;

CREATE FUNCTION kaibiao_only_blank() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.body IS NOT NULL OR NEW.seq <> OLD.seq THEN
        RAISE EXCEPTION 'refused: a payload may only be blanked' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE FUNCTION kaibiao_no_gap() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    lowest  BIGINT;
    highest BIGINT;
    number  BIGINT;
BEGIN
    SELECT min(seq), max(seq), count(*) INTO lowest, highest, number FROM fresh;
    IF highest - lowest + 1 <> number
        OR (lowest > 0 AND NOT EXISTS (SELECT 1 FROM entries WHERE seq = lowest - 1)) THEN
        RAISE EXCEPTION 'gap: an entry must follow the head' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NULL;
END $$;

CREATE TABLE entries (
    seq    BIGINT PRIMARY KEY CHECK (seq >= 0),
    ts     BIGINT NOT NULL,
    leaf   BYTEA NOT NULL CHECK (length(leaf) = 32),
    stream TEXT COLLATE "C" NOT NULL,
    kind   TEXT COLLATE "C" NOT NULL,
    act    BYTEA UNIQUE CHECK (length(act) = 32),
    entry  BYTEA NOT NULL
);

CREATE INDEX entries_of_stream ON entries (stream, seq);

CREATE TABLE payloads (
    seq  BIGINT PRIMARY KEY CHECK (seq >= 0),
    body BYTEA
);

CREATE TRIGGER entries_insert AFTER INSERT ON entries
    REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION kaibiao_no_gap();
CREATE TRIGGER entries_refuse BEFORE UPDATE OR DELETE OR TRUNCATE ON entries
    FOR EACH STATEMENT EXECUTE FUNCTION kaibiao_refuse();
CREATE TRIGGER payloads_update BEFORE UPDATE ON payloads
    FOR EACH ROW EXECUTE FUNCTION kaibiao_only_blank();
CREATE TRIGGER payloads_refuse BEFORE DELETE OR TRUNCATE ON payloads
    FOR EACH STATEMENT EXECUTE FUNCTION kaibiao_refuse();

ALTER TABLE entries ENABLE ALWAYS TRIGGER entries_insert;
ALTER TABLE entries ENABLE ALWAYS TRIGGER entries_refuse;
ALTER TABLE payloads ENABLE ALWAYS TRIGGER payloads_update;
ALTER TABLE payloads ENABLE ALWAYS TRIGGER payloads_refuse;
