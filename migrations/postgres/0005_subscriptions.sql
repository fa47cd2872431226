-- Who asked to be told by mail what of the tenders becomes public. Not evidence and no part of the log: rows are
-- personal, and deleted when they are no longer wanted.

CREATE TABLE subscriptions (
    token    TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    address  TEXT COLLATE "C" NOT NULL,
    query    TEXT COLLATE "C" NOT NULL,
    language TEXT COLLATE "C" NOT NULL,
    asked    BIGINT NOT NULL,
    wanted   BIGINT NOT NULL CHECK (wanted IN (0, 1)),
    told     BIGINT NOT NULL CHECK (told >= 0),
    UNIQUE (address, query)
);

CREATE INDEX subscriptions_wanted ON subscriptions (wanted, asked);
