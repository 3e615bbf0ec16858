"""`make bench`: measures, prints, and writes docs/figures.md, where the budgets stand; exits 1 where one is missed."""

from __future__ import annotations

import statistics
import sys
from datetime import UTC, datetime

from bench import phone, speed
from feedback_app.config import ROOT

OUT = ROOT / "docs" / "figures.md"
MARK = "<!-- written by make bench -->"
median = statistics.median


def main() -> int:
    """Both databases and the phone."""
    speeds = [speed.measure(database) for database in ("SQLite", "PostgreSQL")]
    loads = phone.measure()
    checks = [check for one in speeds for check in _checks(one)] + [
        check for one in loads for check in _light(one)
    ]
    text = "\n".join(_page(speeds, loads, checks))
    before = OUT.read_text() if OUT.exists() else ""
    kept = before.partition(MARK)[2]
    OUT.write_text(text + MARK + kept)
    print(text)
    return int(not all(met for _what, _figure, _budget, met in checks))


Check = tuple[str, str, str, bool]


def _checks(one: speed.Speed) -> list[Check]:
    rate, p99 = median(one.survey.rate), median(one.survey.p99)
    dearer = one.slower(lambda series: series.rate, more_is_better=True)
    return [
        (
            f"{one.database}: whole surveys a second",
            f"{rate:.0f}",
            ">= 200",
            rate >= 200,
        ),
        (
            f"{one.database}: p99 of an exchange at 16 clients",
            f"{p99:.0f} ms",
            "<= 100 ms",
            p99 <= 100,
        ),
        (
            f"{one.database}: a send beside the floor, by rate",
            f"{dearer:.2f}x",
            "<= 2.5x",
            dearer <= 2.5,
        ),
        (
            f"{one.database}: a worker's memory",
            f"{one.memory} MB",
            "<= 120 MB",
            one.memory <= 120,
        ),
    ]


def _light(one: phone.Load) -> list[Check]:
    if one.name.startswith("bare"):
        return []
    return [
        (
            f"{one.name}: on the wire, cold",
            f"{one.wire / 1000:.1f} kB",
            "<= 25 kB",
            one.wire <= 25_000,
        ),
        (f"{one.name}: requests", f"{one.requests}", "<= 4", one.requests <= 4),
        (
            f"{one.name}: first question seen",
            f"{one.seen:.2f} s",
            "<= 1.8 s",
            one.seen <= 1.8,
        ),
    ]


def _page(
    speeds: list[speed.Speed], loads: list[phone.Load], checks: list[Check]
) -> list[str]:
    lines = [
        "# Figures",
        "",
        f"Taken with `make bench` on {datetime.now(UTC):%Y-%m-%d} on 2 shared cores: medians, the product and its",
        "baseline interleaved in one run. Compare within a run, not between runs: such machines are noisy.",
        "",
        "| what | figure | budget | |",
        "|---|---|---|---|",
        *(
            f"| {what} | {figure} | {budget} | {'met' if met else '**missed**'} |"
            for what, figure, budget, met in checks
        ),
        "",
        f"Servers: gunicorn as `deploy/gunicorn.conf.py` says, 2 workers, {speed.CLIENTS} clients, {speed.ROUNDS}",
        f"rounds of {speed.VISITS} visits of each kind. The floor is `bench/floor.py`: one Flask route, the same",
        "body, one INSERT, one durable commit, the same server. A whole survey is a page and a send.",
        "",
        "| database | visit | a second | p50 | p99 | processor a visit |",
        "|---|---|---|---|---|---|",
    ]
    for one in speeds:
        for name, series in (
            ("floor, a send", one.floor),
            ("a send", one.send),
            ("a whole survey", one.survey),
        ):
            lines.append(
                f"| {one.database} | {name} | {median(series.rate):.0f} | {median(series.p50):.1f} ms"
                f" | {median(series.p99):.1f} ms | {median(series.cpu):.2f} ms |"
            )
    lines += [
        "",
        "A phone, cold: Chromium without a window, 400 kbit/s, 400 ms a round trip, a processor four times slower.",
        "",
        "| page | on the wire | requests | first screen seen |",
        "|---|---|---|---|",
        *(
            f"| {one.name} | {one.wire / 1000:.1f} kB | {one.requests} | {one.seen:.2f} s |"
            for one in loads
        ),
        "",
        "",
    ]
    return lines


if __name__ == "__main__":
    sys.exit(main())
