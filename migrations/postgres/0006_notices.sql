-- What persons are told (notices), where they want to be told it beside the pages (receivers), and what became of each
-- message to them (deliveries). Not evidence and no part of the log: notices follow from the log and can be made again
-- from it; receivers are personal and deleted, with their deliveries, when they are no longer wanted.

CREATE TABLE notices (
    account  TEXT COLLATE "C" NOT NULL,
    zone     TEXT COLLATE "C" NOT NULL CHECK (zone IN ('evaluation', 'procurement', 'supervision')),
    seq      BIGINT NOT NULL CHECK (seq >= 0),
    what     TEXT COLLATE "C" NOT NULL,
    at       BIGINT NOT NULL,
    tender   TEXT COLLATE "C" NOT NULL,
    audience TEXT COLLATE "C" NOT NULL,
    until    BIGINT,
    discreet BIGINT NOT NULL CHECK (discreet IN (0, 1)),
    seen     BIGINT NOT NULL CHECK (seen IN (0, 1)),
    handed   BIGINT NOT NULL CHECK (handed IN (0, 1)),
    PRIMARY KEY (account, zone, seq, what, at)
);

CREATE INDEX notices_inbox ON notices (account, zone, at);
CREATE INDEX notices_ahead ON notices (what, at);
CREATE INDEX notices_waiting ON notices (at) WHERE handed = 0;

CREATE TABLE receivers (
    id       TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    account  TEXT COLLATE "C" NOT NULL,
    zone     TEXT COLLATE "C" NOT NULL CHECK (zone IN ('evaluation', 'procurement', 'supervision')),
    channel  TEXT COLLATE "C" NOT NULL CHECK (channel IN ('mail', 'webhook')),
    target   TEXT COLLATE "C" NOT NULL,
    secret   TEXT COLLATE "C" NOT NULL,
    language TEXT COLLATE "C" NOT NULL,
    asked    BIGINT NOT NULL,
    wanted   BIGINT NOT NULL CHECK (wanted IN (0, 1)),
    declined TEXT COLLATE "C" NOT NULL,
    last     BIGINT NOT NULL CHECK (last >= 0),
    failures BIGINT NOT NULL CHECK (failures >= 0),
    next     BIGINT NOT NULL,
    UNIQUE (account, zone, channel)
);

CREATE TABLE deliveries (
    receiver TEXT COLLATE "C" NOT NULL REFERENCES receivers (id) ON DELETE CASCADE,
    number   BIGINT NOT NULL CHECK (number > 0),
    zone     TEXT COLLATE "C" NOT NULL CHECK (zone IN ('evaluation', 'procurement', 'supervision')),
    seq      BIGINT NOT NULL CHECK (seq >= 0),
    what     TEXT COLLATE "C" NOT NULL,
    at       BIGINT NOT NULL,
    tender   TEXT COLLATE "C" NOT NULL,
    audience TEXT COLLATE "C" NOT NULL,
    until    BIGINT,
    discreet BIGINT NOT NULL CHECK (discreet IN (0, 1)),
    attempts BIGINT NOT NULL CHECK (attempts >= 0),
    tried    BIGINT,
    answer   TEXT COLLATE "C" NOT NULL,
    done     BIGINT NOT NULL CHECK (done IN (0, 1)),
    PRIMARY KEY (receiver, number)
);

CREATE INDEX deliveries_open ON deliveries (receiver, number) WHERE done = 0;
CREATE INDEX deliveries_done ON deliveries (done, tried);
CREATE INDEX deliveries_zone ON deliveries (zone, done);
CREATE INDEX receivers_zone ON receivers (zone, wanted);
CREATE INDEX receivers_asked ON receivers (wanted, asked);
