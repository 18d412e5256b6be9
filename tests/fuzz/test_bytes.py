"""Whatever bytes a file holds, it is read, or refused with a place; in bounded time and memory."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway_infra.reading.diagnostics import ConfigError
from gateway_infra.reading.source import read_file
from tests.support import CASES, ROOT

CORPUS = [path.read_bytes() for path in sorted(CASES.glob("*.yaml")) if path.stat().st_size < 5_000]
RUNS = 50_000


PUNCTUATION = st.lists(st.sampled_from(list("{}[]:,-&*!|>'\"%@`#?\n \tab0~")), max_size=60)
TEXT = st.one_of(st.text(max_size=200), PUNCTUATION.map("".join)).map(str.encode)


@st.composite
def bytes_like_files(draw: st.DrawFn) -> bytes:
    """Return bytes of a file with some replaced, doubled or left out."""
    data = bytearray(draw(st.sampled_from(CORPUS)))
    for _ in range(draw(st.integers(1, 4))):
        start = draw(st.integers(0, len(data)))
        end = start + draw(st.integers(0, 8))
        data[start:end] = draw(st.one_of(st.binary(max_size=8), st.just(bytes(data[:20]))))
    return bytes(data)


def read(data: bytes) -> None:
    """Read bytes as a file; every fault must have a place."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "prod.yaml"
        file.write_bytes(data)
        try:
            read_file(file, "environments/prod.yaml")
            return
        except ConfigError as error:
            problems = error.problems
    assert problems
    assert all(problem.place.file for problem in problems)
    assert all(str(problem).isprintable() for problem in problems)


any_bytes = given(st.one_of(st.binary(max_size=200), TEXT, bytes_like_files()))


@settings(deadline=None, max_examples=25)
@any_bytes
def test_any_bytes_are_read_or_refused_with_a_place(data: bytes) -> None:
    read(data)


@pytest.mark.slow
@settings(deadline=None, max_examples=100)
@any_bytes
def test_more_bytes_are_read_or_refused_with_a_place(data: bytes) -> None:
    read(data)


BOMB = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 12)
)
LONG = {
    "aliases that double": BOMB.encode(),
    "one hundred megabytes": b"a: " + b"x" * 100_000_000,
    "open brackets": b"a: " + b"[" * 900_000,
    "open braces": b"a: " + b"{a: " * 200_000,
    "deep indentation": b"".join(b" " * n + b"a:\n" for n in range(1_300)),
    "many keys": b"".join(b"k%d: 1\n" % n for n in range(90_000)),
    "many anchors": b"".join(b"k%d: &a%d 1\n" % (n, n) for n in range(50_000)),
    "one long line": b"a: '" + b"x" * 990_000 + b"'",
    "quotes": b"'" * 990_000,
    "a huge number": b"a: " + b"9" * 900_000,
    "many documents": b"--- {}\n" * 100_000,
    "comments": b"#\n" * 490_000,
    "tabs": b"\t" * 990_000,
    "colons": b":" * 990_000,
    "question marks": b"? " * 490_000,
}
SECONDS = 20
MEGABYTES = 700
"""Far above what any takes, on a slow machine too."""

PROBE = """
import resource, sys
from pathlib import Path
from gateway_infra.loading.load import load
from gateway_infra.reading.diagnostics import ConfigError
resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
resource.setrlimit(resource.RLIMIT_DATA, (MEGABYTES << 20, MEGABYTES << 20))
for name in sys.argv[2:]:
    try:
        load(Path(sys.argv[1]), name, shown="environments")
    except ConfigError as error:
        assert error.problems and all(len(str(problem)) < 2_000 for problem in error.problems)
        print(name)
"""


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="the limits are those of Linux")
def test_what_is_huge_is_refused_in_bounded_time_and_memory(tmp_path: Path) -> None:
    """In one process for all of them, which the system would stop."""
    names = [f"e{number}" for number in range(len(LONG))]
    for name, content in zip(names, LONG.values(), strict=True):
        (tmp_path / f"{name}.yaml").write_bytes(content)
    probe = PROBE.replace("SECONDS", str(SECONDS)).replace("MEGABYTES", str(MEGABYTES))
    command = [sys.executable, "-c", probe, str(tmp_path), *names]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT)
    assert done.returncode == 0, done.stderr[-2000:]
    assert done.stdout.split() == names


@pytest.mark.fuzz
def test_bytes_that_reach_further_and_further(tmp_path: Path) -> None:
    """Coverage-guided: what reaches new code is kept and changed again."""
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    for number, data in enumerate(CORPUS):
        (corpus / str(number)).write_bytes(data)
    options = [f"-runs={RUNS}", "-seed=1", "-max_len=6000", "-rss_limit_mb=2048", "-timeout=20"]
    command = [sys.executable, "-m", "tests.fuzz.loader", *options]
    done = subprocess.run(
        [*command, f"-artifact_prefix={tmp_path}/", str(corpus)],
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
    )
    assert done.returncode == 0, done.stderr[-4000:]
    assert f"Done {RUNS} runs" in done.stderr
