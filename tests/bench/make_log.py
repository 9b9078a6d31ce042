#!/usr/bin/env python3
"""Writes an event log of N rows as CSV: deterministic, needs nothing but Python, uses every core.

usage: make_log.py ROWS FILE
Columns: user_id, event (seven names), ts (ISO 8601 in UTC, nearly in order), channel, country, amount (of purchases).
ROWS / 10 users over 90 days. About 20 million rows take a minute or two and 1 GB.
"""
import multiprocessing
import os
import shutil
import sys
from datetime import datetime, timedelta

# Of twelve events four are page views and two each sign-ups and product views.
EVENTS = ["page_view"] * 4 + ["signup"] * 2 + ["product_view"] * 2 + ["add_to_cart", "checkout", "purchase", "search"]
CHANNELS = ["seo", "ads", "email", "social", "direct", "referral"]
COUNTRIES = ["fr", "de", "us", "uk", "es"]
START = datetime(2026, 1, 1)
SECONDS = 90 * 86_400
MASK = (1 << 64) - 1


def scattered(number):
    """64 well mixed bits of a number (the finaliser of SplitMix64)."""
    number = (number + 0x9E3779B97F4A7C15) & MASK
    number = ((number ^ (number >> 30)) * 0xBF58476D1CE4E5B9) & MASK
    number = ((number ^ (number >> 27)) * 0x94D049BB133111EB) & MASK
    return number ^ (number >> 31)


def part(job):
    """Writes the rows from `first` to `last` into a file of their own."""
    rows, first, last, path = job
    users = max(rows // 10, 1)
    days = [(START + timedelta(days=day)).strftime("%Y-%m-%dT") for day in range(91)]
    minutes = [f"{minute // 60:02}:{minute % 60:02}:" for minute in range(1440)]
    lines = []
    with open(path, "w", encoding="ascii", newline="") as file:
        for row in range(first, last):
            bits = scattered(row)
            event = EVENTS[bits % 12]
            second = row * SECONDS // rows + (bits >> 8) % 60
            day, rest = divmod(second, 86_400)
            minute, second = divmod(rest, 60)
            amount = f"{(bits >> 14) % 20_000 / 100:.2f}" if event == "purchase" else ""
            user = (scattered(bits) >> 16) % users
            lines.append(
                f"u{user:09},{event},{days[day]}{minutes[minute]}{second:02}Z,"
                f"{CHANNELS[(bits >> 32) % 6]},{COUNTRIES[(bits >> 40) % 5]},{amount}\n"
            )
            if len(lines) == 50_000:
                file.write("".join(lines))
                lines.clear()
        file.write("".join(lines))


def main():
    rows, path = int(sys.argv[1]), sys.argv[2]
    parts = max(1, min(16, rows // 100_000))
    bounds = [rows * number // parts for number in range(parts + 1)]
    jobs = [(rows, bounds[number], bounds[number + 1], f"{path}.{number}") for number in range(parts)]
    with multiprocessing.Pool() as pool:
        pool.map(part, jobs, chunksize=1)
    with open(path, "wb") as file:
        file.write(b"user_id,event,ts,channel,country,amount\n")
        for job in jobs:
            with open(job[3], "rb") as piece:
                shutil.copyfileobj(piece, file, 1 << 20)
            os.remove(job[3])


if __name__ == "__main__":
    main()
