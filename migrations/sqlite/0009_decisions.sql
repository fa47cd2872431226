-- The decisions of complaints over all tenders, for the public list of them. The index has these alone, so no other
-- entry costs anything by it.

CREATE INDEX entries_decided ON entries (kind, seq) WHERE kind = 'complaint.decided';
