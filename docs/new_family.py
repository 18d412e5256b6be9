"""Write the skeleton of a family: ``python docs/new_family.py NAME``, from the project root.

The skeleton (``docs/new_family/``) is one log group, with a test and a golden case that pass at
once. Its comments say what to replace. CONTRIBUTING.md lists each file, and the test that fails
without it.
"""

from __future__ import annotations

import argparse
import builtins
import keyword
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

ROOT = Path(__file__).parent.parent
SOURCE = Path("src", "gateway_infra")
ENVIRONMENT = SOURCE / "sections" / "environment.py"
FAMILIES = SOURCE / "families.py"

SKELETON = Path(__file__).with_suffix("")
FILES = {
    file.relative_to(SKELETON).with_suffix(""): file.read_text()
    for file in sorted(SKELETON.rglob("*.txt"))
}
"""Path and text of each new file, with `NAME`, `FAMILY` and `CLASS` to fill in."""


def main() -> int:
    """Write and edit the files, then regenerate what is generated."""
    parser = argparse.ArgumentParser(description="Write the skeleton of a family of resources.")
    parser.add_argument("name", help="module name and key in the environment file: job_queue")
    name = parser.parse_args().name
    os.chdir(ROOT)
    if problem := next(_problems(name), None):
        sys.stderr.write(f"error: {problem}\n")
        return 2
    written = {_named(path, name): _filled(text, name) for path, text in FILES.items()}
    edited = {file: edit(file.read_text()) for file, edit in _edits(name).items()}
    for file, text in {**written, **edited}.items():
        file.write_text(text)
        sys.stdout.write(f"{'wrote' if file in written else 'edited'} {file}\n")
    python = [str(file) for file in (*written, *edited) if file.suffix == ".py"]
    _run("-m", "ruff", "format", "--quiet", *python)
    _run("-m", "ruff", "check", "--quiet", "--fix", "--select", "I", *python)
    _regenerate(name)
    return 0


def _problems(name: str) -> Iterator[str]:
    """Yield why a name cannot be used."""
    from pydantic import BaseModel

    import gateway_infra
    from gateway_infra.families import ROWS

    taken = {*(row.module for row in ROWS), *(row.stack for row in ROWS), "template"}
    taken |= {*gateway_infra.__all__, *dir(BaseModel), *dir(builtins), *keyword.kwlist}
    if not re.fullmatch(r"[a-z][a-z0-9]*(_[a-z0-9]+)*", name):
        yield f"'{name}' is not a module name. Use lower-case words, for example 'job_queue'."
    elif taken & {name, name.replace("_", "-"), f"{_class(name)}Config"} or len(name) > 30:
        yield f"'{name}' is taken or too long. Choose another name, for example 'job_queue'."
    elif f"    {name}: " in ENVIRONMENT.read_text():
        yield f"'{name}' is a key of the environment file. Choose another name."
    for path in FILES:
        if _named(path, name).exists():
            yield f"{_named(path, name)} exists. Choose another name, or delete the file."


def _edits(name: str) -> dict[Path, Callable[[str], str]]:
    """Return the edit of each existing file."""
    from gateway_infra.families import ROWS

    family, config = name.replace("_", "-"), f"{_class(name)}Config"
    before = [row.name for row in ROWS if not row.of_account][-1]
    cells = (f'"{family}",', f'"{name}",', f'"{family}",', "None,", "True,", "False,", "False),")
    widths = (21, 15, 15, 17, 8, 10, 0)
    row = "".join(f"{cell:{width}} " for cell, width in zip(cells, widths, strict=True)).rstrip()
    field = f"    {name}: {config} | None = Field(\n"
    field += (
        f'        default=None,\n        description="Log group ({name}). Default: none",\n    )\n'
    )

    def environment(text: str) -> str:
        text = _sorted_in(text, f"from gateway_infra.sections.{name} import {config}")
        return _put(text, field, before="    overrides: Overrides = Field(")

    def assembly(text: str) -> str:
        text = _sorted_in(text, f"from gateway_infra.assembly.{name} import add_{name}")
        return _put(text, f"    add_{name}(loaded, builder)\n", before="    add_guards(")

    def families(text: str) -> str:
        text = _put(text, f'    "{family}",\n', before=']\n"""Names of the families')
        line = re.findall(rf'    FamilyFacts\("{before}",.*\n', text)[0]
        return text.replace(line, f"{line}    FamilyFacts({row}\n")

    def public(text: str) -> str:
        for home, one in (("builders", name), ("sections", config)):
            imported = f"    from gateway_infra.{home}.{name} import {one} as {one}"
            text = _sorted_in(_sorted_in(text, imported), f'    "{home}.{name}": ("{one}",),')
        return text

    def changelog(text: str) -> str:
        line = f"- `{name}`: describe the family `{family}` here. No replacement.\n"
        return re.sub(r"^(## .*?\n)(- )", rf"\1{line}\2", text, count=1, flags=re.M | re.S)

    return {
        ENVIRONMENT: environment,
        SOURCE / "assembly" / "environment.py": assembly,
        FAMILIES: families,
        SOURCE / "__init__.py": public,
        Path("CHANGELOG.md"): changelog,
    }


def _put(text: str, added: str, *, before: str) -> str:
    """Return `text` with `added` in front of the only place with the text `before`."""
    if text.count(before) != 1:
        raise SystemExit(f"error: Expected {before!r} once. Correct docs/new_family.py.")
    return text.replace(before, added + before)


def _sorted_in(text: str, line: str) -> str:
    """Return `text` with a line at its place among those that begin alike."""
    begins = line[: line.index(".") + 1]
    lines = text.splitlines()
    alike = [at for at, other in enumerate(lines) if other.startswith(begins)]
    later = [at for at in alike if lines[at] > line]
    lines.insert(later[0] if later else alike[-1] + 1, line)
    return "\n".join(lines) + "\n"


def _regenerate(name: str) -> None:
    """Write the files that are generated from the edited ones."""
    family, schema = name.replace("_", "-"), Path("environments", "schema.json")
    _run("docs/make_reference.py")
    schema.write_bytes(_run("-m", "gateway_infra", "schema"))
    _run("-m", "pytest", "--update-golden", "tests/test_cases.py", "-k", f"[{family}]")
    sys.stdout.write(f"regenerated docs/reference.md, {schema}, tests/cases/{family}/\n")


def _run(*command: str) -> bytes:
    """Run Python in a new process, which imports the edited modules, and return its output."""
    paths = [str(ROOT / "src"), os.environ.get("PYTHONPATH", "")]
    environ = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, paths))}
    program = [sys.executable, *command]
    done = subprocess.run(program, capture_output=True, check=False, env=environ)
    if done.returncode:
        raise SystemExit((done.stdout + done.stderr).decode())
    return done.stdout


def _class(name: str) -> str:
    return "".join(word.capitalize() for word in name.split("_"))


def _named(path: Path, name: str) -> Path:
    return Path(_filled(str(path), name))


def _filled(text: str, name: str) -> str:
    text = text.replace("CLASS", _class(name)).replace("FAMILY", name.replace("_", "-"))
    return text.replace("NAME", name)


if __name__ == "__main__":
    sys.exit(main())
