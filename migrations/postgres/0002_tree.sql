-- The Merkle tree of the log in tiles (C2SP tlog-tiles), bundles of 256 entries, and kept checkpoints.

CREATE TABLE tiles (
    level  BIGINT NOT NULL CHECK (level BETWEEN 0 AND 63),
    idx    BIGINT NOT NULL CHECK (idx >= 0),
    root   BYTEA NOT NULL CHECK (length(root) = 32),
    hashes BYTEA NOT NULL CHECK (length(hashes) = 8192),
    PRIMARY KEY (level, idx)
);

CREATE TABLE bundles (
    idx     BIGINT PRIMARY KEY CHECK (idx >= 0),
    entries BYTEA NOT NULL
);

CREATE TABLE checkpoints (
    size BIGINT PRIMARY KEY CHECK (size > 0),
    note TEXT COLLATE "C" NOT NULL
);

-- Hashes do not compress: do not try.
ALTER TABLE tiles ALTER COLUMN hashes SET STORAGE EXTERNAL;

CREATE TRIGGER tiles_refuse BEFORE UPDATE OR DELETE OR TRUNCATE ON tiles
    FOR EACH STATEMENT EXECUTE FUNCTION kaibiao_refuse();
CREATE TRIGGER bundles_refuse BEFORE UPDATE OR DELETE OR TRUNCATE ON bundles
    FOR EACH STATEMENT EXECUTE FUNCTION kaibiao_refuse();
CREATE TRIGGER checkpoints_refuse BEFORE UPDATE OR DELETE OR TRUNCATE ON checkpoints
    FOR EACH STATEMENT EXECUTE FUNCTION kaibiao_refuse();

ALTER TABLE tiles ENABLE ALWAYS TRIGGER tiles_refuse;
ALTER TABLE bundles ENABLE ALWAYS TRIGGER bundles_refuse;
ALTER TABLE checkpoints ENABLE ALWAYS TRIGGER checkpoints_refuse;
