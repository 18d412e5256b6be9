"""Models of the API: schema files, references between models, and where each mistake is."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from gateway_infra.loading.load import Loaded, load
from gateway_infra.reading import source
from gateway_infra.sections.models import MAX_BYTES
from tests.faults import changed, faults_of
from tests.support import MINIMAL

FILE = "{Job: {file: schemas/job.json}}"


def environment(models: str = FILE, route: str = "{$default: Job}") -> str:
    """Return an environment with these models, and a route that uses one."""
    text = changed(
        "{GET /jobs: web}", f"{{POST /jobs: {{function: web, request_models: {route}}}}}"
    )
    return f"{text}  models: {models}\n"


def write(folder: Path, files: dict[str, str | bytes]) -> None:
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)


def loaded(folder: Path, text: str | None = None, **files: str | bytes) -> Loaded:
    """Load an environment beside ``schemas/job.json``."""
    write(folder, {"prod.yaml": text or environment(), **files})
    return load(folder, "prod", shown="environments")


def models(folder: Path, text: str, files: dict[str, str] | None = None) -> dict[str, Any]:
    write(folder, {"prod.yaml": text, **(files or {})})
    return load(folder, "prod", shown="environments").environment.api.models


def faults(folder: Path, text: str, files: dict[str, str | bytes] | None = None) -> list[str]:
    write(folder, {"prod.yaml": text, **(files or {})})
    return faults_of(load, folder, "prod", (), "environments")


LOADERS = [yaml.SafeLoader, getattr(yaml, "CSafeLoader", yaml.SafeLoader)]


@pytest.mark.parametrize("loader", LOADERS)
@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("schemas/job.json", '\ufeff{\n\t"type": "object",\n\t"title": "t\\u00e9"\n}\n'),
        ("schemas/job.json", '{"type": "object", "title": "té"}'),
        ("schemas/deep/job.yaml", "type: object\ntitle: té\n"),
        ("schemas/job.yml", "{type: object, title: té}"),
        ("job.json", '{"type":"object","title":"t\u00e9"}'),
        ("_job.yaml", "{type: object, title: té}"),
    ],
)
def test_a_file_stands_for_its_content(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, content: str, loader: Any
) -> None:
    """JSON may be indented with tabs, whichever of PyYAML's parsers is there."""
    monkeypatch.setattr(source, "LOADER", loader)
    text = environment(FILE.replace("schemas/job.json", name))
    found = models(tmp_path, text, {name: content})
    assert found == {"Job": {"type": "object", "title": "té"}}


def test_a_routes_own_schema_may_be_a_file_too(tmp_path: Path) -> None:
    text = environment("{}", "{application/json: {file: a/b.json}}")
    write(tmp_path, {"prod.yaml": text, "a/b.json": '{"type": "array"}'})
    routes = load(tmp_path, "prod").environment.api.routes
    assert routes["POST /jobs"].request_models == {"application/json": {"type": "array"}}


def test_a_schema_without_a_file_is_left_as_it_is(tmp_path: Path) -> None:
    found = models(tmp_path, environment("{Job: {type: object, default: {file: x}}}"))
    assert found == {"Job": {"type": "object", "default": {"file": "x"}}}


def test_a_mistake_in_a_file_is_reported_there(tmp_path: Path) -> None:
    content = '{\n  "properties": {\n    "a": {"type": "sting"}\n  }\n}\n'
    assert faults(tmp_path, environment(), {"schemas/job.json": content}) == [
        "environments/schemas/job.json:3:11: api.models.Job.properties.a.type: names 'sting'; "
        "did you mean 'string'? [GI327]"
    ]


PLACE = "environments/prod.yaml:9:18: api.models.Job.file: "


@pytest.mark.parametrize(
    ("file", "message"),
    [
        ("../job.json", "is '../job.json', which leaves the folder of the environments"),
        ("schemas/../../x.json", "is 'schemas/../../x.json', which leaves the folder"),
        ("/etc/x.json", "is '/etc/x.json', which leaves the folder"),
        ("schemas/job.txt", "must name a .json or .yaml file below the environments"),
        ("schemas", "must name a .json or .yaml file below the environments"),
        ("5", "must name a .json or .yaml file below the environments"),
        ("schemas/none.json", "is 'schemas/none.json', and there is no such file in the folder"),
        ("schemas/dir.json", "is 'schemas/dir.json', and there is no such file in the folder"),
        ("job.yaml", "is 'job.yaml', which reads as an environment; put it in a folder"),
        ("schemas/link.json", "is 'schemas/link.json', which leaves the folder"),
        ("schemas/big.json", "is 'schemas/big.json', of over 400,000 bytes, which API Gateway"),
    ],
)
def test_a_file_that_is_not_read(tmp_path: Path, file: str, message: str) -> None:
    """Nothing outside of the folder is read, not by a link either."""
    folder = tmp_path / "environments"
    write(tmp_path, {"x.json": "{}", "job.json": "{}"})
    big = json.dumps({"description": "x" * MAX_BYTES})
    write(folder, {"job.yaml": "{}", "schemas/job.txt": "{}", "schemas/big.json": big})
    (folder / "schemas" / "dir.json").mkdir()
    (folder / "schemas" / "link.json").symlink_to(tmp_path / "x.json")
    [found] = faults(folder, environment(f"{{Job: {{file: {file}}}}}"))
    assert found.startswith(PLACE + message)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", ":1:1: holds no JSON Schema: its top level must be a mapping with keywords"),
        (b"[]", ":1:1: holds no JSON Schema"),
        (b"{}", ":1:1: holds no JSON Schema"),
        (b'{"type": "object", "type": "array"}', ":1:20: duplicate key 'type'"),
        (b'{"type": "object"', ":1:1: is not JSON: a brace opens here"),
        (b"\xff", ": is not UTF-8; save the file as UTF-8"),
    ],
)
def test_a_file_that_is_no_schema(tmp_path: Path, content: bytes, message: str) -> None:
    [found] = faults(tmp_path, environment(), {"schemas/job.json": content})
    assert found.startswith("environments/schemas/job.json" + message)


def test_every_mistake_is_told_at_once(tmp_path: Path) -> None:
    """Those of schemas together with those of the rest."""
    text = environment("{Job: {type: objct}, Run: {file: none.json}}").replace(
        "web: {", "web: {x: 1, "
    )
    assert [line.split(": ")[1] for line in faults(tmp_path, text)] == [
        "functions.web.x",
        "api.models.Job.type",
        "api.models.Run.file",
    ]


def test_a_model_that_refers_to_another_holds_it(tmp_path: Path) -> None:
    """With the references inside it, and those of what it refers to."""
    text = environment(
        "{Job: {items: {$ref: Run}, definitions: {a: {$ref: '#'}}},"
        " Run: {properties: {s: {$ref: '#/definitions/s'}, t: {$ref: Step}},"
        " definitions: {s: {type: string}}},"
        " Step: {allOf: [{$ref: '#/definitions/x'}], definitions: {x: {not: {$ref: Job}}}}}"
    )
    found = models(tmp_path, text)
    run = {
        "properties": {
            "s": {"$ref": "#/definitions/Run/definitions/s"},
            "t": {"$ref": "#/definitions/Step"},
        },
        "definitions": {"s": {"type": "string"}},
    }
    step = {
        "allOf": [{"$ref": "#/definitions/Step/definitions/x"}],
        "definitions": {"x": {"not": {"$ref": "#"}}},
    }
    assert found["Job"] == {
        "items": {"$ref": "#/definitions/Run"},
        "definitions": {"a": {"$ref": "#"}, "Run": run, "Step": step},
    }
    assert set(found["Run"]["definitions"]) == {"s", "Step", "Job"}
    assert found["Run"]["definitions"]["Job"]["items"] == {"$ref": "#"}
    assert found["Step"]["definitions"]["Job"]["definitions"] == {
        "a": {"$ref": "#/definitions/Job"}
    }


def test_a_model_that_refers_to_itself_refers_to_its_root(tmp_path: Path) -> None:
    found = models(tmp_path, environment("{Job: {properties: {parent: {$ref: Job}}}}"))
    assert found == {"Job": {"properties": {"parent": {"$ref": "#"}}}}


def test_only_references_are_followed(tmp_path: Path) -> None:
    """Values that look like one are the user's own."""
    schema = "{enum: [{$ref: Run}], default: {$ref: Run}, properties: {$ref: {type: string}}}"
    found = models(tmp_path, environment(f"{{Job: {schema}}}"))
    assert found["Job"] == {
        "enum": [{"$ref": "Run"}],
        "default": {"$ref": "Run"},
        "properties": {"$ref": {"type": "string"}},
    }


def test_a_routes_own_schema_refers_to_models(tmp_path: Path) -> None:
    text = environment("{Job: {type: object}}", "{$default: {type: array, items: {$ref: Job}}}")
    write(tmp_path, {"prod.yaml": text})
    [found] = load(tmp_path, "prod").environment.api.routes["POST /jobs"].request_models.values()
    assert found == {
        "type": "array",
        "items": {"$ref": "#/definitions/Job"},
        "definitions": {"Job": {"type": "object"}},
    }


@pytest.mark.parametrize(
    ("schema", "message"),
    [
        ("{$ref: '#/definitions/a'}", "is '#/definitions/a', which leads nowhere in this schema"),
        ("{$ref: '#/type', type: object}", "is '#/type', which leads nowhere in this schema"),
        ("{$ref: Jobs}", "names the model 'Jobs', which is not under `api.models`; did you mean"),
        ("{$ref: other.json}", "is 'other.json'; a reference stays in the schema"),
        ("{$ref: 'https://a/b'}", "is 'https://a/b'; a reference stays in the schema"),
        (
            "{definitions: {Job: {}}, allOf: [{$ref: Job}]}",
            "names the model 'Job', and `definitions` here has that name too; rename one",
        ),
    ],
)
def test_a_reference_that_leads_nowhere(tmp_path: Path, schema: str, message: str) -> None:
    found = faults(tmp_path, environment(f"{{Job: {schema}}}"))
    assert [line for line in found if f'["$ref"]: {message}' in line], found


def test_names_that_every_api_has_are_refused(tmp_path: Path) -> None:
    [found] = faults(
        tmp_path, environment("{Job: {}, Error: {type: object}}".replace("{}", "{type: object}"))
    )
    assert "api.models.Error: is the name of a model that every API has" in found


def test_a_model_that_is_too_large_with_what_it_refers_to(tmp_path: Path) -> None:
    half = json.dumps({"description": "x" * (MAX_BYTES // 2)})
    files = {"schemas/a.json": half, "schemas/b.json": half}
    text = environment(
        "{Job: {allOf: [{$ref: A}, {$ref: B}]},"
        " A: {file: schemas/a.json}, B: {file: schemas/b.json}}"
    )
    write(tmp_path, dict(files))
    [found] = faults(tmp_path, text)
    assert found.endswith(": holds over 400,000 bytes with all that it refers to [GI331]")


def test_what_aws_calls_unsupported_is_a_warning_at_its_place(tmp_path: Path) -> None:
    found = loaded(tmp_path, environment("{Job: {oneOf: [{type: object}], minItems: 1}}")).warnings
    texts = [str(problem) for problem in found if "not supported in models" in problem.message]
    assert [text.partition(": is not")[0] for text in texts] == [
        "environments/prod.yaml:9:43: api.models.Job.minItems",
        "environments/prod.yaml:9:18: api.models.Job.oneOf",
    ]


def test_the_shortest_environment_has_no_models(tmp_path: Path) -> None:
    assert models(tmp_path, MINIMAL) == {}
