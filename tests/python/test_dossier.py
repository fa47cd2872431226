"""Small dossiers made here, good and bad, through the command line; hostile bundles."""

import contextlib
import hashlib
import io
import json
import os
import tarfile
import tempfile
import unittest

import forge
from kaibiao_verify import canon, main, seal
from kaibiao_verify.canon import lp

ORIGIN, TENDER = "log.example/1", "T1"
REGISTRAR, BUYER, STRANGER = (forge.private(n) for n in ("registrar", "buyer", "stranger"))


def enrolled(log, name, key, roles, by=REGISTRAR, ts=2, signer=None, until=None, **unveiled):
    """Append one enrolment; its personal members are withheld, unless `unveiled`; `held` replaces the commitment."""
    proof = (signer or key).sign(lp("kaibiao/enrol/v1", ORIGIN, name, forge.public(key))).hex()
    body = {
        "account": name, "contact": "c", "employer": "e", "key": forge.public(key).hex(),
        "name": "n", "proof": proof, "roles": roles, "salt": "07" * 32,
    }  # fmt: skip
    if until is not None:
        body["until"] = until
    named = canon.spell({"contact": "c", "employer": "e", "name": "n"})
    held = hashlib.sha256(lp("kaibiao/held/v1", b"\x07" * 32, named)).hexdigest()
    body["held"] = unveiled.pop("held", held)
    hidden = ("contact", "employer", "name", "salt")
    return log.append("account.enrolled", f"account/{name}", body, ts, by=by, withheld=hidden, **unveiled)


def registered(log, by=BUYER, ts=3):
    body = {"buyer": "buyer", "regime": "free", "tender": TENDER, "title": "t"}
    return log.append("tender.registered", f"tender/{TENDER}", body, ts, by=by)


def small(until=None):
    log = forge.Log(ORIGIN, TENDER)
    registrars = [{"account": "registrar", "key": forge.public(REGISTRAR).hex()}]
    log.append(
        "platform.founded", "platform",
        {"calendar": "", "demo": True, "log_key": log.verifier, "origin": ORIGIN,
         "refusal_key": "", "registrars": registrars}, 1,
    )  # fmt: skip
    enrolled(log, "buyer", BUYER, ["buyer"], until=until)
    registered(log)
    return log


class Run(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.top = folder.name
        self.dossier, self.policy = os.path.join(self.top, "d"), os.path.join(self.top, "policy.toml")

    def run_on(self, path, policy=None, *more):
        with open(self.policy, "w", encoding="utf-8") as file:
            file.write(policy or small().policy({"registrar": forge.public(REGISTRAR)}))
        out, err = (io.TextIOWrapper(io.BytesIO(), encoding="utf-8") for _ in range(2))
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            code = main.main([path, "--policy", self.policy, "--json", *more])
        for stream in (out, err):
            stream.flush()
        text, said = out.buffer.getvalue().decode(), err.buffer.getvalue().decode()
        return code, json.loads(text) if text else None, said

    def failing(self, log, kept=()):
        log.write(self.dossier, kept)
        code, verdict, said = self.run_on(self.dossier)
        self.assertEqual(said, "")
        failed = {c["id"]: c["evidence"][0]["text"] for c in verdict["checks"] if c["outcome"] == "fail"}
        self.assertEqual(code, 1 if failed else 0)
        return failed


class Good(Run):
    def test_small_log(self):
        log = small()
        log.write(self.dossier, kept=[2])
        code, verdict, _ = self.run_on(self.dossier)
        self.assertEqual(code, 0)
        self.assertTrue(verdict["good"])
        self.assertEqual([c["id"] for c in verdict["checks"]], [f"{n:02d}" for n in range(1, 42)])
        outcome = {c["id"]: c["outcome"] for c in verdict["checks"]}
        passed = {"01", "02", "03", "04", "05", "06", "17", "34", "36", "37"}
        self.assertEqual({i for i, o in outcome.items() if o == "pass"}, passed)

    def test_same_from_a_tar(self):
        small().write(self.dossier)
        path = os.path.join(self.top, "d.tar")
        with tarfile.open(path, "w", format=tarfile.USTAR_FORMAT) as tar:
            tar.add(self.dossier, arcname=".", filter=self.named)
        self.assertEqual(self.run_on(path)[0], 0)

    @staticmethod
    def named(member):
        member.name = member.name.removeprefix("./")
        return member if member.name != "." else member

    def test_two_hundred_and_sixty_entries(self):
        log = small()
        for n in range(260):
            log.append("clock.suspected", "platform", {"lag": n}, 5)
        self.assertEqual(self.failing(log), {})


class Bad(Run):
    def test_enrolment_by_a_stranger(self):
        log = small()
        enrolled(log, "other", STRANGER, ["bidder"], by=STRANGER, ts=4)
        self.assertEqual(self.failing(log), {"06": "is not by a registrar"})

    def test_enrolment_without_the_key(self):
        log = small()
        enrolled(log, "other", STRANGER, ["bidder"], ts=4, signer=BUYER)
        self.assertEqual(self.failing(log), {"06": "the account's own proof does not hold"})

    def test_enrolment_changed_after_it_was_signed(self):
        for member, other in (("roles", ["bidder"]), ("held", "00" * 32)):
            log = small()
            forge.value(log, 1, member)["value"] = other
            log.reseal()
            log.entries, log.payloads = log.entries[:2], {seq: log.payloads[seq] for seq in (0, 1)}
            registered(log)
            self.assertIn("06", self.failing(log))
            self.assertEqual(self.failing(log)["06"], "the signature does not hold")

    def test_enrolment_shown_whole(self):
        log = small()
        enrolled(log, "other", STRANGER, ["bidder"], ts=4, unveiled=True)
        log.append("facts.disclosed", "platform", {"basis": "b", "seqs": [3]}, 5)
        self.assertEqual(self.failing(log), {})
        log = small()
        enrolled(log, "other", STRANGER, ["bidder"], ts=4, unveiled=True, held="00" * 32)
        log.append("facts.disclosed", "platform", {"basis": "b", "seqs": [3]}, 5)
        self.assertEqual(self.failing(log), {"06": "held does not fit the members shown"})

    def test_enrolled_twice(self):
        log = small()
        enrolled(log, "buyer", STRANGER, ["bidder"], ts=4)
        self.assertEqual(self.failing(log), {"06": "the account buyer occurs twice"})

    def test_custodian_without_keys(self):
        log = small()
        enrolled(log, "cust", STRANGER, ["custodian"], ts=4)
        self.assertEqual(self.failing(log), {"06": "a custodian without custody keys"})

    def test_conflicting_roles(self):
        log = small()
        enrolled(log, "both", STRANGER, ["bidder", "expert"], ts=4)
        self.assertEqual(self.failing(log), {"34": "both is bidder and expert"})

    def test_act_by_a_stranger(self):
        log = small()
        log.append("tender.terminated", f"tender/{TENDER}", {"reason": "r", "tender": TENDER}, 4, by=STRANGER)
        self.assertEqual(self.failing(log), {"17": "its author is no enrolled account"})

    def test_act_after_revocation(self):
        log = small()
        log.append("account.revoked", "account/buyer", {"account": "buyer", "reason": "r"}, 4, by=REGISTRAR)
        log.append("tender.terminated", f"tender/{TENDER}", {"reason": "r", "tender": TENDER}, 5, by=BUYER)
        self.assertEqual(self.failing(log), {"17": "buyer was not enrolled, or revoked, at that moment"})

    def test_act_at_the_end_and_after_it(self):
        for ts, failing in ((5, {}), (6, {"17": "buyer acted after its time was over"})):
            log = small(until=5)
            log.append("tender.terminated", f"tender/{TENDER}", {"reason": "r", "tender": TENDER}, ts, by=BUYER)
            self.assertEqual(self.failing(log), failing)

    def test_signature_over_another_body(self):
        log = small()
        forge.value(log, 2, "title")["value"] = "u"
        log.reseal()
        self.assertEqual(self.failing(log), {"17": "the signature of tender.registered does not hold"})

    def test_rewritten_past(self):
        log = small()
        forge.value(log, 0, "calendar")["value"] = "u"
        log.reseal()
        self.assertEqual(set(self.failing(log)), {"37"})

    def test_time_runs_back(self):
        log = small()
        log.append("clock.suspected", "platform", {"lag": 1}, 2)
        self.assertEqual(self.failing(log), {"04": "ts is smaller than that of the entry before"})

    def test_payload_of_another_commitment(self):
        log = small()
        log.append("clock.suspected", "platform", {"lag": 1}, 4)
        forge.value(log, 3, "lag")["value"] = 2
        self.assertEqual(self.failing(log), {"36": "the payload does not match the commitment of its entry"})

    def test_member_not_listed(self):
        log = small()
        log.append("clock.suspected", "platform", {"lag": 1, "x": 1}, 4)
        self.assertEqual(set(self.failing(log)), {"36"})

    def test_confidential_shown(self):
        log = small()
        body = {"codes": {}, "tender": TENDER}
        log.append("codes.drawn", f"evaluation/{TENDER}", body, 4, confidential=True)
        wanted = "the payload of a confidential fact is there, undisclosed"
        self.assertEqual(self.failing(log), {"36": wanted})

    def test_confidential_disclosed(self):
        log = small()
        body = {"codes": {}, "tender": TENDER}
        seq = log.append("codes.drawn", f"evaluation/{TENDER}", body, 4, confidential=True)
        log.append("facts.disclosed", f"evaluation/{TENDER}", {"basis": "b", "seqs": [seq]}, 5)
        self.assertEqual(self.failing(log), {})

    def test_forked_checkpoint(self):
        log = small()
        fork = small()
        fork.entries[1]["ts"] = 1
        log.files["checkpoints/2"] = fork.signed(2)
        self.assertEqual(self.failing(log), {"05": "checkpoints/2: another root at size 2"})

    def test_larger_checkpoint(self):
        larger = small()
        larger.append("clock.suspected", "platform", {"lag": 1}, 4)
        path = os.path.join(self.top, "kept")
        with open(path, "wb") as file:
            file.write(larger.signed(4))
        small().write(self.dossier)
        code, verdict, _ = self.run_on(self.dossier, None, "--checkpoint", path)
        self.assertEqual(code, 1)
        self.assertEqual([c["id"] for c in verdict["checks"] if c["outcome"] == "fail"], ["05"])

    def test_other_policy(self):
        small().write(self.dossier)
        text = small().policy({"registrar": forge.public(STRANGER)})
        code, verdict, _ = self.run_on(self.dossier, text)
        self.assertEqual(code, 1)
        self.assertEqual([c["id"] for c in verdict["checks"] if c["outcome"] == "fail"], ["06"])

    def test_files(self):
        small().write(self.dossier)
        with open(os.path.join(self.dossier, "extra"), "w", encoding="utf-8"):
            pass
        os.remove(os.path.join(self.dossier, "log/tile/0/000.p/3"))
        code, verdict, _ = self.run_on(self.dossier)
        failed = {c["id"]: [e["text"] for e in c["evidence"]] for c in verdict["checks"] if c["outcome"] == "fail"}
        self.assertEqual(code, 1)
        self.assertEqual(failed["01"], ["log/tile/0/000.p/3 is missing", "'extra' is not in the manifest"])
        self.assertEqual(failed["03"], ["log/tile/0/000.p/3 is missing"])

    def test_entries_that_cannot_be_read(self):
        log = small()
        log.entries[2]["seq"] = "two"
        log.write(self.dossier)
        code, verdict, _ = self.run_on(self.dossier)
        self.assertEqual(code, 1)
        last = verdict["checks"][-1]
        self.assertEqual((last["outcome"], last["evidence"][0]["text"]), ("na", "not examined: depends on 04"))


class Hostile(Run):
    def unreadable(self, path, reason):
        code, verdict, said = self.run_on(path)
        self.assertEqual((code, verdict), (2, None))
        self.assertIn(reason, said)
        self.assertNotIn("Traceback", said)

    def tar(self, build, kind=tarfile.USTAR_FORMAT):
        path = os.path.join(self.top, "h.tar")
        with tarfile.open(path, "w", format=kind) as tar:
            build(tar)
        return path

    @staticmethod
    def member(name, data=b"", kind=tarfile.REGTYPE):
        info = tarfile.TarInfo(name)
        info.type, info.size = kind, len(data)
        if kind == tarfile.SYMTYPE:
            info.linkname = "/etc/passwd"
        return info, io.BytesIO(data)

    def test_tars(self):
        link = self.tar(lambda t: t.addfile(*self.member("manifest.json", kind=tarfile.SYMTYPE)))
        self.unreadable(link, "not a regular file")
        twice = self.tar(lambda t: [t.addfile(*self.member("a")) for _ in range(2)])
        self.unreadable(twice, "twice")
        self.unreadable(self.tar(lambda t: t.addfile(*self.member("a"))), "no manifest.json")
        gnu = self.tar(lambda t: t.addfile(*self.member("a")), tarfile.GNU_FORMAT)
        self.unreadable(gnu, "not ustar")
        with open(gnu, "wb") as file:
            file.write(b"\x01" * 700)
        self.unreadable(gnu, "not ustar")
        with open(gnu, "wb") as file:
            file.write(b"x" * 100)
        self.unreadable(gnu, "cut short")
        self.unreadable(os.path.join(self.top, "nothing"), "No such file")

    def test_manifests(self):
        os.mkdir(self.dossier)
        good = {"files": [], "format": "kaibiao/dossier/v1", "origin": ORIGIN, "size": 0, "tender": TENDER}
        for value, reason in [
            (b"{", "not JSON"),
            (b"[" * 200000, "nested too deeply"),
            (canon.spell(good) + b" ", "canonical"),
            (canon.spell(good | {"size": -1}), "size"),
            (canon.spell(good | {"tender": "../x"}), "not an id"),
            (canon.spell(good | {"files": [{}]}), "three members"),
        ]:
            with open(os.path.join(self.dossier, "manifest.json"), "wb") as file:
                file.write(value)
            self.unreadable(self.dossier, reason)
        row = {"bytes": 0, "path": "../x", "sha256": "00" * 32}
        with open(os.path.join(self.dossier, "manifest.json"), "wb") as file:
            file.write(canon.spell(good | {"files": [row], "size": 2**53 - 1}))
        code, verdict, _ = self.run_on(self.dossier)
        self.assertEqual((code, verdict["checks"][0]["evidence"][0]["text"]), (1, "the path '../x' is not allowed"))

    def test_link_in_a_folder(self):
        small().write(self.dossier)
        os.symlink("/etc/passwd", os.path.join(self.dossier, "link"))
        self.unreadable(self.dossier, "not a regular file")

    def test_policy(self):
        small().write(self.dossier)
        code, verdict, said = self.run_on(self.dossier, "x = 1\n")
        self.assertEqual((code, verdict), (2, None))
        self.assertIn("not known", said)

    def test_negative_deadline_and_empty_lists(self):
        # Well-typed nonsense must end in failed checks, not in an unreadable dossier.
        log = small()
        stage = {"key_id": "00" * 32, "parts": [], "stage": "s"}
        method = {"method": "lowest_evaluated", "adjustments": [], "must_pass": [], "panel": -1}
        rules = {"bidder_lock": False, "objection_ms": 0, "remedy": "", "share_ms": 0, "unlock_ms": 0}
        notice = {
            "closes_at": -5, "documents": [], "documents_from": 0, "documents_until": 0, "lots": [],
            "method": method, "min_bidders": 0, "opening": rules, "publicity_days": 0, "region": "",
            "stages": [stage], "tender": TENDER, "title": "", "trade": "", "validity_days": 0,
        }  # fmt: skip
        log.append("tender.noticed", f"tender/{TENDER}", notice, 4, by=BUYER)
        envelope = {
            "blk": "00" * 32, "body_digest": "00" * 32, "body_length": -1, "header": "00" * 128, "key_id": "00" * 32,
            "lot": "l", "part": "p", "sig": "00" * 64, "submission": "00" * 16,
        }  # fmt: skip
        rules_0 = canon.spell({n: notice[n] for n in notice})
        body = {
            "bid": "b", "envelopes": [envelope, envelope], "revision": -1, "tender": TENDER,
            "rules": seal.hashlib.sha256(lp("kaibiao/rules/v1", bytes(32), rules_0)).hexdigest(),
        }  # fmt: skip
        seq = log.append("bid.submitted", f"tender/{TENDER}", body, 5, by=STRANGER, confidential=True)
        frozen = {"envelopes": [], "list": "00" * 32, "stage": "s", "tender": TENDER, "until": 0}
        log.append("list.frozen", f"tender/{TENDER}", frozen, 6)
        log.append("facts.disclosed", f"tender/{TENDER}", {"basis": "", "seqs": [seq]}, 7)
        failed = self.failing(log)
        self.assertLessEqual({"10", "21", "22", "24"}, set(failed))
        for text in failed.values():
            self.assertNotIn("could not be examined", text)


if __name__ == "__main__":
    unittest.main()
