"""From a folder and a name to a validated environment, or to all that is wrong with it."""

from __future__ import annotations

from pathlib import Path

import pytest

from gateway_infra.loading.load import environment_names, load
from gateway_infra.reading.diagnostics import Place
from tests.faults import changed, faults_of, load_faults, with_function
from tests.support import MINIMAL, load_text


def folder_of(parent: Path, **files: str) -> Path:
    """Return a folder ``environments`` with these YAML files."""
    folder = parent / "environments"
    folder.mkdir()
    for name, text in files.items():
        (folder / f"{name}.yaml").write_text(text)
    return folder


def test_environments_are_the_files_that_are_no_parts(tmp_path: Path) -> None:
    folder = folder_of(tmp_path, prod="", dev="", base="", _shared="", **{"dev-eu": ""})
    (folder / "notes.txt").write_text("")
    (folder / "other.yml").write_text("")
    assert environment_names(folder, "e") == ["dev", "dev-eu", "prod"]


NO_NAME = (
    "is no environment's name (up to 30 small letters, digits and single hyphens, as in prod-eu)"
)
UNKNOWN = {
    "test": "there is no environment 'test': no file test.yaml; there are dev, prod, prod-eu",
    "pord": "there is no environment 'pord': no file pord.yaml; did you mean 'prod'; there are ",
    "base": "'base' is what all environments share, and none itself; there are dev, prod, prod-eu",
    "../prod": f"'../prod' {NO_NAME}; did you mean 'prod'; there are ",
    "../../etc/passwd": f"'../../etc/passwd' {NO_NAME}; there are dev, prod, prod-eu",
    "/etc/passwd": f"'/etc/passwd' {NO_NAME}; ",
    "prod.yaml": f"'prod.yaml' {NO_NAME}; did you mean 'prod'; there are ",
    "PROD": f"'PROD' {NO_NAME}; ",
    "_shared": f"'_shared' {NO_NAME}; ",
    "": f"'' {NO_NAME}; ",
    ".": f"'.' {NO_NAME}; ",
    "prod-": f"'prod-' {NO_NAME}; did you mean 'prod'; there are ",
    "prod\n": f"'prod\\n' {NO_NAME}; did you mean 'prod'; there are ",
    "a" * 31: f"'{'a' * 31}' {NO_NAME}; ",
    "a" * 5000: NO_NAME,
}


@pytest.mark.parametrize("name", UNKNOWN, ids=lambda name: name[:20])
def test_an_environment_that_is_not_there(name: str, tmp_path: Path) -> None:
    folder = folder_of(tmp_path, dev="", prod="", base="", _shared="", **{"prod-eu": ""})
    (fault,) = faults_of(load, folder, name, (), "environments")
    assert fault.startswith("environments: ")
    assert UNKNOWN[name] in fault


def test_a_file_whose_name_cannot_be_an_environment_is_named(tmp_path: Path) -> None:
    folder = folder_of(tmp_path, Prod=MINIMAL)
    (fault,) = faults_of(load, folder, "Prod", (), "environments")
    assert fault.endswith("; rename Prod.yaml")


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    expected = ["none: there is no such folder; name it with --environments"]
    assert faults_of(load, tmp_path / "none", "prod", (), "none") == expected
    assert faults_of(environment_names, tmp_path / "none", "none") == expected
    (tmp_path / "file").write_text("")
    assert len(faults_of(load, tmp_path / "file", "prod", (), "file")) == 1


def test_a_folder_without_environments(tmp_path: Path) -> None:
    (fault,) = faults_of(load, folder_of(tmp_path), "prod", (), "environments")
    assert fault == "environments: there is no environment 'prod': no file prod.yaml"


def test_messages_name_the_folder_as_it_was_given(tmp_path: Path) -> None:
    folder = folder_of(tmp_path, prod="a: 1")
    assert faults_of(load, folder, "prod")[0].startswith(f"{folder.as_posix()}/prod.yaml:1:1: ")


def test_base_overlay_and_overrides_lie_in_this_order(tmp_path: Path) -> None:
    base = MINIMAL + "logs: {retention_days: 1}\nalarms: {api_latency: 1, function_errors: 1}\n"
    folder = folder_of(
        tmp_path, base=base, prod="alarms: {api_latency: 2}\nlogs: {retention_days: 3}\n"
    )
    loaded = load(folder, "prod", ["logs.retention_days=5"], "e")
    assert loaded.name == "prod"
    assert loaded.environment.logs.retention_days == 5
    assert loaded.environment.alarms.api_latency == 2
    assert loaded.environment.alarms.function_errors == 1
    places = {
        ("logs", "retention_days"): "--set logs.retention_days",
        ("alarms", "api_latency"): "e/prod.yaml:1:10",
        ("alarms", "function_errors"): "e/base.yaml:10:26",
        ("api", "throttling", "rate"): "default of tier prod",
    }
    for path, place in places.items():
        assert str(loaded.source.find(path).place) == place


TIERS = [
    # the environment's name, what its file says of the tier, and the tier that applies
    ("prod", "", "prod"),
    ("staging", "", "staging"),
    ("dev", "", "dev"),
    ("prod", "tier: dev", "dev"),
    ("prod-eu", "tier: prod", "prod"),
    ("prod", "tier: null", "prod"),
]
DAYS = {"dev": 7, "staging": 14, "prod": 30}


@pytest.mark.parametrize(("name", "line", "tier"), TIERS)
def test_the_tier_is_the_environments_name_unless_it_is_written(
    name: str, line: str, tier: str
) -> None:
    environment = load_text(f"{MINIMAL}{line}\n", name).environment
    assert environment.tier == tier
    assert environment.logs.retention_days == DAYS[tier]


def test_another_name_needs_a_tier() -> None:
    (fault,) = load_faults(MINIMAL, "test")
    assert fault.startswith("environments/test.yaml:1:1: tier: is required and missing: ")
    assert "dev, staging or prod" in fault


def test_what_is_written_stands_above_the_tier() -> None:
    text = MINIMAL + "  throttling: {rate: 5}\n  stage: {data_trace: true}\n"
    api = load_text(text, "prod").environment.api
    assert (api.throttling.rate, api.throttling.burst) == (5, 2000)
    assert (api.stage.data_trace, api.stage.logging_level) == (True, "ERROR")


def test_null_brings_the_tiers_default_back() -> None:
    text = MINIMAL + "  throttling: null\nlogs: {retention_days: null}\n"
    environment = load_text(text, "staging").environment
    assert environment.api.throttling.rate == 250
    assert environment.logs.retention_days == 14


def test_an_override_removes_with_null() -> None:
    text = MINIMAL + "tags: {Team: platform}\nbucket: {name: jobs-uploads}\n"
    environment = load_text(text, overrides=["bucket=null", "tags.Team=null"]).environment
    assert environment.bucket is None
    assert environment.tags == {}


SETS: dict[str, tuple[str | int, ...]] = {
    "functions.web.memory=512": ("functions", "web", "memory"),
    'api.routes["GET /jobs"].function=web': ("api", "routes", "GET /jobs", "function"),
    'api.routes["GET /new"]=web': ("api", "routes", "GET /new"),
    "tags={Team: platform}": ("tags", "Team"),
    "functions.web.image={parameter: Image}": ("functions", "web", "image", "parameter"),
    "network.subnets=[{import: a}, {import: b}]": ("network", "subnets", 1),
}


@pytest.mark.parametrize("override", SETS)
def test_an_override_reaches_the_model(override: str) -> None:
    place = load_text(overrides=[override]).source.find(SETS[override]).place
    assert str(place) == f"--set {override.partition('=')[0]}"


BAD_SETS = {
    "functions.web.memroy=512": "--set functions.web.memroy: is not a key",
    "functions.api.memory=512": "functions.api.image: is required and missing",
    "functions.web.memory=lots": "functions.web.memory: must be a whole number, not 'lots'",
    "nonsense=1": "--set nonsense: is not a key here",
    "extends=base.yaml": "--set extends: is not a key here",
    "network.subnets=subnet-0a1b2c3d": "network.subnets: must be a list",
    'api.routes["GET jobs"]=web': "has a path without a leading slash; write 'GET /jobs'",
    "database.password=hunter2": "database.password: is a secret",
    "database={password: hunter2}": "database.password: is a secret",
}


@pytest.mark.parametrize("override", BAD_SETS)
def test_an_override_is_checked_as_the_file_is(override: str) -> None:
    found = load_faults(MINIMAL, overrides=[override])
    assert any(BAD_SETS[override] in fault for fault in found)
    assert all(fault.startswith("--set ") for fault in found)
    assert not any("hunter2" in fault for fault in found)


def test_a_section_that_is_missing_is_told_at_the_file() -> None:
    text = changed("api:\n  authorization: iam\n  routes: {GET /jobs: web}\n", "")
    (fault,) = load_faults(text)
    assert fault.startswith("environments/prod.yaml:1:1: api: is required and missing: ")


def test_all_faults_of_a_file_are_told_sorted_by_place() -> None:
    text = changed("us-east-1\n", "nowhere\n").replace("GET /jobs", "GET jobs")
    text = text.replace("jobs:1}", "jobs:1, memory: 5, timout: 5}") + "  cors: {origins: [x]}\n"
    found = load_faults(text)
    assert [fault.split(" ")[0] for fault in found] == [
        f"environments/prod.yaml:{place}:" for place in ("2:1", "5:69", "5:80", "8:12", "9:20")
    ]


def test_faults_of_routes_are_told_beside_those_of_models() -> None:
    text = changed("GET /jobs: web", "GET /jobs: wep").replace("jobs:1}", "jobs:1, memory: 5}")
    assert len(load_faults(text)) == 2


def test_faults_of_two_files_name_each_its_file(tmp_path: Path) -> None:
    folder = folder_of(tmp_path, base=changed("jobs\n", "Jobs\n"), prod="\nlayout: one\n")
    found = faults_of(load, folder, "prod", (), "e")
    assert [fault.split(" ")[0] for fault in found] == ["e/base.yaml:1:1:", "e/prod.yaml:2:1:"]


def test_a_loaded_environment_makes_problems_at_its_places() -> None:
    problem = load_text().problem(("network", "vpc"), "is wrong")
    assert problem.place == Place("environments/prod.yaml", 3, 11)
    assert str(problem) == "environments/prod.yaml:3:11: network.vpc: is wrong"


def test_faults_of_a_document_and_of_the_file_are_told_together(tmp_path: Path) -> None:
    """Without the document, routes are missing, which is no fault of the file."""
    text = with_function("memory: 64").replace("routes: {GET /jobs: web}", "openapi: api.yml")
    text += "  models: {A: 5}\n"
    folder = folder_of(tmp_path, prod=text)
    (folder / "api.yml").write_text("openapi: 3.0.0\npaths: {jobs: {}}\n")
    found = faults_of(load, folder, "prod", (), "e")
    assert [fault.split(" ")[0] for fault in found] == [
        "e/api.yml:2:9:",
        "e/prod.yaml:5:69:",
        "e/prod.yaml:9:12:",
    ]


LOST = {
    "the value": (["functions.web.image=["], "--set functions.web.image: the value after"),
    "no path": (["image"], "--set: must be a key path"),
}


@pytest.mark.parametrize("case", LOST)
def test_what_could_not_be_set_is_not_said_to_be_missing(case: str) -> None:
    overrides, message = LOST[case]
    text = changed("image: 123456789012.dkr.ecr.us-east-1.amazonaws.com/jobs:1", "memory: 64")
    found = load_faults(text, overrides=overrides)
    assert len(found) == 2
    assert found[0].startswith(message)
    assert "functions.web.memory: is 64" in found[1]


def test_what_else_is_missing_is_told_beside_a_wrong_override() -> None:
    text = changed("region: us-east-1\n", "")
    found = load_faults(text, overrides=["functions.web.memory=["])
    assert len(found) == 2
    assert found[1].startswith("environments/prod.yaml:1:1: region: is required and missing")
