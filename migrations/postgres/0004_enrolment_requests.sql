-- Requests to be enrolled that wait for a registrar. They are personal data and no part of the log: the body goes when
-- the request is decided, the rest of the row when its time is over.

CREATE TABLE enrolment_requests (
    id      BYTEA NOT NULL PRIMARY KEY CHECK (length(id) = 32),
    account TEXT COLLATE "C" NOT NULL,
    key     BYTEA NOT NULL CHECK (length(key) = 32),
    since   BIGINT NOT NULL CHECK (since >= 0),
    until   BIGINT NOT NULL CHECK (until > since),
    body    BYTEA,
    outcome TEXT COLLATE "C" CHECK (outcome IN ('enrolled', 'declined', 'taken')),
    reason  TEXT COLLATE "C",
    CHECK ((body IS NULL) = (outcome IS NOT NULL))
);

-- One key waits once.
CREATE UNIQUE INDEX enrolment_requests_key ON enrolment_requests (key) WHERE body IS NOT NULL;
CREATE INDEX enrolment_requests_waiting ON enrolment_requests (since) WHERE body IS NOT NULL;
CREATE INDEX enrolment_requests_until ON enrolment_requests (until);
