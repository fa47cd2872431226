"""Canonical JSON, trees, notes, policies, bodies' types and arithmetic: each rule with what it refuses."""

import base64
import json
import pathlib
import re
import unittest

import forge
from kaibiao_verify import arithmetic, canon, merkle, note, schema
from kaibiao_verify.canon import Wrong
from kaibiao_verify.policy import Policy

DOCUMENT = pathlib.Path(__file__).resolve().parents[2] / "docs" / "record-format.md"


class Canonical(unittest.TestCase):
    def test_good(self):
        for text in ['{"a":1,"b":[true,null,"é\\n\\u001f\x7f/"]}', "-9007199254740991", '"😀"', "[]"]:
            data = text.encode()
            self.assertEqual(canon.spell(canon.parse(data)), data)

    def test_bad(self):
        cases = {
            '{"b":1,"a":2}': "canonical",
            '{"a":1,"a":1}': "twice",
            '{"é":1}': "ASCII",
            "1.0": "not an integer",
            "1e3": "not an integer",
            "-0": "canonical",
            "NaN": "not an integer",
            "9007199254740992": "out of range",
            "1" * 5000: "out of range",
            '"\\u001F"': "canonical",
            '"\\/"': "canonical",
            '"\\ud800"': "Unicode",
            "[1, 2]": "canonical",
            "[" * 33 + "]" * 33: "deeper",
            "[" * 100000: "nested|not JSON",
            "": "not JSON",
        }
        for text, reason in cases.items():
            with self.assertRaisesRegex(Wrong, reason, msg=text[:40]):
                canon.parse(text.encode())
        with self.assertRaisesRegex(Wrong, "UTF-8"):
            canon.parse(b'"\xff"')

    def test_hex_and_id(self):
        with self.assertRaisesRegex(Wrong, "lower-case"):
            canon.unhex("AB")
        with self.assertRaisesRegex(Wrong, "not 2"):
            canon.unhex("ab", 2)
        self.assertIsNone(canon.ID.match("-a"))
        self.assertIsNone(canon.ID.match("a\n"))
        self.assertTrue(canon.ID.match("a" * 64))
        self.assertIsNone(canon.ID.match("a" * 65))


class Trees(unittest.TestCase):
    def test_roots_of_rfc_6962_data(self):
        # the eight leaves and roots of the Certificate Transparency reference tests
        leaves = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"]
        hashes = [merkle.leaf(bytes.fromhex(x)) for x in leaves]
        self.assertEqual(merkle.root(hashes[:1]).hex()[:16], "6e340b9cffb37a98")
        self.assertEqual(merkle.root(hashes[:2]).hex()[:16], "fac54203e7cc696c")
        self.assertEqual(merkle.root(hashes).hex()[:16], "5dc9da79a70659a9")
        self.assertEqual(merkle.root([]), merkle.EMPTY)
        roots = merkle.roots_at(hashes, range(9))
        for n in range(9):
            self.assertEqual(roots[n], merkle.root(hashes[:n]))

    def test_tiles(self):
        leaves = [merkle.leaf(n.to_bytes(4, "big")) for n in range(70000)]
        tiles = dict(merkle.tiles(leaves))
        self.assertEqual(len(tiles["tile/0/000"]), 8192)
        self.assertEqual(len(tiles["tile/0/273.p/112"]), 112 * 32)
        self.assertEqual(len(tiles["tile/1/000"]), 8192)
        self.assertEqual(len(tiles["tile/1/001.p/17"]), 17 * 32)
        self.assertEqual(tiles["tile/2/000.p/1"], merkle.root(leaves[:65536]))
        self.assertEqual(merkle.tile_name(1234067), "x001/x234/067")

    def test_inclusion(self):
        leaves = [merkle.leaf(bytes([n])) for n in range(3)]
        proof = [merkle.node(leaves[0], leaves[1])]
        self.assertEqual(merkle.inclusion_root(leaves[2], 2, 3, proof), merkle.root(leaves))
        self.assertIsNone(merkle.inclusion_root(leaves[2], 2, 3, proof * 2))
        self.assertIsNone(merkle.inclusion_root(leaves[2], 3, 3, proof))


class Notes(unittest.TestCase):
    def setUp(self):
        self.log = forge.Log("log.example/1", "T1")
        self.verifier = note.VerifierKey(self.log.verifier)
        self.note = self.log.signed(0)

    def check(self, data, origin="log.example/1"):
        return note.Checkpoint(data, self.verifier, origin)

    def test_good(self):
        self.assertEqual(self.check(self.note).root, merkle.EMPTY)
        other = "— somebody " + base64.b64encode(bytes(68)).decode() + "\n"
        self.assertEqual(self.check(self.note + other.encode()).size, 0)

    def test_bad(self):
        cases = [
            (self.note.replace(b"\n0\n", b"\n1\n"), "does not hold"),
            (self.note[:-1], "empty line"),
            (self.note.replace("— log".encode(), "— lag".encode()), "no signature"),
            (b"\xff" + self.note, "UTF-8"),
            (self.note + b"- x AAAA\n", "signature line"),
        ]
        for data, reason in cases:
            with self.assertRaisesRegex(Wrong, reason):
                self.check(data)
        with self.assertRaisesRegex(Wrong, "another origin"):
            self.check(self.note, "log.example/2")

    def test_verifier_keys(self):
        good = self.log.verifier
        for bad, reason in [
            (good.replace("+", "-"), "verifier key is"),
            (good[:-4], "32 bytes|base64"),
            ("x" + good, "key id"),
            ("log+00000000+" + base64.b64encode(b"\x01\x01" + bytes(31)).decode(), "small order"),
        ]:
            with self.assertRaisesRegex(Wrong, reason):
                note.VerifierKey(bad)


class Policies(unittest.TestCase):
    def test_good_and_bad(self):
        log = forge.Log("log.example/1", "T1")
        text = log.policy({"registrar-1": forge.public(forge.private("r"))})
        self.assertEqual(list(Policy(text).registrars), ["registrar-1"])
        cases = [
            ("extra = 1\n" + text, "not known"),
            (text.split("[[")[0], "no registrar"),
            (text.replace("log.example/1+", "log.example/2+"), "key id"),
            (text.replace('origin = "log', 'origin = "lag'), "not its origin"),
            (text + 'name = "x"\n', "account and key"),
            ("checkpoints = 3\n" + text, "not texts"),
            ("origin = ", "not TOML"),
        ]
        for bad, reason in cases:
            with self.assertRaisesRegex(Wrong, reason):
                Policy(bad)


class Types(unittest.TestCase):
    def test_tables_are_those_of_the_document(self):
        kinds, parts = {}, {}
        for line in DOCUMENT.read_text(encoding="utf-8").split("\n"):
            cells = [cell.strip() for cell in line.strip("|").split(" | ")]
            if re.match(r"\| `[a-z]+\.[a-z]+` \|", line) and len(cells) == 5:
                kinds[cells[0].strip("` ")] = (cells[2], cells[3], cells[4].rstrip("| ").replace("`", ""))
            elif re.match(r"\| `[A-Z]\w+` \| `\w+\??`: ", line):
                parts[cells[0].strip("` ")] = cells[1].rstrip("| ").replace("`", "")
        self.assertEqual(set(kinds), set(schema.KINDS))
        for name, (authors, visibility, members) in kinds.items():
            kind = schema.KINDS[name]
            self.assertEqual((name, kind.authors), (name, tuple(authors.split(", "))))
            self.assertEqual((name, kind.public), (name, visibility.startswith("public")))
            withheld = visibility.partition("withheld: ")[2]
            self.assertEqual(kind.withheld, frozenset(withheld.split(", ")) - {""})
            self.assertEqual((name, kind.members), (name, schema._members(members)))
        for name, members in parts.items():
            self.assertEqual((name, schema.PARTS[name]), (name, schema._members(members)))

    def test_every_type_is_known(self):
        known = set(schema.PARTS) | set(schema.ENUMS) | set(schema.UNIONS) | {"Sheet"}
        known |= {"int", "instant", "bool", "json", "text", "id", "hex", "json"}
        for members in [k.members for k in schema.KINDS.values()] + list(schema.PARTS.values()):
            for kind, _ in members.values():
                for word in re.findall(r"\w+", kind):
                    self.assertTrue(word in known or re.fullmatch(r"hex\d+", word), word)

    def test_bodies(self):
        members = schema.KINDS["bid.confirmed"].members
        good = {"bid": "b", "rules": "00" * 32, "tender": "T"}
        self.assertIsNone(schema.struct_problem(members, good))
        self.assertIn("lacks bid", schema.struct_problem(members, {k: v for k, v in good.items() if k != "bid"}))
        self.assertIn("not listed", schema.struct_problem(members, good | {"x": 1}))
        self.assertIn("hex32", schema.struct_problem(members, good | {"rules": "AA" * 32}))
        self.assertIn("type id", schema.struct_problem(members, good | {"bid": ""}))
        self.assertIn("not of type int", schema.problem("int", True))
        self.assertIsNone(schema.problem("Purpose", {"for": "stock"}))
        self.assertIn("is none of", schema.problem("Purpose", {"for": []}))
        self.assertIn("lacks tender", schema.problem("Purpose", {"for": "tender", "stage": "s"}))
        self.assertIn("a.b", schema.problem("Sheet", {"a": {"b": "1"}}))


class Arithmetic(unittest.TestCase):
    COMPOSITE = {
        "method": "composite", "above": 2, "below": 1, "drop_high": 1, "drop_low": 1, "float_bp": 0,
        "items": [{"item": "i", "max": 2000, "title": ""}], "panel": 2, "price_points": 8000,
    }  # fmt: skip

    def rows(self, *prices, **more):
        return [
            {"code": f"c{n}", "lot": "1", "price": {"currency": "CNY", "minor": p}} | more
            for n, p in enumerate(prices)
        ]

    def test_rounding(self):
        half = arithmetic.Fraction(1, 2)
        self.assertEqual([arithmetic.rounded(x) for x in (half, -half, 3 * half)], [1, 0, 2])

    def test_composite(self):
        rows = self.rows(90, 100, 110, 300)
        sheets = [{r["code"]: {"i": 1000 + n} for n, r in enumerate(rows)}, {r["code"]: {"i": 1001} for r in rows}]
        codes = {r["code"]: "b" + r["code"] for r in rows}
        (lot,) = arithmetic.results(self.COMPOSITE, rows, sheets, codes)
        self.assertEqual(lot["benchmark_e4"], 1050000)
        scores = {r["code"]: (r["price_e4"], r["panel_e4"]) for r in lot["ranking"]}
        self.assertEqual(scores["c0"], (800000 - 1429, 100050))
        self.assertEqual(scores["c1"], (800000 - 476, 100100))
        self.assertEqual(scores["c2"], (800000 - 952, 100150))
        self.assertEqual([r["code"] for r in lot["ranking"]], ["c1", "c2", "c0", "c3"])

    def test_no_valid_bid(self):
        rows = self.rows(200, ceiling={"currency": "CNY", "minor": 100})
        (lot,) = arithmetic.results(self.COMPOSITE, rows, [], {"c0": "b"})
        self.assertEqual(lot, {"lot": "1", "ranking": [], "rejected": [{"bid": "b", "clause": "above_ceiling", "code": "c0"}]})

    def test_lowest(self):
        method = {
            "method": "lowest_evaluated", "must_pass": ["m"], "panel": 3,
            "adjustments": [{"bp_per_unit": 150, "item": "late", "unit": "day"}],
        }  # fmt: skip
        rows = self.rows(1000, 1000, 1010, 990)
        rows[0]["deviations"] = {"late": 1}
        rows[1]["deviations"] = {"late": -9}
        sheets = [{r["code"]: {"m": int(r["code"] != "c3")} for r in rows} for _ in range(3)]
        (lot,) = arithmetic.results(method, rows, sheets, {r["code"]: r["code"] for r in rows})
        self.assertEqual([(r["code"], r["evaluated"], r["rank"]) for r in lot["ranking"]],
                         [("c1", 1000, 1), ("c2", 1010, 2), ("c0", 1015, 3)])
        self.assertEqual(lot["rejected"], [{"bid": "c3", "clause": "must_pass:m", "code": "c3"}])

    def test_shared_rank(self):
        method = {"method": "lowest_evaluated", "must_pass": [], "panel": 0, "adjustments": []}
        (lot,) = arithmetic.results(method, self.rows(5, 5, 6), [], {})
        self.assertEqual([r["rank"] for r in lot["ranking"]], [1, 1, 3])

    def test_declared(self):
        """What the platform computes for methods of every shape, recomputed."""
        cases = json.loads((DOCUMENT.parents[1] / "tests" / "golden" / "methods.json").read_text())
        self.assertGreaterEqual(len(cases), 60)
        for number, case in enumerate(cases):
            with self.subTest(case=number):
                self.assertIsNone(schema.problem("Method", case["method"]))
                given = {name: case[name] for name in ("corrected", "drawn", "order", "rejected")}
                sheets = list(case["sheets"].values())
                self.assertEqual(arithmetic.results(case["method"], case["bids"], sheets, case["codes"], given), case["lots"])


if __name__ == "__main__":
    unittest.main()
