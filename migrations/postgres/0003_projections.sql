-- What is looked up across streams: marks (unique for ever), the streams there are, and how far couriers have read.

CREATE TABLE marks (
    name  TEXT COLLATE "C" NOT NULL,
    key   TEXT COLLATE "C" NOT NULL,
    value TEXT COLLATE "C" NOT NULL,
    seq   BIGINT NOT NULL CHECK (seq >= 0),
    PRIMARY KEY (name, key)
);

CREATE TABLE streams (
    stream TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    first  BIGINT NOT NULL UNIQUE CHECK (first >= 0)
);

CREATE TABLE courier_positions (
    name TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    seq  BIGINT NOT NULL CHECK (seq >= 0)
);

CREATE TRIGGER marks_refuse BEFORE UPDATE OR DELETE OR TRUNCATE ON marks
    FOR EACH STATEMENT EXECUTE FUNCTION kaibiao_refuse();
CREATE TRIGGER streams_refuse BEFORE UPDATE OR DELETE OR TRUNCATE ON streams
    FOR EACH STATEMENT EXECUTE FUNCTION kaibiao_refuse();

ALTER TABLE marks ENABLE ALWAYS TRIGGER marks_refuse;
ALTER TABLE streams ENABLE ALWAYS TRIGGER streams_refuse;
