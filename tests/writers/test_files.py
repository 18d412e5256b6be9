"""Files are put in place all or none, and nothing of anybody else's is touched."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from gateway_infra.writers.files import DIFF_LINES, stale_files, write_environments

MANIFEST = '{"schema": 1, "stacks": [{"template": "a.json"}]}\n'
FILES = {"a.json": "{}\n", "manifest.json": MANIFEST}
CHANGED = {"b.json": '{"é": 1}\n', "manifest.json": MANIFEST.replace("a.json", "b.json")}


def contents(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def encoded(files: dict[str, str], under: str = "") -> dict[str, bytes]:
    return {f"{under}{name}": text.encode() for name, text in files.items()}


def test_files_are_written_with_all_folders_above_them(tmp_path: Path) -> None:
    write_environments(tmp_path / "new/output", {"prod": FILES, "dev": CHANGED})
    expected = encoded(FILES, "prod/") | encoded(CHANGED, "dev/")
    assert contents(tmp_path / "new/output") == expected
    assert sorted(os.listdir(tmp_path / "new/output")) == ["dev", "prod"]


def test_everyone_may_read_what_is_written(tmp_path: Path) -> None:
    write_environments(tmp_path, {"prod": FILES})
    assert stat.S_IMODE((tmp_path / "prod").stat().st_mode) == 0o755
    assert (tmp_path / "prod/a.json").stat().st_mode & stat.S_IRUSR


def test_writing_again_changes_nothing(tmp_path: Path) -> None:
    write_environments(tmp_path, {"prod": FILES})
    write_environments(tmp_path, {"prod": FILES})
    assert contents(tmp_path) == encoded(FILES, "prod/")
    assert os.listdir(tmp_path) == ["prod"]


def test_what_no_longer_belongs_goes_and_other_files_stay(tmp_path: Path) -> None:
    write_environments(tmp_path, {"prod": FILES, "dev": FILES})
    (tmp_path / "README.md").write_text("mine")
    (tmp_path / "prod/notes.txt").write_text("mine")
    (tmp_path / "prod/.hidden").write_text("mine")
    (tmp_path / "prod/sub/deep").mkdir(parents=True)
    (tmp_path / "prod/sub/deep/other.json").write_text("mine")
    (tmp_path / "prod/link").symlink_to("nowhere")
    write_environments(tmp_path, {"prod": CHANGED})
    mine = ("README.md", "prod/notes.txt", "prod/.hidden", "prod/sub/deep/other.json")
    expected = dict.fromkeys(mine, b"mine")
    assert contents(tmp_path) == expected | encoded(CHANGED, "prod/") | encoded(FILES, "dev/")
    assert os.readlink(tmp_path / "prod/link") == "nowhere"


DEEP_MANIFEST = MANIFEST.replace("}]", '}], "files": ["tool/in/a.txt", "tool/run.sh"]')
DEEP = {
    "a.json": "{}\n",
    "tool/run.sh": "#!/bin/sh\n",
    "tool/in/a.txt": "a",
    "manifest.json": DEEP_MANIFEST,
}


def test_folders_are_written_and_go_with_their_last_file(tmp_path: Path) -> None:
    write_environments(tmp_path, {"prod": DEEP})
    assert contents(tmp_path) == encoded(DEEP, "prod/")
    assert stat.S_IMODE((tmp_path / "prod/tool/run.sh").stat().st_mode) == 0o755
    assert stat.S_IMODE((tmp_path / "prod/tool/in/a.txt").stat().st_mode) & 0o111 == 0
    (tmp_path / "prod/tool/mine.txt").write_text("mine")
    assert stale_files(tmp_path / "prod", DEEP) == {}
    gone = {"manifest.json", "tool/in/a.txt", "tool/run.sh"}
    assert set(stale_files(tmp_path / "prod", FILES)) == gone
    write_environments(tmp_path, {"prod": FILES})
    assert contents(tmp_path) == encoded(FILES, "prod/") | {"prod/tool/mine.txt": b"mine"}
    assert not (tmp_path / "prod/tool/in").exists()


IN_THE_WAY: dict[str, Callable[[Path], object]] = {
    "a file of that name": lambda path: path.joinpath("run.sh").write_text("mine"),
    "a folder of that name": lambda path: path.joinpath("run.sh").mkdir(),
    "a file for a folder": lambda path: (path.rmdir(), path.write_text("mine")),
    "a link": lambda path: path.joinpath("run.sh").symlink_to("/nowhere"),
    "a link for a folder": lambda path: (path.rmdir(), path.symlink_to("/")),
}


@pytest.mark.parametrize("case", IN_THE_WAY)
def test_what_no_manifest_lists_is_not_overwritten(case: str, tmp_path: Path) -> None:
    write_environments(tmp_path, {"prod": FILES})
    folder = tmp_path / "prod/tool"
    folder.mkdir()
    IN_THE_WAY[case](folder)
    before = contents(tmp_path)
    with pytest.raises(FileExistsError, match=r"manifest\.json does not list it as written here"):
        write_environments(tmp_path, {"prod": DEEP})
    assert contents(tmp_path) == before


FOREIGN = {
    "no manifest": {"a.json": "{}"},
    "another manifest": {"manifest.json": '{"name": "app"}'},
    "a list": {"manifest.json": '["stacks"]'},
    "a number": {"manifest.json": "5"},
    "a text": {"manifest.json": '"stacks"'},
    "a number for a list": {"manifest.json": '{"stacks": 5}'},
    "a list of numbers": {"manifest.json": '{"stacks": [5]}'},
    "a number for a name": {"manifest.json": '{"stacks": [{"template": 5}]}'},
    "no JSON": {"manifest.json": "{"},
    "nothing": {"manifest.json": ""},
    "no UTF-8": {"manifest.json": "\udcff"},
}


@pytest.mark.parametrize("case", FOREIGN)
def test_files_of_somebody_else_are_not_overwritten(case: str, tmp_path: Path) -> None:
    (tmp_path / "prod").mkdir()
    for name, text in FOREIGN[case].items():
        (tmp_path / "prod" / name).write_bytes(text.encode(errors="surrogateescape"))
    before = contents(tmp_path)
    with pytest.raises(
        FileExistsError, match=r"without a manifest\.json of gateway-infra"
    ) as caught:
        write_environments(tmp_path, {"dev": FILES, "prod": FILES})
    assert Path(str(caught.value.filename)).name in FOREIGN[case]
    assert contents(tmp_path) == before
    assert os.listdir(tmp_path) == ["prod"]


@pytest.mark.parametrize("names", [["package.json"], ["package.json", "manifest.json"]])
def test_other_json_files_stay(names: list[str], tmp_path: Path) -> None:
    (tmp_path / "prod").mkdir()
    for name in names:
        (tmp_path / "prod" / name).write_text(MANIFEST)
    write_environments(tmp_path, {"prod": FILES})
    assert contents(tmp_path) == encoded(FILES, "prod/") | {"prod/package.json": MANIFEST.encode()}
    assert stale_files(tmp_path / "prod", FILES) == {}


def test_a_link_to_a_folder_elsewhere_stays(tmp_path: Path) -> None:
    (tmp_path / "output").mkdir()
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "output/prod").symlink_to(tmp_path / "elsewhere")
    write_environments(tmp_path / "output", {"prod": FILES})
    write_environments(tmp_path / "output", {"prod": CHANGED})
    assert (tmp_path / "output/prod").is_symlink()
    assert contents(tmp_path / "elsewhere") == encoded(CHANGED)
    assert os.listdir(tmp_path / "output") == ["prod"]


def test_an_empty_folder_or_one_with_other_files_is_taken(tmp_path: Path) -> None:
    (tmp_path / "prod").mkdir()
    (tmp_path / "prod/.gitkeep").write_text("")
    write_environments(tmp_path, {"prod": FILES})
    assert contents(tmp_path) == encoded(FILES, "prod/") | {"prod/.gitkeep": b""}


def below_a_file(folder: Path) -> Path:
    (folder / "file").write_text("text")
    return folder / "file/output"


def in_place_of_a_file(folder: Path) -> Path:
    (folder / "output").write_text("text")
    return folder / "output"


def a_file_for_an_environment(folder: Path) -> Path:
    (folder / "output").mkdir()
    (folder / "output/prod").write_text("text")
    return folder / "output"


def a_dangling_link(folder: Path) -> Path:
    (folder / "output").mkdir()
    (folder / "output/prod").symlink_to("not/there")
    return folder / "output"


OBSTACLES = [below_a_file, in_place_of_a_file, a_file_for_an_environment, a_dangling_link]


@pytest.mark.parametrize("obstacle", OBSTACLES)
def test_what_stands_in_the_way_stays(obstacle: Callable[[Path], Path], tmp_path: Path) -> None:
    output = obstacle(tmp_path)
    before = contents(tmp_path)
    with pytest.raises(OSError, match=r"(?i)file|directory"):
        write_environments(output, {"dev": FILES, "prod": FILES})
    assert contents(tmp_path) == before


def test_a_failure_leaves_no_new_folder_behind(tmp_path: Path, monkeypatch: Any) -> None:
    def full(*_: Any) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "rename", full)
    with pytest.raises(OSError, match="No space left"):
        write_environments(tmp_path / "new/output", {"prod": FILES})
    assert os.listdir(tmp_path) == []


def test_a_folder_that_cannot_be_read_stops_everything(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_environments(tmp_path, {"prod": FILES})
    (tmp_path / "prod/notes.txt").write_text("mine")
    before = contents(tmp_path)

    def refused(*_: Any, **__: Any) -> None:
        raise PermissionError(13, "Permission denied", "notes.txt")

    monkeypatch.setattr("shutil.copy2", refused)
    with pytest.raises(PermissionError):
        write_environments(tmp_path, {"dev": FILES, "prod": CHANGED})
    assert contents(tmp_path) == before


STALE: dict[str, tuple[dict[str, str], list[str]]] = {
    "nothing": (FILES, []),
    "missing": ({"manifest.json": MANIFEST}, ["a.json"]),
    "different": ({**FILES, "a.json": "{} \n"}, ["a.json"]),
    "left over": ({**FILES, "role.json": "{}\n"}, ["role.json"]),
    "left over of another layout": ({**FILES, "template.json": "{}\n"}, ["template.json"]),
    "all": ({"role.json": "{}\n"}, ["a.json", "manifest.json", "role.json"]),
    "other files": ({**FILES, "notes.txt": "mine", "package.json": "{}"}, []),
}


@pytest.mark.parametrize("case", STALE)
def test_which_files_are_stale(case: str, tmp_path: Path) -> None:
    found, stale = STALE[case]
    for name, text in found.items():
        (tmp_path / name).write_text(text)
    assert list(stale_files(tmp_path, FILES)) == stale


def test_how_files_are_stale(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text('{\n  "a": 1,\n  "b": 2\n}\n')
    (tmp_path / "role.json").write_text("{}")
    expected = {"a.json": '{\n  "a": 1,\n  "b": 3\n}\n', "b.json": "{}\n"}
    assert stale_files(tmp_path, expected) == {
        "a.json": "differs\n--- a.json (written)\n+++ a.json (generated)\n"
        '@@ -1,4 +1,4 @@\n {\n   "a": 1,\n-  "b": 2\n+  "b": 3\n }\n',
        "b.json": "is missing\n",
        "role.json": "no longer belongs here\n",
    }


def test_a_difference_shows_no_secret(tmp_path: Path) -> None:
    """It is printed in CI, where many read it."""
    (tmp_path / "a.json").write_text('{\n  "DB_PASSWORD": "old-hunter2",\n  "URL": "a"\n}\n')
    new = '{\n  "DB_PASSWORD": "new-hunter2",\n  "URL": "amqp://u:hunter2@h"\n}\n'
    text = stale_files(tmp_path, {"a.json": new})["a.json"]
    assert "hunter2" not in text
    assert text.count('"DB_PASSWORD": "…"') == 2
    assert '-  "URL": "a"' in text


def test_a_long_difference_is_cut(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text("".join(f"{number}\n" for number in range(500)))
    text = stale_files(tmp_path, {"a.json": "{}\n"})["a.json"]
    lines = text.splitlines()
    assert len(lines) == DIFF_LINES + 2
    assert lines[-1].endswith("and 464 more lines")


@pytest.mark.parametrize("text", ["{}", "", "{}\r\n", "x\n{}"])
def test_every_difference_ends_in_a_line_break(text: str, tmp_path: Path) -> None:
    (tmp_path / "a.json").write_bytes(text.encode())
    difference = stale_files(tmp_path, {"a.json": "{}\n"})["a.json"]
    assert difference.endswith("\n")
    assert all(line[:1] in "-+@ \\" for line in difference.splitlines()[1:])
    assert "-{}+{}" not in difference


def test_a_folder_that_is_not_there_misses_everything(tmp_path: Path) -> None:
    assert stale_files(tmp_path / "none", FILES) == dict.fromkeys(sorted(FILES), "is missing\n")


def test_a_manifest_is_not_shown_beside_what_it_lists(tmp_path: Path) -> None:
    (tmp_path / "manifest.json").write_text("{}")
    (tmp_path / "role.json").write_text("{}")
    stale = stale_files(tmp_path, {"role.json": "{}\n", "manifest.json": "[]\n"})
    assert stale["manifest.json"] == "differs with them\n"
    (tmp_path / "role.json").write_text("{}\n")
    stale = stale_files(tmp_path, {"role.json": "{}\n", "manifest.json": "[]\n"})
    assert "+[]" in stale["manifest.json"]
