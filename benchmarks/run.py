"""Measure ``generate.py`` as a whole process, against its alternatives.

The commands of one comparison run in turns (A B A B), so a busy machine slows them alike. The
result is the median over the turns. Ratios count by CPU time and by wall time, whichever is less
favorable. Differences of some milliseconds count by CPU time, because wall time is too coarse for
them. The exit code is 1 if a bound is exceeded, or if the floor creates other resources.
``--short`` checks no bound. Only ``--write`` and ``--update-floor`` write outside a temporary
directory.
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
from typing import Any, NamedTuple

import figures
import yaml

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
GENERATE = (sys.executable, str(ROOT / "generate.py"))
FLOOR = (sys.executable, str(HERE / "floor.py"))
CDK = HERE / "cdk"
FLOOR_METADATA = HERE / "floor_metadata.json"

WARM_UP = 2
CDK_RUNS = 5
MORE_ENVIRONMENTS = 10
ROUTES = (10, 50, 100, 150)
"""A route here is a path of its own: three resources. 150 keep the stack of the API below 500."""

HASHED = re.compile(r"(Version|Deployment)[0-9a-f]{10}")
"""The two logical IDs that contain a hash. The floor hashes other content."""

PROSE = ("AlarmDescription", "Description", "comment", "reason")
"""Keys of text for people. A new wording takes the same time, so the comparison ignores it."""

TITLE = re.compile(r'(?<=\\"title\\":\\")[^"\\]*')
"""A title in the dashboard, which is JSON in a string."""

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
    """A bound, whether it was met, and the figure itself."""

    name: str
    shown: str
    bound: str
    met: bool
    value: float | list[float]


Samples = dict[str, list[Sample]]


class Bench(NamedTuple):
    """The settings of a run, and the medians of each command that ran."""

    folder: Path
    environment: dict[str, str]
    runs: int
    warm_up: int
    medians: dict[str, list[float]]


def main() -> int:
    options = arguments()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        environment = python_environment(folder)
        if options.update_floor:
            update_floor(folder, environment)
            return 0
        difference = floor_difference(folder, environment)
        if difference:
            print(
                "floor.py creates other resources than generate.py. Change it too. If only the "
                f"Metadata differs, run this script with --update-floor.\n{difference}"
            )
            return 1
        runs, warm_up = (1, 0) if options.short else (options.runs, WARM_UP)
        bench = Bench(folder, environment, runs, warm_up, {})
        print(" · ".join(f"{name} {version}" for name, version in versions().items()))
        print(f"The resources of the floor are the same. {runs} runs each, medians:\n")
        print(f"{'':<34} {'CPU ms':>9} {'wall ms':>9} {'peak MiB':>9}")
        verdicts = [
            *against_floor(bench),
            *against_cdk(bench, skip=options.skip_cdk or options.short),
            *further_environments(bench),
            *growth_by_routes(bench),
        ]
        if options.write:
            write(bench, verdicts)
    print()
    for verdict in verdicts:
        mark = "not checked" if options.short else "ok" if verdict.met else "NOT MET"
        print(f"{verdict.name:<34} {verdict.shown:<34} {verdict.bound:<14} {mark}")
    return 0 if options.short or all(verdict.met for verdict in verdicts) else 1


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Measure generate.py; exit 1 past a bound.")
    parser.add_argument("--runs", type=int, default=20, help="runs of each command (default: 20)")
    parser.add_argument("--skip-cdk", action="store_true", help="leave out the comparison with CDK")
    parser.add_argument(
        "--short", action="store_true", help="run each command once, and check only the resources"
    )
    parser.add_argument("--write", action="store_true", help="write the figures to the two READMEs")
    parser.add_argument(
        "--update-floor",
        action="store_true",
        help=f"write the Metadata of the template to {FLOOR_METADATA.name}, and measure nothing",
    )
    options = parser.parse_args()
    if options.runs < 1:
        parser.error("--runs must be at least 1")
    if options.write and (options.short or options.skip_cdk or not cdk_command()):
        parser.error(f"--write needs the full form with CDK. {INSTALL_CDK}")
    return options


def write(bench: Bench, verdicts: Sequence[Verdict]) -> None:
    """Store the figures, and render them into the pages that quote them."""
    measured = {
        "versions": versions(),
        "runs": bench.runs,
        "resources": resource_count(bench),
        "commands": {name: [round(x, 1) for x in row] for name, row in bench.medians.items()},
        "verdicts": {
            verdict.name: {"value": verdict.value, "bound": verdict.bound, "met": verdict.met}
            for verdict in verdicts
        },
    }
    figures.FIGURES.write_text(json.dumps(measured, indent=1, ensure_ascii=False) + "\n", "utf-8")
    for page, render in figures.PAGES.items():
        text = figures.replaced(page.read_text("utf-8"), render(measured))
        page.write_text(text, "utf-8")


def resource_count(bench: Bench) -> int:
    template = json.loads((bench.folder / "single" / "prod" / "template.json").read_text("utf-8"))
    return len(template["Resources"])


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


def interleave(
    bench: Bench, commands: Sequence[Command], runs: int | None = None, warm_up: int | None = None
) -> Samples:
    """Run the commands in turns; the samples at one position of the lists are of one turn."""
    samples: Samples = {command.name: [] for command in commands}
    warm_up = bench.warm_up if warm_up is None else warm_up
    for turn in range(warm_up + (runs or bench.runs)):
        for command in commands:
            sample = run_once(command)
            if turn >= warm_up:
                samples[command.name].append(sample)
    for command in commands:
        medians = [median(column) for column in zip(*samples[command.name], strict=True)]
        bench.medians[command.name] = medians
        cpu, wall, peak = medians
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


def against_floor(bench: Bench) -> list[Verdict]:
    floor = Command("plain troposphere (the floor)", FLOOR, bench.environment)
    ours = generate(
        "generate.py --env prod", bench.environment, bench.folder / "prod", "--env", "prod"
    )
    samples = interleave(bench, [floor, ours])
    ratio = by_turn(samples[ours.name], samples[floor.name], lambda one, other: one / other)
    peak = max(sample.peak for sample in samples[ours.name])
    return [
        Verdict(
            "times the floor",
            both(ratio, ".2f"),
            f"at most {MAX_FLOOR_RATIO:g}",
            max(ratio) <= MAX_FLOOR_RATIO,
            [round(value, 2) for value in ratio],
        ),
        Verdict(
            "peak memory",
            f"{peak:.1f} MiB",
            f"below {MAX_PEAK:g} MiB",
            peak < MAX_PEAK,
            round(peak, 1),
        ),
    ]


INSTALL_CDK = "Run `npm ci` in benchmarks/cdk (needs node)."


def cdk_command() -> tuple[str, str] | None:
    """Return the command of CDK, or ``None`` where it is not installed."""
    node = shutil.which("node")
    script = CDK / "node_modules" / "aws-cdk" / "bin" / "cdk"
    return (node, str(script)) if node and script.is_file() else None


def against_cdk(bench: Bench, *, skip: bool) -> list[Verdict]:
    command = cdk_command()
    if skip or command is None:
        print(f"{'cdk synth':<34} {'skipped' if skip else f'skipped. {INSTALL_CDK}'}")
        return []
    folder = bench.folder
    cdk = Command(
        "cdk synth",
        (*command, "synth", "--quiet", "--no-notices", "--output", str(folder / "cdk")),
        cdk_environment(folder),
        CDK,
    )
    ours = generate(
        "generate.py, in turns with CDK", bench.environment, folder / "prod", "--env", "prod"
    )
    samples = interleave(bench, [cdk, ours], CDK_RUNS, warm_up=1)
    ratio = by_turn(samples[cdk.name], samples[ours.name], lambda one, other: one / other)
    shown = both(ratio, ".1f")
    met = min(ratio) >= MIN_CDK_RATIO
    rounded = [round(value, 1) for value in ratio]
    bound = f"at least {MIN_CDK_RATIO:g}"
    return [Verdict("times faster than CDK", shown, bound, met, rounded)]


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


def further_environments(bench: Bench) -> list[Verdict]:
    """Compare ``--all`` over one environment and over that one and ten more like it."""
    folder, environment = bench.folder, bench.environment
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
    samples = interleave(bench, commands)
    each = by_turn(
        samples[commands[1].name],
        samples[commands[0].name],
        lambda more, single: (more - single) / MORE_ENVIRONMENTS,
    )
    shown = f"{both(each, '.1f')} ms"
    bound = f"below {MAX_ENVIRONMENT:g} ms"
    met = each.cpu < MAX_ENVIRONMENT
    rounded = [round(value, 1) for value in each]
    return [Verdict("each further environment", shown, bound, met, rounded)]


def growth_by_routes(bench: Bench) -> list[Verdict]:
    """Compare what each route over the first costs, among few and among many."""
    commands = {}
    for count in (1, *ROUTES):
        sources = bench.folder / f"routes-{count}"
        write_routes(sources, count)
        name = f"{count} routes" if count > 1 else "1 route"
        output = bench.folder / f"out-routes-{count}"
        commands[count] = generate(
            name, bench.environment, output, "--env", "prod", sources=sources
        )
    samples = interleave(bench, list(commands.values()))

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
    rounded = [round(cost, 2) for cost in costs.values()]
    return [
        Verdict("cost of a route, of 150 and of 50", shown, bound, growth <= MAX_GROWTH, rounded)
    ]


def write_routes(sources: Path, count: int) -> None:
    """Write the example with this many routes in place of its own; JSON is YAML too."""
    sources.mkdir()
    base = yaml.safe_load((ROOT / "environments" / "base.yaml").read_text())
    function = next(iter(base["functions"]))
    base["api"]["routes"] = {f"GET /part-{number}": function for number in range(count)}
    (sources / "base.yaml").write_text(json.dumps(base))
    shutil.copy(ROOT / "environments" / "prod.yaml", sources)


def template_of(folder: Path, environment: dict[str, str]) -> str:
    """Return the template of the production stack, as one stack."""
    output = folder / "single"
    run_once(generate("generate.py", environment, output, "--env", "prod", "--layout", "single"))
    return (output / "prod" / "template.json").read_text("utf-8")


def update_floor(folder: Path, environment: dict[str, str]) -> None:
    """Write the Metadata of all resources for floor.py."""
    found = json.loads(template_of(folder, environment))["Resources"]
    metadata = {name: body["Metadata"] for name, body in found.items() if "Metadata" in body}
    FLOOR_METADATA.write_text(json.dumps(metadata, indent=1, ensure_ascii=False) + "\n", "utf-8")


def floor_difference(folder: Path, environment: dict[str, str]) -> str:
    """Return the diff between the resources of floor.py and generate.py; empty if equal."""
    ours = template_of(folder, environment)
    floor = subprocess.run(FLOOR, env=environment, capture_output=True, text=True, check=True)
    lines = unified_diff(
        resources(floor.stdout), resources(ours), "floor.py", "generate.py", lineterm=""
    )
    return "\n".join(lines)


def resources(template: str) -> list[str]:
    """Return the resources of a template as lines, without their order, hashes and prose."""
    found = json.loads(HASHED.sub(r"\1HASH", template))["Resources"]
    return TITLE.sub("", json.dumps(without_prose(found), indent=1, sort_keys=True)).splitlines()


def without_prose(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: "" if key in PROSE else without_prose(item) for key, item in value.items()}
    return [without_prose(item) for item in value] if isinstance(value, list) else value


def versions() -> dict[str, str]:
    names = ("troposphere", "awacs", "pydantic", "PyYAML")
    found = {"Python": platform.python_version(), **{name: version(name) for name in names}}
    package = CDK / "node_modules" / "aws-cdk-lib" / "package.json"
    node = shutil.which("node")
    if node and package.is_file():
        found["CDK"] = json.loads(package.read_text())["version"]
        shown = subprocess.run([node, "--version"], capture_output=True, text=True, check=True)
        found["node"] = shown.stdout.strip().removeprefix("v")
    return found


if __name__ == "__main__":
    sys.exit(main())
