"""What is remembered: whole or not at all, in bounds, and never in the way."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

import pytest

from gateway_infra.lint import cache as caching
from gateway_infra.lint.cache import Cache, default_folder, key_of


def test_what_is_put_is_got(tmp_path: Path) -> None:
    cache = Cache(tmp_path / "a" / "b")
    assert cache.get("key") is None
    cache.put("key", [["W3005", 1]])
    assert cache.get("key") == [["W3005", 1]]
    assert cache.get("other") is None
    assert [path.name for path in (tmp_path / "a" / "b").iterdir()] == ["key.json"]


def test_nothing_is_remembered_without_a_folder() -> None:
    cache = Cache(None)
    cache.put("key", [])
    cache.prune()
    assert cache.get("key") is None


@pytest.mark.parametrize("content", [b"", b"{", b"\xff\xfe", b"[" * 100_000])
def test_a_corrupt_file_is_as_if_it_were_not_there(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "key.json").write_bytes(content)
    cache = Cache(tmp_path)
    assert cache.get("key") is None
    cache.put("key", [1])
    assert cache.get("key") == [1]


def test_a_folder_that_cannot_be_written_is_no_fault(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    cache = Cache(tmp_path / "file" / "below")
    cache.put("key", [1])
    cache.prune()
    assert cache.get("key") is None


def test_a_write_that_fails_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", full)
    Cache(tmp_path).put("key", [1])
    assert list(tmp_path.iterdir()) == []


def test_what_was_not_used_for_longest_goes(tmp_path: Path) -> None:
    cache = Cache(tmp_path)
    for number in range(5):
        cache.put(str(number), [])
        os.utime(tmp_path / f"{number}.json", (number, number))
    (tmp_path / ".half.new").write_text("")
    os.utime(tmp_path / ".half.new", (0, 0))
    (tmp_path / "notes.txt").write_text("someone else's")
    assert cache.get("0") == []
    cache.prune(2)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["0.json", "4.json", "notes.txt"]


def test_what_is_too_large_is_not_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(caching, "MAX_ENTRY", 20)
    Cache(tmp_path).put("key", ["x" * 20])
    assert list(tmp_path.iterdir()) == []


def test_only_its_owner_may_read_the_folder(tmp_path: Path) -> None:
    Cache(tmp_path / "new").put("key", [])
    assert (tmp_path / "new").stat().st_mode & 0o777 == 0o700


def test_a_key_is_of_all_its_parts() -> None:
    keys = {key_of("a", "b"), key_of("ab"), key_of("b", "a"), key_of("a", None), key_of(["a"], "b")}
    assert len(keys) == 5
    assert key_of("a", ["b"]) == key_of("a", json.loads('["b"]'))


HOMES = [
    ("linux", {"XDG_CACHE_HOME": "/c"}, "/c/gateway-infra/lint"),
    ("linux", {"XDG_CACHE_HOME": ""}, "/home/me/.cache/gateway-infra/lint"),
    ("linux", {"XDG_CACHE_HOME": "relative"}, "/home/me/.cache/gateway-infra/lint"),
    ("darwin", {}, "/home/me/Library/Caches/gateway-infra/lint"),
    ("win32", {"LOCALAPPDATA": "/local"}, "/local/gateway-infra/lint"),
    ("win32", {"LOCALAPPDATA": ""}, "/home/me/AppData/Local/gateway-infra/lint"),
]


@pytest.mark.parametrize(("platform", "variables", "folder"), HOMES)
def test_where_systems_keep_such_things(
    platform: str, variables: dict[str, str], folder: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "platform", platform)
    monkeypatch.setenv("HOME", "/home/me")
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert default_folder() == Path(folder)


def test_a_user_without_a_home_has_no_cache(monkeypatch: pytest.MonkeyPatch) -> None:
    def homeless() -> Path:
        raise RuntimeError("Could not determine home directory.")

    monkeypatch.setenv("XDG_CACHE_HOME", "")
    monkeypatch.setattr(Path, "home", homeless)
    assert default_folder() is None


@pytest.mark.parametrize(
    "content", ["{}", '""', "[]", "null", '[["W1", "z", "m"]]', '{"data": []}']
)
def test_what_we_did_not_write_is_as_if_there_were_nothing(tmp_path: Path, content: str) -> None:
    """Else a file of nobody's would count as found clean."""
    cache = Cache(tmp_path)
    cache.put("a", [])
    (tmp_path / "a.json").write_text(content)
    assert cache.get("a") is None


def test_what_is_remembered_of_another_key_is_not_taken(tmp_path: Path) -> None:
    cache = Cache(tmp_path)
    cache.put("a", ["clean"])
    (tmp_path / "a.json").rename(tmp_path / "b.json")
    assert cache.get("b") is None
