-- The network address from which a bid was last handed in, until the bids are opened or the tender ends. Personal, and
-- no part of the log: after the opening one fact says which addresses are equal, and the rows are deleted.

CREATE TABLE hand_in_addresses (
    tender  TEXT COLLATE "C" NOT NULL,
    bid     TEXT COLLATE "C" NOT NULL,
    seq     BIGINT NOT NULL CHECK (seq >= 0),
    address TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (tender, bid)
);
