-- Roles of the zones on PostgreSQL. Not a numbered migration: an administrator runs it, once, after the schema exists
-- and as its owner (who may create roles); running it again changes nothing.
--
--   kaibiao_pen          the procurement zone: appends anything, reads everything, blanks payloads.
--   kaibiao_evaluation   the evaluation zone: appends evaluation facts; reads payloads of the platform, of accounts
--                        and of evaluations, never one of procurement or supervision.
--   kaibiao_supervision  the supervision zone: appends supervision facts; of confidential facts it reads the payload
--                        only once they are disclosed.
--   kaibiao_reader       auditors and mirrors: exactly the public log, nothing else.
--
-- The roles are groups without login. Give each zone a login of its own:
--   CREATE ROLE zone_evaluation LOGIN PASSWORD '…' IN ROLE kaibiao_evaluation;
-- and start it with a database address of that login; it then attaches to the schema instead of migrating it.
--
-- What this does not do: the columns stream, kind and act of `entries` are readable by the zones, so a zone that was
-- taken over learns THAT a tender received confidential facts and when, though not from whom or what they say.
-- Rows written by a zone's role are bound to its streams, but that a role writes honest hashes is checked by
-- verification, not here. The owner of the tables passes every rule below; no zone should run as the owner.

DO $$
DECLARE
    role TEXT;
BEGIN
    FOREACH role IN ARRAY ARRAY['kaibiao_pen', 'kaibiao_evaluation', 'kaibiao_supervision', 'kaibiao_reader'] LOOP
        IF NOT EXISTS (SELECT 1 FROM pg_roles WHERE rolname = role) THEN
            EXECUTE format('CREATE ROLE %I NOLOGIN', role);
        END IF;
    END LOOP;
END $$;

REVOKE ALL ON entries, payloads, tiles, bundles, checkpoints, marks, streams, courier_positions, enrolment_requests,
    subscriptions, notices, receivers, deliveries, hand_in_addresses
    FROM PUBLIC;

-- The public log.
GRANT SELECT (seq, ts, leaf, entry) ON entries TO kaibiao_reader;
GRANT SELECT ON tiles, bundles, checkpoints TO kaibiao_reader;

-- The zones.
GRANT SELECT ON entries, payloads, tiles, bundles, checkpoints, marks, streams, courier_positions, _sqlx_migrations
    TO kaibiao_pen, kaibiao_evaluation, kaibiao_supervision;
GRANT INSERT ON entries, payloads, tiles, bundles, checkpoints, marks, streams
    TO kaibiao_pen, kaibiao_evaluation, kaibiao_supervision;
GRANT UPDATE (body) ON payloads TO kaibiao_pen;
GRANT INSERT, UPDATE ON courier_positions TO kaibiao_pen;
GRANT SELECT, INSERT, UPDATE, DELETE ON subscriptions TO kaibiao_pen;

-- From where bids were handed in, and so how many there are, is known to procurement alone.
GRANT SELECT, INSERT, UPDATE, DELETE ON hand_in_addresses TO kaibiao_pen;

-- Notices to persons are made, and messages sent, where house is kept; each zone shows its own, marks them as seen,
-- and keeps where its people want to be told.
GRANT SELECT, INSERT, UPDATE, DELETE ON notices, receivers, deliveries TO kaibiao_pen;
GRANT SELECT ON notices, deliveries TO kaibiao_evaluation, kaibiao_supervision;
GRANT UPDATE (seen) ON notices TO kaibiao_evaluation, kaibiao_supervision;
GRANT SELECT, INSERT, UPDATE, DELETE ON receivers TO kaibiao_evaluation, kaibiao_supervision;

-- Requests to be enrolled come in at every zone; what they say is read, and decided, where the registrars are.
GRANT SELECT, INSERT, UPDATE, DELETE ON enrolment_requests TO kaibiao_pen;
GRANT INSERT, SELECT (id, account, key, since, until, outcome, reason) ON enrolment_requests
    TO kaibiao_evaluation, kaibiao_supervision;

ALTER TABLE entries ENABLE ROW LEVEL SECURITY;
ALTER TABLE payloads ENABLE ROW LEVEL SECURITY;
ALTER TABLE marks ENABLE ROW LEVEL SECURITY;
ALTER TABLE notices ENABLE ROW LEVEL SECURITY;
ALTER TABLE receivers ENABLE ROW LEVEL SECURITY;
ALTER TABLE deliveries ENABLE ROW LEVEL SECURITY;

DROP POLICY IF EXISTS entries_read ON entries;
DROP POLICY IF EXISTS entries_pen ON entries;
DROP POLICY IF EXISTS entries_evaluation ON entries;
DROP POLICY IF EXISTS entries_supervision ON entries;
CREATE POLICY entries_read ON entries FOR SELECT
    TO kaibiao_pen, kaibiao_evaluation, kaibiao_supervision, kaibiao_reader USING (true);
CREATE POLICY entries_pen ON entries FOR INSERT TO kaibiao_pen WITH CHECK (true);
CREATE POLICY entries_evaluation ON entries FOR INSERT TO kaibiao_evaluation
    WITH CHECK (starts_with(stream, 'evaluation/') OR starts_with(stream, 'pool/'));
CREATE POLICY entries_supervision ON entries FOR INSERT TO kaibiao_supervision
    WITH CHECK (starts_with(stream, 'supervision/') OR stream = 'rules');

DROP POLICY IF EXISTS payloads_pen ON payloads;
DROP POLICY IF EXISTS payloads_evaluation ON payloads;
DROP POLICY IF EXISTS payloads_evaluation_write ON payloads;
DROP POLICY IF EXISTS payloads_supervision ON payloads;
DROP POLICY IF EXISTS payloads_supervision_write ON payloads;
CREATE POLICY payloads_pen ON payloads TO kaibiao_pen USING (true) WITH CHECK (true);
CREATE POLICY payloads_evaluation ON payloads FOR SELECT TO kaibiao_evaluation
    USING (EXISTS (SELECT 1 FROM entries e WHERE e.seq = payloads.seq
        AND (e.stream = 'platform' OR starts_with(e.stream, 'account/') OR starts_with(e.stream, 'evaluation/')
            OR starts_with(e.stream, 'pool/'))));
CREATE POLICY payloads_evaluation_write ON payloads FOR INSERT TO kaibiao_evaluation
    WITH CHECK (EXISTS (SELECT 1 FROM entries e WHERE e.seq = payloads.seq
        AND (starts_with(e.stream, 'evaluation/') OR starts_with(e.stream, 'pool/'))));
-- The names are those of the registry of facts that are confidential; a test compares them.
CREATE POLICY payloads_supervision ON payloads FOR SELECT TO kaibiao_supervision
    USING (EXISTS (SELECT 1 FROM entries e WHERE e.seq = payloads.seq AND e.kind NOT IN (
            'question.asked', 'objection.raised', 'bid.entered', 'bid.submitted', 'bid.confirmed', 'bid.withdrawn',
            'inquiry.put', 'inquiry.answered',
            'evaluation.opened', 'codes.drawn', 'panel.appointed', 'recusal.declared',
            'qualification.reviewed', 'review.voted', 'review.closed', 'clarification.asked', 'clarification.returned',
            'price.corrected', 'price.judged', 'extension.asked', 'evaluation.extended',
            'score.committed', 'score.revealed', 'score.changed', 'report.signed',
            'expert.listed', 'expert.suspended', 'expert.reinstated', 'expert.called', 'call.answered',
            'call.lapsed', 'representatives.named', 'hours.set', 'seat.entered', 'seat.left',
            'document.opened', 'chair.voted', 'panel.said', 'seat.vacated'))
        OR EXISTS (SELECT 1 FROM marks m WHERE m.name = 'disclosed' AND m.key = payloads.seq::text));
CREATE POLICY payloads_supervision_write ON payloads FOR INSERT TO kaibiao_supervision
    WITH CHECK (EXISTS (SELECT 1 FROM entries e WHERE e.seq = payloads.seq
        AND (starts_with(e.stream, 'supervision/') OR e.stream = 'rules')));

-- Which account stands behind which bid is nobody's business but procurement's.
DROP POLICY IF EXISTS marks_pen ON marks;
DROP POLICY IF EXISTS marks_read ON marks;
DROP POLICY IF EXISTS marks_write ON marks;
CREATE POLICY marks_pen ON marks TO kaibiao_pen USING (true) WITH CHECK (true);
CREATE POLICY marks_read ON marks FOR SELECT TO kaibiao_evaluation, kaibiao_supervision
    USING (name IN ('account', 'account-key', 'custody-key', 'disclosed'));
CREATE POLICY marks_write ON marks FOR INSERT TO kaibiao_evaluation, kaibiao_supervision
    WITH CHECK (name NOT IN ('account', 'account-key', 'custody-key', 'bid-key', 'bid-of', 'disclosed'));

-- What an expert, or a bidder, is told is nobody's business in another zone.
DO $$
DECLARE
    kept TEXT;
BEGIN
    FOREACH kept IN ARRAY ARRAY['notices', 'receivers', 'deliveries'] LOOP
        EXECUTE format('DROP POLICY IF EXISTS %1$s_pen ON %1$I', kept);
        EXECUTE format('DROP POLICY IF EXISTS %1$s_evaluation ON %1$I', kept);
        EXECUTE format('DROP POLICY IF EXISTS %1$s_supervision ON %1$I', kept);
        EXECUTE format('CREATE POLICY %1$s_pen ON %1$I TO kaibiao_pen USING (true) WITH CHECK (true)', kept);
        EXECUTE format('CREATE POLICY %1$s_evaluation ON %1$I TO kaibiao_evaluation
            USING (zone = ''evaluation'') WITH CHECK (zone = ''evaluation'')', kept);
        EXECUTE format('CREATE POLICY %1$s_supervision ON %1$I TO kaibiao_supervision
            USING (zone = ''supervision'') WITH CHECK (zone = ''supervision'')', kept);
    END LOOP;
END $$;
