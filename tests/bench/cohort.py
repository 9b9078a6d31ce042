#!/usr/bin/env python3
"""Measures `funnel cohort` on a large log, and DuckDB doing the same where it is installed.

usage: cohort.py FUNNEL [FILE] [--rows N] [--runs 5] [--folder DIR] [--start EVENT] [--return EVENT]
Weekly cohorts of the first start, retention by calendar week, 13 periods; without --return any event is a return.
Every program runs in turn, in a process of its own; the first round warms the cache and is left out. Prints medians of
time and peak memory and their ratio, and whether all cells agree. Peer: pip install duckdb
"""
import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

from bench import HERE, measure

PERIODS = 13

# Distinct weeks of return per user, joined with the week of the first start; age 0 is the cohort itself.
DUCKDB = """
import sys, json, duckdb
path, start, returning, periods = sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[4])
wanted = f"where event in ('{start}', '{returning}')" if returning else ''
is_return = f"where event = '{returning}'" if returning else ''
rows = duckdb.sql(f'''
with log as (select user_id, event, ts::timestamp as moment from '{path}' {wanted}),
firsts as (select user_id, date_trunc('week', min(moment)) as cohort from log where event = '{start}' group by user_id),
returns as (select distinct user_id, date_trunc('week', moment) as week from log {is_return}),
sizes as (select cohort, count(*) as units from firsts group by cohort),
cells as (select cohort, date_diff('week', cohort, week) as age, count(*) as units from firsts join returns using (user_id)
          where week > cohort and date_diff('week', cohort, week) < {periods} group by all)
select cohort::date::varchar, 0, units from sizes union all select cohort::date::varchar, age, units from cells order by all
''').fetchall()
print(json.dumps(rows))
"""


def cells(name, output):
    """Cohort, age and units of every cell that is not empty."""
    if name != "funnel":
        # A progress bar may stand before it.
        return sorted(map(tuple, json.loads(output.strip().splitlines()[-1])))
    rows = json.loads(output)["tables"][0]["rows"]
    return sorted((row["cohort"], row["period"], row["active"]) for row in rows if row["active"] > 0)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("binary", help="the program, built with --release")
    parser.add_argument("file", nargs="?", help="a log with user_id, event, ts; made where it is left out")
    parser.add_argument("--rows", type=int, default=20_000_000)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--folder", default=tempfile.gettempdir(), help="where the log is kept between runs")
    parser.add_argument("--start", default="signup")
    parser.add_argument("--return", dest="returning", default="", help="without it any event")
    options = parser.parse_args()
    path = Path(options.file or Path(options.folder) / f"funnel_bench_{options.rows}.csv")
    if not path.exists():
        subprocess.run([sys.executable, HERE / "make_log.py", str(options.rows), str(path)], check=True)
    own = [options.binary, "cohort", str(path), "--start", options.start, "--every", "week", "--periods", str(PERIODS)]
    own += ["--return", options.returning] if options.returning else []
    jobs = {
        "funnel": own + ["--format", "json", "--quiet"],
        "duckdb": [sys.executable, "-c", DUCKDB, str(path), options.start, options.returning, str(PERIODS)],
    }
    print(f"{path.stat().st_size / 1e9:.2f} GB, medians of {options.runs} runs, {os.cpu_count()} cores")
    results = measure(jobs, options.runs)
    medians = {name: [statistics.median(run[key] for run in runs) for key in (0, 1)] for name, runs in results.items()}
    print(f"{'':12}{'seconds':>9}{'spread':>16}{'peak MiB':>10}{'time':>8}")
    for name, runs in results.items():
        times = sorted(run[0] for run in runs)
        spread = f"{times[0]:.2f}-{times[-1]:.2f}"
        ratio = medians[name][0] / medians["funnel"][0]
        print(f"{name:12}{medians[name][0]:9.2f}{spread:>16}{medians[name][1]:10.0f}{ratio:7.2f}x")
    same = cells("funnel", results["funnel"][0][2]) == cells("duckdb", results["duckdb"][0][2])
    print(f"all cells agree: {same}")
    sys.exit(0 if same else 1)


if __name__ == "__main__":
    main()
