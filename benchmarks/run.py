"""Measure the command as whole processes, against what users would run in its place.

Nothing is written outside a temporary folder. Commands of one comparison run in turns (A B A B),
so that a busy machine slows all of them alike. What is judged is the median over the turns: ratios
by CPU time and by wall time, whichever is less favorable; differences of some milliseconds by CPU
time alone, as wall time is too coarse for them. Exit code 1 says that a bound was not met, or that
the floor no longer makes the same resources.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from difflib import unified_diff
from importlib.metadata import version
from pathlib import Path
from statistics import median
from typing import NamedTuple

import yaml

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
GENERATE = (sys.executable, str(ROOT / "generate.py"))
FLOOR = (sys.executable, str(HERE / "floor.py"))
CDK = HERE / "cdk"

WARM_UP = 2
CDK_RUNS = 5
MORE_ENVIRONMENTS = 10
ROUTES = (10, 50, 100, 150)
"""A route here is a path of its own: three resources. 150 keep the stack of the API below 500."""

HASHED = re.compile(r"(Version|Deployment|settings |Content )[0-9a-f]{10}")
"""Where the two ids stand that are hashes; the floor hashes in its own way."""

MAX_FLOOR_RATIO = 3.0
MIN_CDK_RATIO = 20.0
MAX_PEAK = 60.0
MAX_ENVIRONMENT = 15.0
MAX_GROWTH = 1.5
"""Linear growth gives 1 and quadratic growth 3; between them is what is hard to measure."""


class Command(NamedTuple):
    """A process to measure."""

    name: str
    arguments: Sequence[str]
    environment: dict[str, str]
    folder: Path = ROOT


class Sample(NamedTuple):
    """One process: milliseconds and MiB."""

    cpu: float
    wall: float
    peak: float


class Figure(NamedTuple):
    """The same figure by CPU time and by wall time."""

    cpu: float
    wall: float


class Verdict(NamedTuple):
    """A bound and whether it was met."""

    name: str
    shown: str
    bound: str
    met: bool


Samples = dict[str, list[Sample]]


def main() -> int:
    parser = argparse.ArgumentParser(description="Measure generate.py; exit 1 past a bound.")
    parser.add_argument("--runs", type=int, default=20, help="runs of each command (default: 20)")
    parser.add_argument("--skip-cdk", action="store_true", help="leave out the comparison with CDK")
    options = parser.parse_args()
    if options.runs < 1:
        parser.error("--runs must be at least 1")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        environment = python_environment(folder)
        difference = floor_difference(folder, environment)
        if difference:
            print(f"floor.py makes other resources than generate.py; change it too:\n{difference}")
            return 1
        print(versions())
        print(f"The floor's resources are ours. {options.runs} runs each, medians:\n")
        print(f"{'':<34} {'CPU ms':>9} {'wall ms':>9} {'peak MiB':>9}")
        verdicts = [
            *against_floor(folder, environment, options.runs),
            *against_cdk(folder, environment, skip=options.skip_cdk),
            *further_environments(folder, environment, options.runs),
            *growth_by_routes(folder, environment, options.runs),
        ]
    print()
    for verdict in verdicts:
        mark = "ok" if verdict.met else "NOT MET"
        print(f"{verdict.name:<34} {verdict.shown:<34} {verdict.bound:<14} {mark}")
    return 0 if all(verdict.met for verdict in verdicts) else 1


def python_environment(folder: Path) -> dict[str, str]:
    """Return the variables of Python processes: bytecode is cached, as it is for users."""
    dropped = ("PYTHONDONTWRITEBYTECODE", "PYTHONPROFILEIMPORTTIME", "PYTHONDEVMODE")
    kept = {key: value for key, value in os.environ.items() if key not in dropped}
    return {**kept, "PYTHONPYCACHEPREFIX": str(folder / "bytecode")}


def generate(
    name: str, environment: dict[str, str], output: Path, *more: str, sources: Path | None = None
) -> Command:
    arguments = [*GENERATE, "--output", str(output), *more]
    if sources is not None:
        arguments += ["--environments", str(sources)]
    return Command(name, arguments, environment)


def run_once(command: Command) -> Sample:
    """Run a process to its end; children that it waits for count as its own.

    Linux counts the peak from the fork on, so it is never below this process's own, 12 MiB or so.
    """
    start = time.perf_counter()
    process = subprocess.Popen(
        command.arguments,
        cwd=command.folder,
        env=command.environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    )
    message = process.stderr.read() if process.stderr else b""
    _, status, usage = os.wait4(process.pid, 0)
    wall = time.perf_counter() - start
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        sys.exit(f"{command.name} failed with {process.returncode}:\n{message.decode()}")
    unit = 1024 if sys.platform == "darwin" else 1
    cpu = usage.ru_utime + usage.ru_stime
    return Sample(cpu * 1000, wall * 1000, usage.ru_maxrss / unit / 1024)


def interleave(commands: Sequence[Command], runs: int, warm_up: int = WARM_UP) -> Samples:
    """Run the commands in turns; the samples at one position of the lists are of one turn."""
    samples: Samples = {command.name: [] for command in commands}
    for turn in range(warm_up + runs):
        for command in commands:
            sample = run_once(command)
            if turn >= warm_up:
                samples[command.name].append(sample)
    for command in commands:
        cpu, wall, peak = (median(column) for column in zip(*samples[command.name], strict=True))
        print(f"{command.name:<34} {cpu:>9.1f} {wall:>9.1f} {peak:>9.1f}")
    return samples


def by_turn(first: list[Sample], second: list[Sample], of: Callable[..., float]) -> Figure:
    """Return the median over all turns of what `of` makes of the two samples of a turn."""
    turns = list(zip(first, second, strict=True))
    return Figure(
        median(of(one.cpu, other.cpu) for one, other in turns),
        median(of(one.wall, other.wall) for one, other in turns),
    )


def both(figure: Figure, form: str) -> str:
    return f"{figure.cpu:{form}} by CPU, {figure.wall:{form}} by wall"


def against_floor(folder: Path, environment: dict[str, str], runs: int) -> list[Verdict]:
    floor = Command("plain troposphere (the floor)", FLOOR, environment)
    ours = generate("generate.py --env prod", environment, folder / "prod", "--env", "prod")
    samples = interleave([floor, ours], runs)
    ratio = by_turn(samples[ours.name], samples[floor.name], lambda one, other: one / other)
    peak = max(sample.peak for sample in samples[ours.name])
    return [
        Verdict(
            "times the floor",
            both(ratio, ".2f"),
            f"at most {MAX_FLOOR_RATIO:g}",
            max(ratio) <= MAX_FLOOR_RATIO,
        ),
        Verdict("peak memory", f"{peak:.1f} MiB", f"below {MAX_PEAK:g} MiB", peak < MAX_PEAK),
    ]


def against_cdk(folder: Path, environment: dict[str, str], *, skip: bool) -> list[Verdict]:
    node = shutil.which("node")
    script = CDK / "node_modules" / "aws-cdk" / "bin" / "cdk"
    if skip or node is None or not script.is_file():
        reason = "skipped" if skip else "skipped: run `npm ci` in benchmarks/cdk (needs node)"
        print(f"{'cdk synth':<34} {reason}")
        return []
    cdk = Command(
        "cdk synth",
        (node, str(script), "synth", "--quiet", "--no-notices", "--output", str(folder / "cdk")),
        cdk_environment(folder),
        CDK,
    )
    ours = generate("generate.py, in turns with CDK", environment, folder / "prod", "--env", "prod")
    samples = interleave([cdk, ours], CDK_RUNS, warm_up=1)
    ratio = by_turn(samples[cdk.name], samples[ours.name], lambda one, other: one / other)
    shown = both(ratio, ".1f")
    met = min(ratio) >= MIN_CDK_RATIO
    return [Verdict("times faster than CDK", shown, f"at least {MIN_CDK_RATIO:g}", met)]


def cdk_environment(folder: Path) -> dict[str, str]:
    """Keep CDK off the network, where it would wait for answers, and out of the home folder."""
    return {
        **os.environ,
        "HOME": str(folder),
        "AWS_EC2_METADATA_DISABLED": "true",
        "CDK_DISABLE_CLI_TELEMETRY": "true",
        "CDK_DISABLE_VERSION_CHECK": "true",
        "npm_config_offline": "true",
        "npm_config_update_notifier": "false",
    }


def further_environments(folder: Path, environment: dict[str, str], runs: int) -> list[Verdict]:
    """Compare ``--all`` over one environment and over that one and ten more like it."""
    one, many = folder / "one", folder / "many"
    overlay = (ROOT / "environments" / "prod.yaml").read_text()
    for sources in (one, many):
        sources.mkdir()
        shutil.copy(ROOT / "environments" / "base.yaml", sources)
        (sources / "prod.yaml").write_text(overlay)
    for number in range(MORE_ENVIRONMENTS):
        (many / f"prod-{number}.yaml").write_text(f"tier: prod\n{overlay}")
    commands = [
        generate("--all, 1 environment", environment, folder / "out-1", "--all", sources=one),
        generate("--all, 11 environments", environment, folder / "out-11", "--all", sources=many),
    ]
    samples = interleave(commands, runs)
    each = by_turn(
        samples[commands[1].name],
        samples[commands[0].name],
        lambda more, single: (more - single) / MORE_ENVIRONMENTS,
    )
    shown = f"{both(each, '.1f')} ms"
    bound = f"below {MAX_ENVIRONMENT:g} ms"
    return [Verdict("each further environment", shown, bound, each.cpu < MAX_ENVIRONMENT)]


def growth_by_routes(folder: Path, environment: dict[str, str], runs: int) -> list[Verdict]:
    """Compare what each route over the first costs, among few and among many."""
    commands = {}
    for count in (1, *ROUTES):
        sources = folder / f"routes-{count}"
        write_routes(sources, count)
        name = f"{count} routes" if count > 1 else "1 route"
        output = folder / f"out-routes-{count}"
        commands[count] = generate(name, environment, output, "--env", "prod", sources=sources)
    samples = interleave(list(commands.values()), runs)

    def cost(count: int) -> float:
        figure = by_turn(
            samples[commands[count].name],
            samples[commands[1].name],
            lambda more, one: (more - one) / (count - 1),
        )
        return figure.cpu

    costs = {count: cost(count) for count in ROUTES}
    print("\nCPU ms for each route, of " + ", ".join(f"{n}: {ms:.2f}" for n, ms in costs.items()))
    growth = costs[150] / costs[50]
    shown = f"{costs[150]:.2f} / {costs[50]:.2f} ms = {growth:.2f} by CPU"
    bound = f"at most {MAX_GROWTH:g}"
    return [Verdict("cost of a route, of 150 and of 50", shown, bound, growth <= MAX_GROWTH)]


def write_routes(sources: Path, count: int) -> None:
    """Write the example with this many routes in place of its own; JSON is YAML too."""
    sources.mkdir()
    base = yaml.safe_load((ROOT / "environments" / "base.yaml").read_text())
    function = next(iter(base["functions"]))
    base["api"]["routes"] = {f"GET /part-{number}": function for number in range(count)}
    (sources / "base.yaml").write_text(json.dumps(base))
    shutil.copy(ROOT / "environments" / "prod.yaml", sources)


def floor_difference(folder: Path, environment: dict[str, str]) -> str:
    """Return how the resources of floor.py and generate.py differ; nothing when they are equal."""
    output = folder / "single"
    layout = ("--env", "prod", "--layout", "single")
    run_once(generate("generate.py", environment, output, *layout))
    ours = (output / "prod" / "template.json").read_text()
    floor = subprocess.run(FLOOR, env=environment, capture_output=True, text=True, check=True)
    lines = unified_diff(
        resources(floor.stdout), resources(ours), "floor.py", "generate.py", lineterm=""
    )
    return "\n".join(lines)


def resources(template: str) -> list[str]:
    """Return a template's resources as lines that compare whatever their order and hashes."""
    found = json.loads(HASHED.sub(r"\1HASH", template))["Resources"]
    return json.dumps(found, indent=1, sort_keys=True).splitlines()


def versions() -> str:
    names = ("troposphere", "awacs", "pydantic", "PyYAML")
    parts = [f"Python {platform.python_version()}", *(f"{name} {version(name)}" for name in names)]
    package = CDK / "node_modules" / "aws-cdk-lib" / "package.json"
    node = shutil.which("node")
    if node and package.is_file():
        parts.append(f"CDK {json.loads(package.read_text())['version']}")
        answer = subprocess.run([node, "--version"], capture_output=True, text=True, check=True)
        parts.append(f"node {answer.stdout.strip()}")
    return " · ".join(parts)


if __name__ == "__main__":
    sys.exit(main())
