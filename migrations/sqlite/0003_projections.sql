-- What is looked up across streams: marks (unique for ever), the streams there are, and how far couriers have read.

CREATE TABLE marks (
    name  TEXT NOT NULL,
    key   TEXT NOT NULL,
    value TEXT NOT NULL,
    seq   INTEGER NOT NULL CHECK (seq >= 0),
    PRIMARY KEY (name, key)
) STRICT, WITHOUT ROWID;

CREATE TABLE streams (
    stream TEXT NOT NULL PRIMARY KEY,
    first  INTEGER NOT NULL UNIQUE CHECK (first >= 0)
) STRICT;

CREATE TABLE courier_positions (
    name TEXT NOT NULL PRIMARY KEY,
    seq  INTEGER NOT NULL CHECK (seq >= 0)
) STRICT;

CREATE TRIGGER marks_insert BEFORE INSERT ON marks BEGIN
    SELECT RAISE(ABORT, 'taken: marks')
        WHERE EXISTS (SELECT 1 FROM marks WHERE name = NEW.name AND key = NEW.key);
END;
CREATE TRIGGER marks_update BEFORE UPDATE ON marks BEGIN
    SELECT RAISE(ABORT, 'refused: the log only grows');
END;
CREATE TRIGGER marks_delete BEFORE DELETE ON marks BEGIN
    SELECT RAISE(ABORT, 'refused: the log only grows');
END;

CREATE TRIGGER streams_update BEFORE UPDATE ON streams BEGIN
    SELECT RAISE(ABORT, 'refused: the log only grows');
END;
CREATE TRIGGER streams_delete BEFORE DELETE ON streams BEGIN
    SELECT RAISE(ABORT, 'refused: the log only grows');
END;
