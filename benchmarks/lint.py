"""Measure ``gateway-infra lint``: a first run against a second one over the same files.

Each turn has a cache of its own, in a temporary folder, and runs twice as whole processes; what is
judged is the median of the turns' ratios, by CPU time (all processes together) and by wall time,
whichever is less favorable. Exit code 1 says that the bound was not met.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

from run import ROOT, Figure, Sample, both, by_turn, python_environment

MANY = 20
MAX_RATIO = 0.1


def main() -> int:
    parser = argparse.ArgumentParser(description="Measure lint; exit 1 past the bound.")
    parser.add_argument("--runs", type=int, default=5, help="turns of each (default: 5)")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        shutil.copytree(ROOT / "environments", folder / "shipped")
        many_environments(folder / "many")
        environment = python_environment(folder)
        print(f"{'':<34} {'CPU ms':>9} {'wall ms':>9}")
        figures = {
            "3 environments": measure(folder, "shipped", environment, options.runs),
            f"{MANY} environments": measure(folder, "many", environment, options.runs),
        }
    met = True
    for what, figure in figures.items():
        met = met and max(figure) <= MAX_RATIO
        mark = "ok" if max(figure) <= MAX_RATIO else "NOT MET"
        print(f"second / first, {what:<18} {both(figure, '.3f')}, at most {MAX_RATIO:g}: {mark}")
    return 0 if met else 1


def many_environments(folder: Path) -> None:
    """Write environments that differ in their names, and so in all templates."""
    folder.mkdir()
    shutil.copy(ROOT / "environments" / "base.yaml", folder)
    overlay = (ROOT / "environments" / "prod.yaml").read_text()
    for number in range(MANY):
        (folder / f"prod-{number}.yaml").write_text(f"tier: prod\n{overlay}")


def measure(folder: Path, sources: str, environment: dict[str, str], runs: int) -> Figure:
    """Return the second run's time by the first's, after a turn to warm up."""
    first: list[Sample] = []
    second: list[Sample] = []
    for turn in range(runs + 1):
        cache = folder / f"cache-{sources}-{turn}"
        samples = [lint(folder, sources, cache, environment) for _ in range(2)]
        if turn:
            first.append(samples[0])
            second.append(samples[1])
    for which, taken in (("first", first), ("second", second)):
        cpu, wall = median(item.cpu for item in taken), median(item.wall for item in taken)
        print(f"{f'lint --all, {sources}, {which} run':<34} {cpu:>9.1f} {wall:>9.1f}")
    return by_turn(second, first, lambda one, other: one / other)


def lint(folder: Path, sources: str, cache: Path, environment: dict[str, str]) -> Sample:
    """Run the command once; findings are no fault here."""
    command = [sys.executable, "-m", "gateway_infra", "lint", "--all", "--quiet"]
    command += ["--environments", sources, "--cache-dir", str(cache)]
    before = os.times()
    start = time.perf_counter()
    ran = subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, check=False
    )
    wall = time.perf_counter() - start
    after = os.times()
    if ran.returncode not in (0, 1):
        sys.exit(f"lint failed with {ran.returncode}:\n{ran.stderr}")
    cpu = after.children_user + after.children_system
    cpu -= before.children_user + before.children_system
    return Sample(cpu * 1000, wall * 1000, 0)


if __name__ == "__main__":
    sys.exit(main())
