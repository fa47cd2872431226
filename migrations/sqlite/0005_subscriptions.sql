-- Who asked to be told by mail what of the tenders becomes public. Not evidence and no part of the log: rows are
-- personal, and deleted when they are no longer wanted.

CREATE TABLE subscriptions (
    token    TEXT NOT NULL PRIMARY KEY,
    address  TEXT NOT NULL,
    query    TEXT NOT NULL,
    language TEXT NOT NULL,
    asked    INTEGER NOT NULL,
    wanted   INTEGER NOT NULL CHECK (wanted IN (0, 1)),
    told     INTEGER NOT NULL CHECK (told >= 0),
    UNIQUE (address, query)
) STRICT;

CREATE INDEX subscriptions_wanted ON subscriptions (wanted, asked);
