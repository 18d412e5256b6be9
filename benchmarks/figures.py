"""The figures that the docs quote, rendered from the last measurement.

``run.py --write`` stores its figures in ``figures.json`` and renders them between two comments of
each page. A test compares the pages with the file, and fails if you edit a figure by hand.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
FIGURES = HERE / "figures.json"
BEGIN = "<!-- figures: `python benchmarks/run.py --write` writes this block -->"
END = "<!-- end of figures -->"

Figures = dict[str, Any]


def summary(measured: Figures) -> str:
    """Return the lines of the README."""
    cpu, _, peak = measured["commands"]["generate.py --env prod"]
    of = {name: verdict["value"] for name, verdict in measured["verdicts"].items()}
    return (
        f"- `generate.py --env prod` takes {cpu / 1000:.2f} s of CPU time and {peak:.0f} MiB of "
        f"memory, with Python {measured['versions']['Python']}.\n"
        f"- That is {max(of['times the floor']):.1f} times the time of a plain troposphere script "
        f"of the same {measured['resources']} resources. `cdk synth` takes "
        f"{min(of['times faster than CDK']):.0f} times as long.\n"
        f"- Each further environment takes {of['each further environment'][0]:.0f} ms, and each "
        f"further route {of['cost of a route, of 150 and of 50'][-1]:.1f} ms.\n"
    )


def tables(measured: Figures) -> str:
    """Return the tables of the benchmarks' own page."""
    versions = ", ".join(f"{name} {version}" for name, version in measured["versions"].items())
    lines = [
        f"{versions}. Medians of {measured['runs']} runs; CDK has fewer.",
        "",
        "| | CPU ms | wall ms | peak MiB |",
        "|---|---:|---:|---:|",
    ]
    for name, (cpu, wall, peak) in measured["commands"].items():
        lines.append(f"| {name} | {cpu:,.0f} | {wall:,.0f} | {peak:.1f} |")
    lines += ["", "| | measured | bound | met |", "|---|---|---|---|"]
    for name, verdict in measured["verdicts"].items():
        met = "yes" if verdict["met"] else "no"
        lines.append(f"| {name} | {_shown(name, verdict['value'])} | {verdict['bound']} | {met} |")
    return "\n".join(lines) + "\n"


def _shown(name: str, value: float | list[float]) -> str:
    if isinstance(value, float):
        return f"{value:g} MiB"
    if len(value) > 2:
        costs = " / ".join(f"{cost:.2f}" for cost in value)
        return f"{costs} ms of CPU time, of 10 / 50 / 100 / 150 routes"
    unit = " ms" if name.startswith("each") else ""
    return f"{value[0]:g}{unit} by CPU, {value[1]:g}{unit} by wall"


PAGES: dict[Path, Callable[[Figures], str]] = {
    HERE.parent / "README.md": summary,
    HERE / "README.md": tables,
}


def replaced(text: str, block: str) -> str:
    """Return a page with this block between the two comments."""
    before, begin, rest = text.partition(f"{BEGIN}\n")
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise ValueError(f"The page needs the lines '{BEGIN}' and '{END}'.")
    return f"{before}{begin}\n{block}\n{end}{after}"


def stored() -> Figures:
    """Return the figures of the last measurement."""
    found: Figures = json.loads(FIGURES.read_text("utf-8"))
    return found
