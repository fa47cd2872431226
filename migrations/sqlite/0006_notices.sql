-- What persons are told (notices), where they want to be told it beside the pages (receivers), and what became of each
-- message to them (deliveries). Not evidence and no part of the log: notices follow from the log and can be made again
-- from it; receivers are personal and deleted, with their deliveries, when they are no longer wanted.

CREATE TABLE notices (
    account  TEXT NOT NULL,
    zone     TEXT NOT NULL CHECK (zone IN ('evaluation', 'procurement', 'supervision')),
    seq      INTEGER NOT NULL CHECK (seq >= 0),
    what     TEXT NOT NULL,
    at       INTEGER NOT NULL,
    tender   TEXT NOT NULL,
    audience TEXT NOT NULL,
    until    INTEGER,
    discreet INTEGER NOT NULL CHECK (discreet IN (0, 1)),
    seen     INTEGER NOT NULL CHECK (seen IN (0, 1)),
    handed   INTEGER NOT NULL CHECK (handed IN (0, 1)),
    PRIMARY KEY (account, zone, seq, what, at)
) STRICT;

CREATE INDEX notices_inbox ON notices (account, zone, at);
CREATE INDEX notices_ahead ON notices (what, at);
CREATE INDEX notices_waiting ON notices (at) WHERE handed = 0;

CREATE TABLE receivers (
    id       TEXT NOT NULL PRIMARY KEY,
    account  TEXT NOT NULL,
    zone     TEXT NOT NULL CHECK (zone IN ('evaluation', 'procurement', 'supervision')),
    channel  TEXT NOT NULL CHECK (channel IN ('mail', 'webhook')),
    target   TEXT NOT NULL,
    secret   TEXT NOT NULL,
    language TEXT NOT NULL,
    asked    INTEGER NOT NULL,
    wanted   INTEGER NOT NULL CHECK (wanted IN (0, 1)),
    declined TEXT NOT NULL,
    last     INTEGER NOT NULL CHECK (last >= 0),
    failures INTEGER NOT NULL CHECK (failures >= 0),
    next     INTEGER NOT NULL,
    UNIQUE (account, zone, channel)
) STRICT;

CREATE TABLE deliveries (
    receiver TEXT NOT NULL REFERENCES receivers (id) ON DELETE CASCADE,
    number   INTEGER NOT NULL CHECK (number > 0),
    zone     TEXT NOT NULL CHECK (zone IN ('evaluation', 'procurement', 'supervision')),
    seq      INTEGER NOT NULL CHECK (seq >= 0),
    what     TEXT NOT NULL,
    at       INTEGER NOT NULL,
    tender   TEXT NOT NULL,
    audience TEXT NOT NULL,
    until    INTEGER,
    discreet INTEGER NOT NULL CHECK (discreet IN (0, 1)),
    attempts INTEGER NOT NULL CHECK (attempts >= 0),
    tried    INTEGER,
    answer   TEXT NOT NULL,
    done     INTEGER NOT NULL CHECK (done IN (0, 1)),
    PRIMARY KEY (receiver, number)
) STRICT;

CREATE INDEX deliveries_open ON deliveries (receiver, number) WHERE done = 0;
CREATE INDEX deliveries_done ON deliveries (done, tried);
CREATE INDEX deliveries_zone ON deliveries (zone, done);
CREATE INDEX receivers_zone ON receivers (zone, wanted);
CREATE INDEX receivers_asked ON receivers (wanted, asked);
