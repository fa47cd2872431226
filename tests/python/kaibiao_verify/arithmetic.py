"""The arithmetic of an evaluation (section 8.2), in integers and fractions.

Invariant: nothing is rounded but where the document says so.
"""

from fractions import Fraction

LIMIT = 2**53 - 1


def rounded(x):
    """⌊x + 1/2⌋."""
    return (Fraction(x) + Fraction(1, 2)).__floor__()


def clip(x):
    """x brought into 0 … 2^53−1."""
    return max(0, min(LIMIT, x))


def rejection(method, row, sheets):
    """The first clause that rejects a coded bid, or None."""
    price = row["price"]["minor"]
    if "ceiling" in row and price > row["ceiling"]["minor"]:
        return "above_ceiling"
    if "floor" in row and price < row["floor"]["minor"]:
        return "below_floor"
    if method["method"] == "lowest_evaluated" and sheets:
        for item in method["must_pass"]:
            passed = sum(sheet[row["code"]][item] == 1 for sheet in sheets)
            if not 2 * passed > len(sheets):
                return f"must_pass:{item}"
    return None


def lowest(method, row):
    """(evaluated, panel_e4, price_e4, total_e4) by the lowest evaluated price."""
    units = row.get("deviations", {})
    markup = sum(a["bp_per_unit"] * max(0, units.get(a["item"], 0)) for a in method["adjustments"])
    price = row["price"]["minor"]
    return clip(rounded(Fraction(price * max(0, 10000 + markup), 10000))), 0, 0, 0


def benchmark_of(method, prices):
    """The benchmark of the valid prices, not rounded; None without prices."""
    if not prices:
        return None
    ordered, low, high = sorted(prices), method["drop_low"], method["drop_high"]
    if len(ordered) - low - high >= 1:
        ordered = ordered[low : len(ordered) - high]
    return Fraction(sum(ordered), len(ordered)) * (10000 - method["float_bp"]) / 10000


def composite(method, row, sheets, benchmark):
    """(evaluated, panel_e4, price_e4, total_e4) by the composite method."""
    price = row["price"]["minor"]
    price_e4 = 0
    if benchmark > 0:
        factor = method["above"] if price > benchmark else method["below"]
        price_e4 = clip(rounded(100 * method["price_points"] - abs(price - benchmark) / benchmark * 10000 * factor))
    panel_e4 = 0
    if sheets:
        total = sum(sum(sheet[row["code"]].values()) for sheet in sheets)
        panel_e4 = clip(rounded(Fraction(100 * total, len(sheets))))
    return price, panel_e4, price_e4, clip(panel_e4 + price_e4)


NOTHING = {"corrected": {}, "drawn": {}, "order": [], "rejected": {}}


def results(method, rows, sheets, codes, given=NOTHING):
    """The LotResults of all coded bids, ascending by lot."""
    return [_lot(method, lot, rows, sheets, codes, given) for lot in sorted({row["lot"] for row in rows})]


def _lot(method, lot, rows, sheets, codes, given):
    mine = sorted((row for row in rows if row["lot"] == lot), key=lambda row: row["code"])
    if method["method"] == "declared":
        from .declared import result

        return result(method, lot, mine, sheets, codes, given)
    rejected, valid = [], []
    for row in mine:
        clause = rejection(method, row, sheets)
        if clause is None:
            valid.append(row)
        else:
            rejected.append({"bid": codes.get(row["code"]), "clause": clause, "code": row["code"]})
    out = {"lot": lot, "rejected": rejected}
    benchmark = None
    if method["method"] == "composite":
        benchmark = benchmark_of(method, [row["price"]["minor"] for row in valid])
        if benchmark is not None:
            out["benchmark_e4"] = clip(rounded(benchmark * 10000))
    scored = []
    for row in valid:
        numbers = lowest(method, row) if benchmark is None else composite(method, row, sheets, benchmark)
        evaluated, panel, price, total = numbers
        better = (-total, evaluated, row["price"]["minor"])
        scored.append((better, row["code"], evaluated, panel, price, total))
    scored.sort(key=lambda item: item[:2])
    out["ranking"] = [
        {
            "bid": codes.get(code),
            "code": code,
            "evaluated": evaluated,
            "panel_e4": panel,
            "price_e4": price,
            "rank": 1 + sum(other[0] < better for other in scored),
            "total_e4": total,
        }
        for better, code, evaluated, panel, price, total in scored
    ]
    return out
