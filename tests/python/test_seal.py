"""The group and the sealing against published vectors and the vectors in tests/vectors."""

import hashlib
import io
import json
import pathlib
import types
import unittest

from kaibiao_verify import checks_keys, ed25519, edwards, seal
from kaibiao_verify.canon import Wrong, lp, u16, u32
from kaibiao_verify.report import Check

VECTORS = pathlib.Path(__file__).resolve().parent.parent / "vectors"


def vector(name):
    return json.loads((VECTORS / name).read_text())


h = bytes.fromhex


class Ristretto(unittest.TestCase):
    def test_multiples_of_the_generator(self):
        expected = [
            "00" * 32,
            "e2f2ae0a6abc4e71a884a961c500515f58e30b6aa582dd8db6a65945e08d2d76",
            "6a493210f7499cd17fecb510ae0cea23a110e8d5b901f8acadd3095c73a3b919",
            "94741f5d5d52755ece4f23f044ee27d5d1ea1e2bd196b462166b16152a9d0259",
        ]
        for n, text in enumerate(expected):
            point = edwards.combine([(n, edwards.BASE)])
            self.assertEqual(edwards.encode(point).hex(), text)
            self.assertTrue(edwards.same_element(edwards.decode(h(text)), point))

    def test_hash_to_group(self):
        text = b"Ristretto is traditionally a short shot of espresso coffee"
        point = edwards.from_uniform(hashlib.sha512(text).digest())
        self.assertEqual(
            edwards.encode(point).hex(), "3066f82a1a747d45120d1740f14358531a8f04bbffe6a819f86dfe50f44a0a46"
        )

    def test_bad_encodings(self):
        bad = [
            "00" + "ff" * 31,
            "ff" * 31 + "7f",
            "f3" + "ff" * 30 + "7f",
            "ed" + "ff" * 30 + "7f",
            "01" + "00" * 31,
            "01" + "ff" * 30 + "7f",
            "26948d35ca62e643e26a83177332e6b6afeb9d08e4268b650f1f5bbd8d81d371",
            "ec" + "ff" * 30 + "7f",
        ]
        for text in bad:
            self.assertIsNone(edwards.decode(h(text)), text)

    def test_identity_is_refused_as_an_element(self):
        with self.assertRaisesRegex(Wrong, "identity"):
            seal.element(bytes(32))


class Ed25519Rule(unittest.TestCase):
    KEY = "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a"
    SIG = (
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e06522490155"
        "5fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b"
    )

    def test_rfc_8032_test_1(self):
        self.assertTrue(ed25519.verify(h(self.KEY), b"", h(self.SIG)))
        self.assertFalse(ed25519.verify(h(self.KEY), b"x", h(self.SIG)))

    def test_large_s(self):
        sig = h(self.SIG)
        s = int.from_bytes(sig[32:], "little") + edwards.ORDER
        self.assertFalse(ed25519.verify(h(self.KEY), b"", sig[:32] + s.to_bytes(32, "little")))

    def test_eight_points_of_small_order(self):
        self.assertEqual(len(ed25519.SMALL_ORDER), 8)
        for key in ed25519.SMALL_ORDER:
            self.assertEqual(ed25519.key_problem(key), "a point of small order")

    def test_torsion_and_spelling(self):
        point = edwards.decompress(h(self.KEY))
        torsion = edwards.decompress(min(k for k in ed25519.SMALL_ORDER if k[1:] != bytes(31)))
        mixed = ed25519._compress(edwards.add(point, torsion))
        self.assertEqual(ed25519.key_problem(mixed), "a point with a component of small order")
        self.assertEqual(ed25519.key_problem(b"\xee" + b"\xff" * 30 + b"\x7f"), "not the canonical encoding of a point")

    def test_small_order_r(self):
        # A = small order would let R = O, S = 0 pass anywhere; the key rule and the R rule each refuse it.
        self.assertFalse(ed25519.verify(h(self.KEY), b"", b"\x01" + bytes(63)))


class Envelope(unittest.TestCase):
    def setUp(self):
        self.v = vector("tender-seal-v1-tree64k.json")
        f = self.v["fields"]
        self.label = h(self.v["label"])
        self.header = h(self.v["R"] + self.v["Rbar"] + self.v["e"] + self.v["f"])
        self.computed = seal.label_of(
            f["tender"],
            f["lot"],
            f["stage"],
            h(f["submission"]),
            h(f["signer_key"]),
            h(f["key_id"]),
            f["closes_at"],
            h(f["rules"]),
            seal.lock_commitment(h(f["submission"]), h(self.v["beta"])),
        )

    def test_label_and_header(self):
        self.assertEqual(seal.GBAR_BYTES.hex(), self.v["gbar"])
        self.assertEqual(self.computed, self.label)
        digest, y = h(self.v["body_digest"]), h(self.v["Y"])
        self.assertTrue(seal.header_holds(self.header, self.label, digest, y))
        self.assertFalse(seal.header_holds(self.header, bytes(64), digest, y))
        with self.assertRaisesRegex(Wrong, "scalar"):
            seal.header_holds(self.header[:64] + b"\xff" * 32 + self.header[96:], self.label, digest, y)

    def test_public_shares(self):
        points = [seal.element(h(c)) for c in self.v["commitments"]]
        for j in range(1, 6):
            y = edwards.combine([(j**m, p) for m, p in enumerate(points)])
            self.assertEqual(edwards.encode(y).hex(), self.v["Yi"][str(j)])

    def open(self, key, label, body=None):
        body = h(self.v["body"]) if body is None else body
        return seal.open_body(io.BytesIO(body), len(body), key, label, 0)

    def test_partials_combine_and_open(self):
        digest = h(self.v["body_digest"])
        good = {}
        for p in self.v["partials"]:
            share = seal.pair(h(self.v["Yi"][str(p["i"])]))
            partial = h(p["d"] + p["c"] + p["z"])
            self.assertTrue(seal.partial_holds(partial, p["i"], share, self.header, self.label, digest))
            self.assertFalse(seal.partial_holds(partial, p["i"] + 1, share, self.header, self.label, digest))
            good[p["i"]] = seal.element(partial[:32])
        z = edwards.encode(seal.interpolate(good))
        self.assertEqual(z.hex(), self.v["Z"])
        key = seal.body_key(z, h(self.v["beta"]), h(self.v["R"]), h(self.v["Y"]), self.label)
        self.assertEqual(key.hex(), self.v["dem_key"])
        body = h(self.v["body"])
        root, length = seal.body_digest(io.BytesIO(body))
        self.assertEqual((root, length), (digest, len(body)))
        self.assertEqual(seal.plain_bytes(len(body)), 140000)
        # The vector's plaintext carries no frame, so it must fall at the frame, after every chunk key fitted.
        with self.assertRaisesRegex(seal.Closed, "padding of its length"):
            self.open(key, self.label)
        with self.assertRaisesRegex(seal.Closed, "commitment"):
            self.open(bytes(32), self.label)
        with self.assertRaisesRegex(seal.Closed, "chunk 0"):
            self.open(key, self.label, body[:60] + bytes([body[60] ^ 1]) + body[61:])

    def test_lengths(self):
        for row in vector("tender-seal-v1-more.json")["padding"]:
            self.assertEqual(seal.frame_bytes(row["len"]), row["padded"])
            self.assertEqual(seal.body_bytes(row["padded"]), row["body"])
            self.assertTrue(seal.length_possible(row["body"]))
            self.assertFalse(seal.length_possible(row["body"] - 1))


class Frames(unittest.TestCase):
    def frame(self, length, data, total=65536):
        frame = seal.Frame(total, 100)
        frame.feed(length.to_bytes(8, "big") + data)
        return frame.finish()

    def test_good(self):
        digest, length, data = self.frame(3, b"abc" + bytes(65525))
        self.assertEqual((digest, length, data), (hashlib.sha256(b"abc").digest(), 3, b"abc"))

    def test_bad(self):
        with self.assertRaisesRegex(seal.Closed, "not zero"):
            self.frame(3, b"abcd" + bytes(65524))
        with self.assertRaisesRegex(seal.Closed, "padding of its length"):
            self.frame(2**64 - 1, bytes(65528))
        with self.assertRaisesRegex(seal.Closed, "cut short"):
            self.frame(3, b"ab")


class Ceremonies(unittest.TestCase):
    """k = 2 of n = 3 from the vectors, through the same code that reads a log."""

    def setUp(self):
        v = vector("tender-seal-v1-more.json")
        self.v, self.custodian = v["ceremony"], v["custodian"]
        fields, data = [], h(self.v["certificate"])
        while data:
            size = int.from_bytes(data[:8], "big")
            fields.append(data[8 : 8 + size])
            data = data[8 + size :]
        self.fields = fields
        points, signers = ([f[n : n + 32].hex() for n in range(0, 96, 32)] for f in fields[8:10])
        members = [
            {"account": f"c{n}", "index": n + 1, "point": points[n], "signer": signers[n]} for n in range(3)
        ]
        purpose = {"for": "tender", "stage": "price", "tender": "T-2026-0001"}
        called = {"members": members, "k": 2, "keys": 1, "purpose": purpose, "session": fields[4].hex()}
        self.facts = {0: self.fact(0, "ceremony.called", called)}
        for n, text in enumerate(self.v["round1"]):
            raw = h(text)
            self.assertEqual(raw[:4], u16(n + 1) + u16(2))
            slot = {"points": [raw[4:36].hex(), raw[36:68].hex()], "pop": raw[68:132].hex(), "sig": raw[132:].hex()}
            self.facts[n + 1] = self.fact(n + 1, "ceremony.committed", {"index": n + 1, "slots": [slot]})

    @staticmethod
    def fact(seq, kind, body):
        return types.SimpleNamespace(seq=seq, kind=kind, body=body | {"ceremony": "c"})

    def run_07(self):
        ceremony = checks_keys.Ceremony(types.SimpleNamespace(facts=self.facts), "c")
        keys = types.SimpleNamespace(assigned=[0], ceremonies={"c": ceremony})
        check = Check("07").run(checks_keys.check_07, None, keys)
        return ceremony, check

    def test_round_one_and_key(self):
        ceremony, check = self.run_07()
        self.assertEqual((check.outcome, check.failures), ("pass", []))
        self.assertEqual(ceremony.context(0).hex(), self.v["context"])
        key = ceremony.derive(0)
        self.assertEqual(key.y[0], self.fields[12])
        self.assertEqual(b"".join(data for data, _ in key.shares), self.fields[13])
        # The vector's certificate ends in an extension; ours in an empty field. All before it is the same.
        self.assertEqual(hashlib.sha256(h(self.v["certificate"])).hexdigest(), self.v["key_id"])
        self.assertEqual(key.key_id, hashlib.sha256(lp(*self.fields[:-1], b"")).digest())
        self.assertEqual(self.fields[5], u32(0))

    def test_shares_lie_on_the_polynomial(self):
        key = self.run_07()[0].derive(0)
        for share, (data, _) in zip(self.v["shares"], key.shares):
            scalar = seal.scalar(h(share))
            self.assertEqual(edwards.encode(edwards.combine([(scalar, edwards.BASE)])), data)

    def broken(self, edit):
        edit(self.facts[1].body["slots"][0])
        return self.run_07()[1].failures[0][1]

    def test_broken_round_one(self):
        def pop(slot):
            slot["pop"] = slot["pop"][:64] + "00" * 32

        self.assertIn("the signature does not hold", self.broken(pop))
        self.setUp()
        self.assertIn("1 points, not 2", self.broken(lambda s: s["points"].pop()))
        self.setUp()
        self.assertIn("the identity", self.broken(lambda s: s["points"].__setitem__(1, "00" * 32)))

    def test_roster(self):
        self.facts[0].body["k"] = 1
        self.assertIn("not a majority", self.run_07()[1].failures[0][1])
        self.setUp()
        self.facts[0].body["members"][0]["index"] = 2
        self.assertIn("not 1 to n", self.run_07()[1].failures[0][1])
        self.setUp()
        del self.facts[3]
        self.assertIn("not one message", self.run_07()[1].failures[0][1])

    def test_custody_proofs(self):
        c = self.custodian
        signer, point, proof = h(c["signing"]), h(c["static_point"]), c["static_proof_rnd_8"]
        message = checks_keys.enrolment("kaibiao.example", "custodian-1", signer)
        self.assertEqual(message.hex(), c["enrol_message"])
        where = ("kaibiao.example", "custodian-1", signer, point)
        self.assertIsNone(checks_keys.point_problem(*where, proof))
        self.assertIn("does not hold", checks_keys.point_problem("other.example", *where[1:], proof))
        self.assertIn("does not hold", checks_keys.point_problem(*where, proof[:128] + "00" * 32))
        self.assertIn("95 bytes", checks_keys.point_problem(*where, proof[:-2]))


if __name__ == "__main__":
    unittest.main()
