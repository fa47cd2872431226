-- Requests to be enrolled that wait for a registrar. They are personal data and no part of the log: the body goes when
-- the request is decided, the rest of the row when its time is over.

CREATE TABLE enrolment_requests (
    id      BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 32),
    account TEXT NOT NULL,
    key     BLOB NOT NULL CHECK (length(key) = 32),
    since   INTEGER NOT NULL CHECK (since >= 0),
    until   INTEGER NOT NULL CHECK (until > since),
    body    BLOB,
    outcome TEXT CHECK (outcome IN ('enrolled', 'declined', 'taken')),
    reason  TEXT,
    CHECK ((body IS NULL) = (outcome IS NOT NULL))
) STRICT;

-- One key waits once.
CREATE UNIQUE INDEX enrolment_requests_key ON enrolment_requests (key) WHERE body IS NOT NULL;
CREATE INDEX enrolment_requests_waiting ON enrolment_requests (since) WHERE body IS NOT NULL;
CREATE INDEX enrolment_requests_until ON enrolment_requests (until);
