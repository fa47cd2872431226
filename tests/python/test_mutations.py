"""Every content check can fail: a real dossier, changed in one place and resealed by a dishonest operator.

Needs a dossier of a finished tender: KAIBIAO_DOSSIER (tar or folder) and KAIBIAO_POLICY; skipped without.
"""

import os
import tempfile
import unittest

import forge
from kaibiao_verify import seal
from kaibiao_verify.bundle import Bundle
from kaibiao_verify.policy import Policy
from kaibiao_verify.record import Record
from kaibiao_verify.verdict import verify

DOSSIER, POLICY = os.environ.get("KAIBIAO_DOSSIER"), os.environ.get("KAIBIAO_POLICY")


def flip(text):
    """Hex text with its first digit changed."""
    return ("0" if text[0] != "0" else "1") + text[1:]


@unittest.skipUnless(DOSSIER and POLICY, "KAIBIAO_DOSSIER and KAIBIAO_POLICY are not set")
class Mutations(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        with open(POLICY, encoding="utf-8") as file:
            cls.policy_text = file.read()
        cls.bundle = Bundle(DOSSIER)
        cls.record = Record(cls.bundle, Policy(cls.policy_text))
        # Heads that signers saw, and heads that went into draws, bind the history before them.
        cls.rewritten = {"37", "29"} if cls.record.mine("draw.pinned") else {"37"}

    @classmethod
    def tearDownClass(cls):
        cls.bundle.close()

    def find(self, kind, number=0):
        facts = self.record.mine(kind) or self.record.of(kind)
        if not facts:
            self.skipTest(f"the dossier has no {kind}")
        return facts[number].seq

    def verdict(self, change):
        log = forge.reopen(self.record, self.bundle)
        change(log)
        log.reseal()
        with tempfile.TemporaryDirectory() as folder:
            kept = [int(p.split("/")[1]) for p in self.bundle.files if p.startswith("checkpoints/")]
            log.write(folder, kept)
            policy = Policy(log.policy(Policy(self.policy_text).registrars))
            changed = Bundle(folder)
            _, checks = verify(changed, policy, [])
            changed.close()
        for check in checks:
            for _, text in check.evidence:
                self.assertNotIn("could not be examined", text)
        return {check.id: (check.outcome, check.evidence) for check in checks}

    def failing(self, change):
        return {ident for ident, (outcome, _) in self.verdict(change).items() if outcome == "fail"}

    def set(self, kind, name, edit, expected, number=0):
        """Change one member of a fact in place; `expected` must fail, and else only 17 and what rewriting breaks."""
        seq = self.find(kind, number)

        def change(log):
            slot = forge.value(log, seq, name)
            slot["value"] = edit(slot["value"])

        failed = self.failing(change)
        self.assertLessEqual(set(expected), failed)
        self.assertLessEqual(failed - set(expected), {"17"} | self.rewritten)

    def test_rewriting_alone_is_seen_by_the_heads_of_the_signers(self):
        self.assertEqual(self.failing(lambda log: None), self.rewritten)

    def test_registrar(self):
        def edit(rows):
            rows[0]["key"] = "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a"
            return rows

        failed = self.failing(lambda log: forge.value(log, 0, "registrars").update(
            value=edit(forge.value(log, 0, "registrars")["value"])))
        self.assertIn("06", failed)

    def test_enrolment_proof(self):
        self.set("account.enrolled", "proof", flip, ["06"])

    def test_what_an_enrolment_holds(self):
        self.set("account.enrolled", "held", flip, ["06"])

    def test_round_one(self):
        def edit(slots):
            slots[0]["pop"] = flip(slots[0]["pop"])
            return slots

        self.set("ceremony.committed", "slots", edit, ["07"])

    def test_public_key(self):
        def edit(rows):
            rows[0]["public"] = seal.G_BYTES.hex()
            return rows

        self.set("ceremony.completed", "keys", edit, ["08"])

    def test_certificate(self):
        def edit(rows):
            rows[0]["sig"] = flip(rows[0]["sig"])
            return rows

        self.set("ceremony.certified", "slots", edit, ["09"])

    def test_assigned_key(self):
        self.set("key.assigned", "key_id", flip, ["10"])

    def test_rules_of_an_addendum(self):
        self.set("tender.amended", "rules", flip, ["11"])

    def test_deadline_of_the_closing(self):
        self.set("tender.closed", "closes_at", lambda t: t + 1, ["12"])

    def test_signature_of_an_act(self):
        seq = self.find("award.made")
        failed = self.failing(lambda log: log.entries[seq].update(sig=flip(log.entries[seq]["sig"])))
        self.assertEqual(failed, {"17"} | self.rewritten)

    def test_revision(self):
        self.set("bid.submitted", "revision", lambda n: n + 1, ["18"])

    def test_arrival_after_the_deadline(self):
        self.set("bid.submitted", "@arrived", lambda t: t + 10**10, ["19"])

    def test_closed_too_early(self):
        seq = self.find("tender.closed")
        early = self.record.facts[seq].body["closes_at"] + 1999
        failed = self.failing(lambda log: log.entries[seq].update(ts=early))
        self.assertEqual(failed, {"20"} | self.rewritten)

    def test_list_hash(self):
        self.set("list.frozen", "list", flip, ["21"])

    def test_envelope_signature(self):
        def edit(rows):
            rows[0]["sig"] = flip(rows[0]["sig"])
            return rows

        self.set("bid.submitted", "envelopes", edit, ["22"])

    def test_header_of_an_envelope(self):
        def edit(rows):
            header = rows[0]["header"]
            rows[0]["header"] = header[:128] + flip(header[128:])
            return rows

        seq = self.find("list.frozen")
        bid = self.record.facts[seq].body["envelopes"][0]["seq"]
        failed = self.failing(lambda log: forge.value(log, bid, "envelopes").update(
            value=edit(forge.value(log, bid, "envelopes")["value"])))
        # the label does not hold the header, so shares and bodies stand; the envelope hash, and with it F', does
        self.assertEqual(failed, {"17", "21", "22", "23"} | self.rewritten)

    def test_repeated_header(self):
        def edit(rows):
            rows[1]["header"] = rows[0]["header"]
            return rows

        self.assertIn("24", self.set_failing("bid.submitted", "envelopes", edit))

    def set_failing(self, kind, name, edit):
        seq = self.find(kind)

        def change(log):
            slot = forge.value(log, seq, name)
            slot["value"] = edit(slot["value"])

        return self.failing(change)

    def test_unlock(self):
        def edit(rows):
            rows[0]["beta"] = flip(rows[0]["beta"])
            return rows

        self.assertIn("25", self.set_failing("bid.unlocked", "keys", edit))

    def test_quorum(self):
        self.set("opening.recorded", "quorum", lambda q: q[:-1] + [q[0]], ["26"])

    def test_partial(self):
        faulted = {f.body["seq"] for f in self.record.mine("share.faulted")}
        seq = next(f.seq for f in self.record.mine("share.given") if f.seq not in faulted)

        def change(log):
            rows = forge.value(log, seq, "partials")["value"]
            rows[0] = rows[0][:64] + flip(rows[0][64:])

        self.assertEqual(self.failing(change), {"17", "26"} | self.rewritten)

    def test_body(self):
        def change(log):
            path = next(p for p in sorted(log.files) if p.startswith("bodies/") and p[7:] in self.opened())
            log.files[path] = log.files[path][:-1] + bytes([log.files[path][-1] ^ 1])

        self.assertEqual(self.failing(change), {"27"} | self.rewritten)

    def opened(self):
        bids = self.record.facts[self.find("opening.recorded")].body["bids"]
        return {p["submission"] for b in bids for p in b["parts"] if "letter" in p}

    def test_good_envelope_called_bad(self):
        def edit(bids):
            part = next(p for b in bids for p in b["parts"] if "letter" in p)
            for name in ("letter", "sha256", "bytes"):
                del part[name]
            part["unopened"] = {"cause": "bidder_bad_envelope", "evidence": "", "submission": part["submission"]}
            return bids

        self.assertIn("27", self.set_failing("opening.recorded", "bids", edit))

    def test_document(self):
        def change(log):
            path = next(p for p in sorted(log.files) if p.startswith("documents/"))
            log.files[path] += b"x"

        self.assertEqual(self.failing(change), {"01"} | self.rewritten)

    def test_plaintext_hash(self):
        def edit(bids):
            part = next(p for b in bids for p in b["parts"] if "letter" in p)
            part["sha256"] = flip(part["sha256"])
            return bids

        self.set("opening.recorded", "bids", edit, ["27"])

    def test_opened_price(self):
        def edit(bids):
            part = next(p for b in bids for p in b["parts"] if "letter" in p)
            part["letter"]["price"]["minor"] += 1
            return bids

        self.assertIn("28", self.set_failing("opening.recorded", "bids", edit))

    def test_numbers_of_addresses(self):
        def edit(rows):
            next(row for row in rows if "address" in row)["address"] += 7
            return rows

        self.set("origins.compared", "bids", edit, ["28"])

    def test_account_of_a_bid(self):
        def edit(bids):
            bids[0]["account"] = "somebody"
            return bids

        self.assertIn("28", self.set_failing("opening.recorded", "bids", edit))

    def test_seed_of_a_draw(self):
        self.set("draw.completed", "seed", flip, ["29"])

    def test_contribution_to_a_draw(self):
        self.set("draw.answered", "part", lambda part: part[:64] + flip(part[64:]), ["29"])

    def test_call_out_of_order(self):
        self.set("expert.called", "salt", flip, ["29"])

    def test_conflict(self):
        self.set("recusal.declared", "conflicts", lambda _: ["related"], ["30", "31", "32"])

    def test_commitment_of_a_sheet(self):
        self.set("score.committed", "commitment", flip, ["32"])

    def test_seat_of_a_commitment(self):
        self.assertIn("31", self.set_failing("score.committed", "seat", lambda s: s + "x"))

    def test_ranking(self):
        def edit(lots):
            lots[0]["ranking"][0]["price_e4"] += 1
            return lots

        self.set("evaluation.concluded", "lots", edit, ["33"])

    def test_conflicting_roles(self):
        self.assertIn("34", self.set_failing("account.enrolled", "roles", lambda _: ["bidder", "supervisor"]))

    def test_award_to_another(self):
        def edit(rows):
            rows[0]["bid"] = "bid-other"
            return rows

        self.set("award.made", "awards", edit, ["35"])

    def test_missing_payload(self):
        seq = self.find("award.made")
        self.assertIn("36", self.failing(lambda log: log.payloads.pop(seq)))

    def test_disclosed_too_much(self):
        seq = self.find("facts.disclosed")
        failed = self.failing(lambda log: forge.value(log, seq, "seqs").update(value=[]))
        self.assertEqual(failed, {"36", "37"})

    def test_what_depends_on_payloads_is_not_examined(self):
        seq = self.find("award.made")
        verdict = self.verdict(lambda log: log.payloads.pop(seq))
        self.assertEqual(verdict["35"], ("na", [(None, "not examined: depends on 36")]))
        self.assertEqual(verdict["03"][0], "pass")


if __name__ == "__main__":
    unittest.main()
