#!/usr/bin/env python3
"""Measures `funnel conversion` on a large log, and ClickHouse and DuckDB beside it where they are installed.

usage: bench.py FUNNEL [--rows N] [--runs 5] [--folder DIR] [--parquet]
The same funnel of five steps within 14 days. Every program runs in turn, in a process of its own, so that a busy
machine hurts all alike; the first round warms the cache and is left out. Prints medians of time and peak memory and
their ratios, and whether the counts agree. Peers: pip install chdb duckdb pytz
"""
import argparse
import importlib.util
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

HERE = Path(__file__).parent
STEPS = ["signup", "product_view", "add_to_cart", "checkout", "purchase"]
DAYS = 14

# ClickHouse in this process: windowFunnel gives the depth of every user's best attempt.
CLICKHOUSE = """
import sys, chdb
path = sys.argv[1]
text = path.endswith('.csv')
table = f"file('{path}', CSVWithNames, 'user_id String, event String, ts String, channel String, country String, amount Nullable(Float64)')" if text else f"file('{path}', Parquet)"
moment = "toDateTime(parseDateTime64BestEffort(ts, 0))" if text else "toDateTime(ts)"
steps = sys.argv[3].split(',')
conditions = ', '.join(f"event = '{step}'" for step in steps)
names = ', '.join(f"'{step}'" for step in steps)
depths = f"select windowFunnel({int(sys.argv[2]) * 86400})({moment}, {conditions}) as depth from {table} where event in ({names}) group by user_id"
reached = ', '.join(f"countIf(depth >= {step + 1})" for step in range(len(steps)))
print(chdb.query(f"select {reached} from ({depths})", 'CSV'))
"""

# DuckDB has no such function: the funnel from each user's first sign-up only, which is less work than the best attempt.
DUCKDB = """
import sys, duckdb
path, days, steps = sys.argv[1], sys.argv[2], sys.argv[3].split(',')
names = ', '.join(f"'{step}'" for step in steps)
parts = [f"log as (select user_id, event, ts::timestamp as moment from '{path}' where event in ({names}))",
         f"reached_1 as (select user_id, min(moment) as entry, min(moment) as moment from log where event = '{steps[0]}' group by user_id)"]
for number, step in enumerate(steps[1:], 2):
    parts.append(f"reached_{number} as (select last.user_id, any_value(last.entry) as entry, min(log.moment) as moment from reached_{number - 1} as last join log on log.user_id = last.user_id and log.event = '{step}' and log.moment >= last.moment and log.moment <= last.entry + interval {days} day group by last.user_id)")
counts = ', '.join(f"(select count(*) from reached_{number})" for number in range(1, len(steps) + 1))
print(','.join(map(str, duckdb.sql('with ' + ', '.join(parts) + ' select ' + counts).fetchall()[0])))
"""


def commands(binary, path):
    """What is to be run, by name; peers only where their module is found."""
    steps = ",".join(STEPS)
    jobs = {"funnel": [binary, "conversion", path, "--steps", steps, "--window", f"{DAYS}d", "--format", "json", "--quiet"]}
    for name, module, script in (("clickhouse", "chdb", CLICKHOUSE), ("duckdb", "duckdb", DUCKDB)):
        if importlib.util.find_spec(module):
            jobs[name] = [sys.executable, "-c", script, path, str(DAYS), steps]
        else:
            print(f"{name}: module {module} is not installed, left out")
    return jobs


def once(argv):
    """Seconds, peak MiB and output of one run."""
    began = time.perf_counter()
    with tempfile.TemporaryFile() as messages:
        process = subprocess.Popen(argv, stdout=subprocess.PIPE, stderr=messages)
        output = process.stdout.read()
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - began
        if status != 0:
            messages.seek(0)
            sys.exit(f"{argv[0]} failed: {messages.read().decode(errors='replace')[-2000:]}")
    return seconds, usage.ru_maxrss / 1024, output.decode()


def reached(name, output):
    if name == "funnel":
        tables = json.loads(output)["tables"]
        return [row["entered"] for row in tables[0]["rows"]]
    return [int(count) for count in output.strip().split(",")]


def measure(jobs, runs):
    results = {name: [] for name in jobs}
    for round_number in range(runs + 1):
        for name, argv in jobs.items():
            result = once(argv)
            if round_number > 0:
                results[name].append(result)
    return results


def show(results):
    medians = {name: [statistics.median(run[key] for run in list_) for key in (0, 1)] for name, list_ in results.items()}
    seconds, memory = medians["funnel"]
    counts = {name: reached(name, list_[0][2]) for name, list_ in results.items()}
    print(f"{'':12}{'seconds':>9}{'spread':>16}{'peak MiB':>10}{'time':>8}{'memory':>8}   units reaching each step")
    for name, list_ in results.items():
        times = sorted(run[0] for run in list_)
        spread = f"{times[0]:.2f}-{times[-1]:.2f}"
        ratio, share = medians[name][0] / seconds, medians[name][1] / memory
        print(f"{name:12}{medians[name][0]:9.2f}{spread:>16}{medians[name][1]:10.0f}{ratio:7.2f}x{share:7.2f}x   {counts[name]}")
    if "clickhouse" in counts:
        same = counts["funnel"] == counts["clickhouse"]
        print(f"funnel and ClickHouse count {'the same' if same else 'DIFFERENTLY'}")
        if not same:
            sys.exit(1)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("binary", help="the program, built with --release")
    parser.add_argument("--rows", type=int, default=20_000_000)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--folder", default=tempfile.gettempdir(), help="where the log is kept between runs")
    parser.add_argument("--parquet", action="store_true", help="measure on Parquet (written with DuckDB)")
    options = parser.parse_args()
    path = Path(options.folder) / f"funnel_bench_{options.rows}.csv"
    if not path.exists():
        subprocess.run([sys.executable, HERE / "make_log.py", str(options.rows), str(path)], check=True)
    if options.parquet:
        packed = path.with_suffix(".parquet")
        if not packed.exists():
            # In a process of its own: a child's peak memory is never below its parent's.
            copy = f"import duckdb; duckdb.sql(\"copy (select * from '{path}') to '{packed}' (format parquet, compression zstd)\")"
            subprocess.run([sys.executable, "-c", copy], check=True)
        path = packed
    print(f"{options.rows} events, {path.stat().st_size / 1e9:.2f} GB, medians of {options.runs} runs, {os.cpu_count()} cores")
    show(measure(commands(options.binary, str(path)), options.runs))


if __name__ == "__main__":
    main()
