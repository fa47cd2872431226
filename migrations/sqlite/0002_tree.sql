-- The Merkle tree of the log in tiles (C2SP tlog-tiles), bundles of 256 entries, and kept checkpoints.

CREATE TABLE tiles (
    level  INTEGER NOT NULL CHECK (level BETWEEN 0 AND 63),
    idx    INTEGER NOT NULL CHECK (idx >= 0),
    root   BLOB NOT NULL CHECK (length(root) = 32),
    hashes BLOB NOT NULL CHECK (length(hashes) = 8192),
    PRIMARY KEY (level, idx)
) STRICT;

CREATE TABLE bundles (
    idx     INTEGER PRIMARY KEY CHECK (idx >= 0),
    entries BLOB NOT NULL
) STRICT;

CREATE TABLE checkpoints (
    size INTEGER PRIMARY KEY CHECK (size > 0),
    note TEXT NOT NULL
) STRICT;

CREATE TRIGGER tiles_insert BEFORE INSERT ON tiles BEGIN
    SELECT RAISE(ABORT, 'taken: tiles')
        WHERE EXISTS (SELECT 1 FROM tiles WHERE level = NEW.level AND idx = NEW.idx);
END;
CREATE TRIGGER tiles_update BEFORE UPDATE ON tiles BEGIN
    SELECT RAISE(ABORT, 'refused: the log only grows');
END;
CREATE TRIGGER tiles_delete BEFORE DELETE ON tiles BEGIN
    SELECT RAISE(ABORT, 'refused: the log only grows');
END;

CREATE TRIGGER bundles_insert BEFORE INSERT ON bundles BEGIN
    SELECT RAISE(ABORT, 'taken: bundles') WHERE EXISTS (SELECT 1 FROM bundles WHERE idx = NEW.idx);
END;
CREATE TRIGGER bundles_update BEFORE UPDATE ON bundles BEGIN
    SELECT RAISE(ABORT, 'refused: the log only grows');
END;
CREATE TRIGGER bundles_delete BEFORE DELETE ON bundles BEGIN
    SELECT RAISE(ABORT, 'refused: the log only grows');
END;

CREATE TRIGGER checkpoints_insert BEFORE INSERT ON checkpoints BEGIN
    SELECT RAISE(ABORT, 'taken: checkpoints') WHERE EXISTS (SELECT 1 FROM checkpoints WHERE size = NEW.size);
END;
CREATE TRIGGER checkpoints_update BEFORE UPDATE ON checkpoints BEGIN
    SELECT RAISE(ABORT, 'refused: the log only grows');
END;
CREATE TRIGGER checkpoints_delete BEFORE DELETE ON checkpoints BEGIN
    SELECT RAISE(ABORT, 'refused: the log only grows');
END;
