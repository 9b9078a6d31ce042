"""Writes the golden case attribution-random: random journeys, credited by definition and in exact fractions.

Markov: for every channel the linear equations of the chain are solved anew with that channel leading nowhere. Shapley:
the average marginal contribution over all orders of the channels, where a set of channels is worth the conversions
whose channels all lie in it. Nothing of this is how the program computes them.

    python3 testdata/make_attribution.py
"""

import itertools
import json
import random
from collections import Counter
from datetime import datetime, timedelta
from fractions import Fraction
from pathlib import Path

FOLDER = Path(__file__).parent / "cases" / "attribution-random"
CHANNELS = ["ads", "direct", "mail", "seo", "social"]
START = datetime(2024, 1, 1, 8)


def journeys():
    """Lists (touches, won, cents) of leads; touches lie on days of their own, inside the look-back."""
    source = random.Random(20240101)
    found = []
    for _ in range(60):
        length = source.choice([1, 1, 2, 2, 3, 4, 6])
        path = [source.choices(CHANNELS, [5, 3, 4, 2, 1])[0] for _ in range(length)]
        won = source.random() < 0.4
        found.append((path, won, source.randrange(100, 90_000) if won else 0))
    return found


def solve(matrix, right):
    """Solves linear equations by elimination over fractions."""
    size = len(matrix)
    rows = [row[:] + [value] for row, value in zip(matrix, right)]
    for column in range(size):
        pivot = next(row for row in range(column, size) if rows[row][column] != 0)
        rows[column], rows[pivot] = rows[pivot], rows[column]
        rows[column] = [value / rows[column][column] for value in rows[column]]
        for row in range(size):
            if row != column:
                factor = rows[row][column]
                rows[row] = [value - factor * other for value, other in zip(rows[row], rows[column])]
    return [row[-1] for row in rows]


def chance(paths, removed=None):
    """Returns the probability to convert from the start, with one channel leading nowhere."""
    states = ["start", *CHANNELS]
    moves = {state: Counter() for state in states}
    for path, won, _ in paths:
        way = ["start", *path, "won" if won else "lost"]
        for here, there in zip(way, way[1:]):
            moves[here][there] += 1
    matrix, right = [], []
    for here in states:
        total = sum(moves[here].values())
        share = {there: Fraction(count, total) for there, count in moves[here].items()} if here != removed else {}
        matrix.append([Fraction(here == there) - share.get(there, 0) for there in states])
        right.append(share.get("won", Fraction(0)))
    return solve(matrix, right)[0]


def markov(paths):
    whole = chance(paths)
    effects = {channel: 1 - chance(paths, channel) / whole for channel in CHANNELS}
    total = sum(effects.values())
    return {channel: effect / total for channel, effect in effects.items()}, effects


def shapley(paths, worth):
    """Averages marginal contributions over all orders of the channels."""
    def value(coalition):
        return sum(worth(path) for path in paths if path[1] and set(path[0]) <= coalition)

    credit = dict.fromkeys(CHANNELS, Fraction(0))
    orders = list(itertools.permutations(CHANNELS))
    for order in orders:
        before = set()
        for channel in order:
            credit[channel] += Fraction(value(before | {channel}) - value(before), len(orders))
            before.add(channel)
    return credit


def rounded(amounts):
    """Rounds cents by the largest remainder, ties by name."""
    whole = {channel: amount.numerator // amount.denominator for channel, amount in amounts.items()}
    missing = sum(amounts.values()) - sum(whole.values())
    order = sorted(amounts, key=lambda channel: (-(amounts[channel] - whole[channel]), channel))
    for channel in order[: int(missing)]:
        whole[channel] += 1
    return whole


def main():
    paths = journeys()
    FOLDER.mkdir(parents=True, exist_ok=True)
    touches, deals = ["lead_id,timestamp,channel"], ["lead_id,created,closed,status,amount"]
    for number, (path, won, cents) in enumerate(paths):
        for day, channel in enumerate(path):
            touches.append(f"l{number},{START + timedelta(days=day, minutes=number)},{channel}")
        closed = START + timedelta(days=20, minutes=number)
        amount = f"{cents // 100}.{cents % 100:02}" if won else ""
        deals.append(f"l{number},{START},{closed if won else ''},{'Won' if won else 'Open'},{amount}")
    (FOLDER / "touches.csv").write_text("\n".join(touches) + "\n")
    (FOLDER / "deals.csv").write_text("\n".join(deals) + "\n")

    share, effects = markov(paths)
    won = sum(path[1] for path in paths)
    cents = sum(path[2] for path in paths)
    models = {
        "markov": ({c: share[c] * won for c in CHANNELS}, {c: share[c] * cents for c in CHANNELS}),
        "shapley": (shapley(paths, lambda path: 1), shapley(paths, lambda path: path[2])),
    }
    counts = Counter(channel for path, _, _ in paths for channel in path)
    order = sorted(CHANNELS, key=lambda channel: (-counts[channel], channel))
    rows = []
    for model, (conversions, revenue) in models.items():
        revenue = rounded(revenue)
        for channel in order:
            rows.append({"model": model, "channel": channel, "touches": counts[channel],
                         "conversions": float(conversions[channel]), "revenue": revenue[channel] / 100})
        rows.append({"model": model, "channel": "(unattributed)", "touches": 0, "conversions": 0, "revenue": 0})
    removal = sorted(CHANNELS, key=lambda channel: (-effects[channel], channel))
    removal = [{"channel": c, "removal_effect": float(effects[c]), "share": float(share[c])} for c in removal]
    tables = {"credit": rows, "removal": removal}
    lines = [f'  "{name}": [\n' + ",\n".join(f"    {json.dumps(row)}" for row in table) + "\n  ]"
             for name, table in tables.items()]
    (FOLDER / "expected.json").write_text("{\n" + ",\n".join(lines) + "\n}\n")


if __name__ == "__main__":
    main()
