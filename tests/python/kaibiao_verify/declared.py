"""A method whose every rule is declared (section 8.3).

Invariant: fractions all the way; a figure is rounded where the document says so and nowhere else.
"""

from fractions import Fraction
from functools import cmp_to_key

from .arithmetic import clip, rounded

HIGHEST = 10**15


def trimmed(tiers, figures):
    """Ascending figures without what the last tier that applies leaves out."""
    ordered = sorted(figures)
    applying = [tier for tier in tiers if tier["from"] <= len(ordered)]
    if applying:
        ordered = ordered[applying[-1]["low"] : len(ordered) - applying[-1]["high"]]
    return ordered


def _claims(method, row, where):
    units = row.get("deviations", {})
    return min(10000, sum(d["bp"] for d in method["deductions"] if d["from"] == where and units.get(d["item"], 0) > 0))


def evaluated_price(method, row, price):
    """The price after adjustments and deductions, to the minor unit."""
    units = row.get("deviations", {})
    factor = 10000 + sum(a["bp_per_unit"] * max(0, units.get(a["item"], 0)) for a in method["adjustments"])
    left = 10000 - _claims(method, row, "price")
    return min(HIGHEST, clip(rounded(Fraction(price * max(0, factor) * left, 10**8))))


def _clause(row, price, given):
    if "ceiling" in row and max(price, row["price"]["minor"]) > row["ceiling"]["minor"]:
        return "above_ceiling"
    if "floor" in row and price < row["floor"]["minor"]:
        return "below_floor"
    return given["rejected"].get(row["code"])


def _amount(amount, given):
    return amount["fixed"] if "fixed" in amount else given["drawn"][amount["drawn"]]


def benchmark_of(rule, lot, ceiling, prices, given):
    """The benchmark in minor units, exact but for its declared rounding."""
    kept = trimmed(rule["tiers"], prices)
    if rule["mean"] == "lowest":
        mean = Fraction(kept[0])
    elif rule["mean"] == "median":
        mean = Fraction(kept[len(kept) // 2] + kept[(len(kept) - 1) // 2], 2)
    else:
        mean = Fraction(sum(kept), len(kept))
        if rule["mean"] == "mean_with_lowest":
            mean = (mean + kept[0]) / 2
    weight = Fraction(_amount(rule["control_bp"], given), 10000)
    provisional = rule["provisional"].get(lot, 0)
    control = (ceiling - provisional) * (1 - Fraction(_amount(rule["k_bp"], given), 10000)) + provisional
    exact = weight * control + (1 - weight) * mean * (1 - Fraction(_amount(rule["float_bp"], given), 10000))
    if rule["round_to"]:
        exact = Fraction(rounded(exact / rule["round_to"]) * rule["round_to"])
    return exact


def _published(method, hundredths):
    scale = 10 ** method["places"]
    return clip(rounded(Fraction(hundredths) * scale / 100) * (10000 // scale))


def _items(method, row, sheets):
    trim = [method["trim"]] if "trim" in method else []
    members = max(1, len(trimmed(trim, [0] * len(sheets))))
    sums = {}
    for scored in method["items"]:
        if scored["steps"]:
            number = row.get("deviations", {}).get(scored["item"], 0)
            reached = [step["points"] for step in scored["steps"] if step["at_least"] <= number]
            sums[scored["item"]] = (reached[-1] if reached else 0) * members
        else:
            sums[scored["item"]] = sum(trimmed(trim, [sheet[row["code"]][scored["item"]] for sheet in sheets]))
    return sums, members


def _price_score(method, row, own, base, given):
    full, rule, plain = method["price"]["points"], method["price"]["rule"], 0
    if rule == "lowest_first":
        plain = _published(method, Fraction(full * base, own) if own > 0 else full)
    elif rule == "benchmark" and base > 0:
        bench = method["price"]["benchmark"]
        percents = abs(own - base) * 100 / base
        if bench["steps"] == "begun":
            percents = Fraction(percents.__ceil__())
        elif bench["steps"] == "whole":
            percents = Fraction(percents.__floor__())
        slope = _amount(bench["above"] if own > base else bench["below"], given)
        plain = _published(method, full - percents * slope)
    bonus = _claims(method, row, "score")
    return _published(method, Fraction(plain * (10000 + bonus), 10**6)) if bonus else plain


def _better(method, given):
    """A comparison that is negative if the first is better, 0 where nothing declared tells them apart."""
    place = {code: n for n, code in reversed(list(enumerate(given["order"])))}

    def keys(entry):
        first = entry["evaluated"] if method["price"]["rule"] == "order" else -entry["total"]
        out = [first]
        for tie in method["ties"]:
            out.append({
                "evaluated": lambda: entry["evaluated"],
                "price": lambda: entry["price"],
                "panel": lambda: -entry["panel"],
                "item": lambda: -entry["items"][tie["item"]],
                "drawn": lambda: place.get(entry["code"], len(place)),
            }[tie["by"]]())  # fmt: skip
        return out

    return lambda one, other: (keys(one) > keys(other)) - (keys(one) < keys(other))


def result(method, lot, rows, sheets, codes, given):
    """The LotResult of one lot."""
    out, valid = [], []
    for row in sorted(rows, key=lambda row: row["code"]):
        price = given["corrected"].get(row["code"], row["price"]["minor"])
        clause = _clause(row, price, given)
        if clause is None:
            valid.append((row, price, evaluated_price(method, row, price)))
        else:
            out.append((row["code"], clause))
    found = {"lot": lot}
    one_brand = method["same_brand"] == "one"
    if method["min_valid"] or one_brand:
        branded = {row["brand"].strip() for row, _, _ in valid if "brand" in row} if one_brand else set()
        found["counted"] = len(branded) + sum(not (one_brand and "brand" in row) for row, _, _ in valid)
        if found["counted"] < method["min_valid"]:
            valid = []
    base, rule = None, method["price"]["rule"]
    if valid and rule == "lowest_first":
        base = Fraction(min(own for _, _, own in valid))
    elif valid and rule == "benchmark":
        ceiling = next((row["ceiling"]["minor"] for row, _, _ in valid if "ceiling" in row), 0)
        base = benchmark_of(method["price"]["benchmark"], lot, ceiling, [own for _, _, own in valid], given)
        found["benchmark_e4"] = clip(rounded(base * 10000))
    entries = []
    for row, price, own in valid:
        items, members = _items(method, row, sheets)
        points = sum(Fraction(items[s["item"]] * s["weight_bp"], members * 10000) for s in method["items"])
        panel, of_price = _published(method, points), _price_score(method, row, own, base, given)
        total = 0 if rule == "order" else clip(panel + of_price)
        entries.append({"code": row["code"], "brand": row.get("brand"), "evaluated": own, "price": price, "items": items,
                        "panel": panel, "of_price": of_price, "total": total})  # fmt: skip
    compare = _better(method, given)
    entries.sort(key=lambda entry: entry["code"])
    entries.sort(key=cmp_to_key(compare))
    if one_brand:
        best, left = {}, []
        for entry in entries:
            brand = entry["brand"].strip() if entry["brand"] is not None else None
            if brand is not None and brand in best:
                out.append((entry["code"], f"same_brand:{best[brand]}"))
                continue
            best.setdefault(brand, entry["code"])
            left.append(entry)
        entries = left
    found["rejected"] = [{"bid": codes.get(code), "clause": clause, "code": code} for code, clause in sorted(out)]
    found["ranking"] = [
        {
            "bid": codes.get(entry["code"]),
            "code": entry["code"],
            "evaluated": entry["evaluated"],
            "panel_e4": entry["panel"],
            "price_e4": entry["of_price"],
            "rank": 1 + sum(compare(other, entry) < 0 for other in entries),
            "total_e4": entry["total"],
        }
        for entry in entries
    ]
    return found
