"""What holds in an environment, where it comes from, and how two differ."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from gateway_infra.loading.load import load
from gateway_infra.loading.provenance import (
    Missing,
    Resolved,
    differences,
    find,
    key_path,
    origin,
    resolve,
    standing_alone,
)
from gateway_infra.loading.yaml_text import block, joined
from gateway_infra.pipeline import generate
from gateway_infra.reading.diagnostics import KeyPath, Place, show_path
from gateway_infra.reading.redaction import HIDDEN
from gateway_infra.sections.layout import FAMILIES
from tests.faults import DATABASE, changed
from tests.support import CASES, MINIMAL, ROOT, load_text

ADDED = """\
overrides:
  - {resource: ApiStage, path: Properties.TracingEnabled, value: true}
  - {resource: ApiStage, path: Properties.Description, value: {parameter: About, default: It}}
  - {resource: ApiStage, path: Properties.DocumentationVersion, remove: true}
resources:
  Queue:
    Type: AWS::SQS::Queue
    Properties: {QueueName: {parameter: QueueName}, Tags: [{Key: a, Value: "1"}]}
"""


def resolved(text: str = MINIMAL, name: str = "prod", *overrides: str) -> Resolved:
    return resolve(load_text(text, name, overrides))


def at(tree: Resolved, text: str) -> Resolved:
    path = key_path(text)
    assert path is not None
    found = find(tree, path)
    assert isinstance(found, Resolved), found
    return found


def alone(folder: Path, name: str) -> str:
    """Return an environment as the command prints it."""
    tree = standing_alone(resolve(load(folder, name)))
    return joined(block(tree, lambda node: origin(node.place)))


def environments() -> list[Path]:
    paths = [*CASES.glob("*.yaml"), *(ROOT / "environments").glob("*.yaml")]
    return sorted(p for p in paths if not p.stem.startswith("error_") and p.stem != "base")


@pytest.mark.parametrize("path", environments(), ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_what_is_printed_stands_alone_and_makes_the_same_files(path: Path, tmp_path: Path) -> None:
    name = path.stem
    text = alone(path.parent, name)
    (tmp_path / path.name).write_text(text)
    again = generate(tmp_path, name, shown="environments")
    assert again.files == generate(path.parent, name, shown="environments").files
    tree = standing_alone(resolve(load(path.parent, name)))
    assert resolve(again.loaded).plain() == tree.plain()


def test_additions_make_the_same_files(tmp_path: Path) -> None:
    for folder in ("one", "two"):
        (tmp_path / folder).mkdir()
    (tmp_path / "one" / "prod.yaml").write_text(MINIMAL + ADDED)
    (tmp_path / "two" / "prod.yaml").write_text(alone(tmp_path / "one", "prod"))
    one, two = (load(tmp_path / folder, "prod") for folder in ("one", "two"))
    assert one.environment == two.environment
    assert at(resolve(one), "overrides[1].value").open
    assert resolve(one).plain() == resolve(two).plain()


VALUES = {
    # What the file says, a default, a default of the tier, and of the name.
    "service": ("jobs", "environments/prod.yaml:1"),
    "network.subnets[1]": ("subnet-1a2b3c4d", "environments/prod.yaml:3"),
    "functions.web.memory": (3008, "default"),
    "functions.web.reserved_concurrency": (None, "default"),
    "api.throttling.burst": (2000, "default of tier prod"),
    "protect": (True, "default of tier prod"),
    "logs.retention_days": (30, "default of tier prod"),
    "tier": ("prod", "default"),
    "account.quotas.stack_resources": (500, "default"),
    "alarms.api_5xx_percent": (5, "default"),
    "api.cors": (None, "default"),
    # The short forms of an authorization and of a route, with what stands behind them.
    "api.authorization.type": ("iam", "environments/prod.yaml:7"),
    "api.authorization.reason": (None, "default"),
    'api.routes["GET /jobs"].function': ("web", "environments/prod.yaml:8"),
    'api.routes["GET /jobs"].api_key': (False, "default"),
    'api.routes["GET /jobs"].validate': (None, "default"),
}


@pytest.mark.parametrize("path", VALUES)
def test_a_value_and_where_it_comes_from(path: str) -> None:
    node = at(resolved(), path)
    assert (node.value, origin(node.place)) == VALUES[path]


def test_each_layer_is_named(tmp_path: Path) -> None:
    (tmp_path / "base.yaml").write_text(MINIMAL)
    (tmp_path / "prod.yaml").write_text("functions:\n  web:\n    memory: 512\n    timeout: 10\n")
    tree = resolve(load(tmp_path, "prod", ["functions.web.timeout=20"], shown="envs"))
    web = at(tree, "functions.web")
    places = {key: origin(web.entries[key].place) for key in ("image", "memory", "timeout", "port")}
    assert places == {
        "image": "envs/base.yaml:5",
        "memory": "envs/prod.yaml:3",
        "timeout": "--set",
        "port": "default",
    }


def test_what_a_null_removed_is_the_default_again(tmp_path: Path) -> None:
    (tmp_path / "base.yaml").write_text(changed("jobs:1", "jobs:1, memory: 512") + DATABASE)
    (tmp_path / "prod.yaml").write_text("database: null\nfunctions: {web: {memory: null}}\n")
    tree = resolve(load(tmp_path, "prod"))
    assert (at(tree, "functions.web.memory").value, at(tree, "database").value) == (3008, None)
    assert at(tree, "functions.web.memory").default
    assert "database" not in tree.plain()


def test_keys_stand_in_the_order_of_the_models_and_names_in_that_of_the_file() -> None:
    text = changed("GET /jobs: web", "GET /z: web, GET /a: web")
    lines = text.splitlines(keepends=True)
    tree = resolved("".join([*lines[3:], *lines[:3]]))
    assert list(tree.plain())[:4] == ["service", "region", "tier", "posture"]
    assert list(at(tree, "api.routes").entries) == ["GET /z", "GET /a"]


def test_the_default_of_uses_names_the_sections_that_are_there() -> None:
    """A file may not say that it uses what it lacks."""
    assert at(resolved(), "functions.web.uses").plain() == []
    assert "uses" not in resolved().plain()["functions"]["web"]
    assert resolved(MINIMAL + DATABASE).plain()["functions"]["web"]["uses"] == ["database"]
    written = changed("jobs:1", "jobs:1, uses: []") + DATABASE
    assert resolved(written).plain()["functions"]["web"]["uses"] == []


def test_a_documents_routes_and_schema_files_have_their_places(tmp_path: Path) -> None:
    for name in ("openapi-input.yaml", "openapi-input.yml", "route-settings.yaml"):
        shutil.copy(CASES / name, tmp_path)
    shutil.copy(CASES / "route-report.json", tmp_path)
    tree = resolve(load(tmp_path, "openapi-input", shown="envs"))
    route = at(tree, 'api.routes["GET /jobs/{id}/image"]')
    assert origin(route.entries["function"].place) == "envs/openapi-input.yaml:15"
    assert origin(route.entries["description"].place) == "envs/openapi-input.yml:46"
    assert at(tree, "api.openapi.file").value == "openapi-input.yml"
    assert "openapi" not in standing_alone(tree).plain()["api"]
    tree = resolve(load(tmp_path, "route-settings", shown="envs"))
    assert origin(at(tree, "api.models.Report.title").place) == "envs/route-report.json:3"


PLACES = {
    Place("environments/prod.yaml", 12, 5): "environments/prod.yaml:12",
    Place("default"): "default",
    Place("default of tier dev"): "default of tier dev",
    Place("--set functions.web.memory"): "--set",
    Place("a\nb.yaml", 1, 1): "a\\nb.yaml:1",
}


@pytest.mark.parametrize("place", PLACES, ids=repr)
def test_what_an_origin_is_called(place: Place) -> None:
    assert origin(place) == PLACES[place]


PATHS: dict[str, KeyPath | None] = {
    "service": ("service",),
    "functions.thumb-maker.memory": ("functions", "thumb-maker", "memory"),
    'api.routes["GET /jobs/{id}"].function': ("api", "routes", "GET /jobs/{id}", "function"),
    "network.subnets[10]": ("network", "subnets", 10),
    '["service"]': ("service",),
    'tags[""]': ("tags", ""),
    "": None,
    "a b": None,
    "a..b": None,
    "a[b]": None,
    "a=1": None,
}


@pytest.mark.parametrize("text", PATHS)
def test_the_path_of_a_key(text: str) -> None:
    path = PATHS[text]
    assert key_path(text) == path
    if path and text not in {'["service"]', 'tags[""]'}:
        assert show_path(path) == text


MISSES = {
    "functions.wbe": ("functions.wbe", "is not a key here; did you mean 'web'?"),
    "functions.web.memry.x": ("functions.web.memry", "is not a key here; did you mean 'memory'?"),
    "functions[0]": ("functions[0]", "is not a key here; known: web"),
    "tags.Team": ("tags.Team", "is not a key here"),
    "service.x": ("service", "is one value; there is nothing below it"),
    "bucket.name": ("bucket", "is not set; there is nothing below it"),
    "network.subnets[2]": ("network.subnets[2]", "is not there: the list holds 2"),
    "network.subnets.x": ("network.subnets.x", "is not there: the list holds 2"),
    "alarms.emails[0]": ("alarms.emails[0]", "is not there: the list holds nothing"),
}


@pytest.mark.parametrize("text", MISSES)
def test_a_path_that_leads_nowhere(text: str) -> None:
    path = key_path(text)
    assert path is not None
    found = find(resolved(), path)
    assert isinstance(found, Missing)
    assert (show_path(found.path), found.message) == MISSES[text]


SECRETS = {
    # By the name of a variable, by the shape of a value, by chance, by the path of an override.
    "functions: {web: {variables: {SALT: a8Kd92Lmz0QwXe7Rt5Yu1Hunter2}}}": (
        "functions.web.variables.SALT"
    ),
    "functions: {web: {variables: {API_TOKEN: hunter2}}}": "functions.web.variables.API_TOKEN",
    "functions: {web: {variables: {URL: 'postgres://a:hunter2@b/c'}}}\n"
    "accept: {GI151: A login of the test alone.}": "functions.web.variables.URL",
    "functions: {web: {variables: {DB_PASSWORD: {parameter: P, default: hunter2}}}}": (
        "functions.web.variables.DB_PASSWORD.default"
    ),
    "functions: {web: {variables: {A_SECRET: {parameter: P, allowed_values: [hunter2]}}}}": (
        "functions.web.variables.A_SECRET.allowed_values[0]"
    ),
    "api: {stage: {variables: {api_key: hunter2}}}": "api.stage.variables.api_key",
    "overrides: [{resource: FunctionWeb, path: Properties.X.API_TOKEN, value: hunter2}]": (
        "overrides[0].value"
    ),
    "{functions: {web: {variables: {UU: 'https://x/?password=hunter2'}}}, "
    "accept: {GI151: Alone.}}": "functions.web.variables.UU",
    "{functions: {web: {variables: {UU: 'host=a user=u password=hunter2'}}}, "
    "accept: {GI151: Alone.}}": "functions.web.variables.UU",
    "{api: {routes: {GET /jobs: {function: web, description: 'a://u:hunter2@b'}}}, "
    "accept: {GI151: Alone.}}": 'api.routes["GET /jobs"].description',
    "functions: {web: {variables: {REDIS_AUTH: hunter2}}}": "functions.web.variables.REDIS_AUTH",
    "overrides: [{resource: ApiStage, path: 'Properties.X[\"a_key\"].TOKEN[0]', value: hunter2}]": (
        "overrides[0].value"
    ),
    "resources: {S: {Type: 'AWS::SQS::Queue', Properties: {E: [{Name: TOKEN, Value: hunter2}]}}}": (
        "resources.S.Properties.E[0].Value"
    ),
    "resources: {S: {Type: 'AWS::SQS::Queue', Properties: {Password: {'Fn::Sub': hunter2}}}}": (
        'resources.S.Properties.Password["Fn::Sub"]'
    ),
    "resources: {S: {Type: 'AWS::SecretsManager::Secret', Properties: {SecretString: hunter2}}}": (
        "resources.S.Properties.SecretString"
    ),
}


@pytest.mark.parametrize("overlay", SECRETS)
def test_what_looks_like_a_secret_is_not_shown(overlay: str, tmp_path: Path) -> None:
    (tmp_path / "base.yaml").write_text(MINIMAL)
    (tmp_path / "prod.yaml").write_text(overlay)
    tree = resolve(load(tmp_path, "prod"))
    assert at(tree, SECRETS[overlay]).secret
    assert at(tree, SECRETS[overlay]).plain() == HIDDEN
    assert "hunter2" not in joined(block(tree, lambda _: "")).lower()
    assert "hunter2" not in str(tree.plain()).lower()


SHOWN = {
    # Where a secret is, is none; nor is the path, the name or the type of one.
    "functions: {web: {variables: {A_TOKEN: {secret: jobs/a, key: token}}}}": "jobs/a",
    "functions: {web: {variables: {A_TOKEN: {ssm: /jobs/token}}}}": "/jobs/token",
    "functions: {web: {variables: {A_TOKEN: ''}}}": "",
    "functions: {web: {variables: {LOG_LEVEL: debug}}}": "debug",
    "functions: {web: {variables: {SMTP_AUTH: login}}}": "login",
    "resources: {S: {Type: 'AWS::SQS::Queue', Properties: {Token: '{{resolve:ssm:a}}'}}}": (
        "{{resolve:ssm:a}}"
    ),
    "functions: {web: {variables: {A_TOKEN: https://b.example/token}}}": "https://b.example/token",
    "functions: {web: {variables: {A_HASH: a8Kd92Lmz0QwXe7Rt5Yu1Hunter2}}}": "a8Kd92Lmz0QwXe7Rt5",
    "tags: {Build: a8Kd92Lmz0QwXe7Rt5Yu1Hunter2}": "a8Kd92Lmz0QwXe7Rt5",
    "api: {routes: {GET /token: web}}": "GET /token",
    "api: {models: {Login: {type: object, properties: {token: {type: string}}}}}": "string",
    "api: {models: {A: {type: object, dependencies: {token: [user]}}}}": "user",
    "{api: {routes: {GET /a: web}}, route_stacks: {token: [/a]}}": "/a",
    f"layout: {{token: [{', '.join(FAMILIES)}]}}": "database-ingress",
    "database: {password: {environment_variable: DB_PASSWORD}}": "DB_PASSWORD",
}


@pytest.mark.parametrize("overlay", SHOWN)
def test_what_only_names_a_secret_is_shown(overlay: str, tmp_path: Path) -> None:
    (tmp_path / "base.yaml").write_text(MINIMAL + (DATABASE if "database" in overlay else ""))
    (tmp_path / "prod.yaml").write_text(overlay)
    tree = resolve(load(tmp_path, "prod"))
    assert SHOWN[overlay] in joined(block(tree, lambda _: ""))
    assert HIDDEN not in joined(block(tree, lambda _: ""))


DIFFERENCES = {
    # What differs, and the two values; None is not set.
    "memory: 512|memory: 1024": {"functions.web.memory": (512, 1024)},
    "memory: 512|": {"functions.web.memory": (512, 3008)},
    "memory: 3008|": {},
    "reserved_concurrency: 0|": {"functions.web.reserved_concurrency": (0, None)},
    "|uses: []": {},
    "variables: {ONE: x, TWO: z}|variables: {TWO: z, SIX: y}": {
        "functions.web.variables.ONE": ("x", None),
        "functions.web.variables.SIX": (None, "y"),
    },
    "variables: {ONE: {ssm: /a}}|variables: {ONE: {ssm: /b}}": {
        "functions.web.variables.ONE": ({"ssm": "/a"}, {"ssm": "/b"})
    },
    "variables: {ONE: {ssm: /a}}|variables: {ONE: text}": {
        "functions.web.variables.ONE": ({"ssm": "/a"}, "text")
    },
    "variables: {ONE: {ssm: /a}}|variables: {ONE: {ssm: /a}}": {},
    "variables: {A_TOKEN: a}|variables: {A_TOKEN: b}": {
        "functions.web.variables.A_TOKEN": (HIDDEN, HIDDEN)
    },
    "statements: [{actions: ['a:B'], resources: ['*']}]|": {
        "functions.web.statements": ([{"actions": ["a:B"], "resources": ["*"]}], None)
    },
}


@pytest.mark.parametrize("pair", DIFFERENCES)
def test_what_differs(pair: str) -> None:
    trees = [
        resolved(changed("jobs:1}", f"jobs:1, {more}}}" if more else "jobs:1}"))
        for more in pair.split("|")
    ]
    found = {
        show_path(item.path): tuple(
            None if node is None else node.plain() for node in (item.first, item.second)
        )
        for item in differences(*trees)
    }
    assert found == DIFFERENCES[pair]


def test_differences_stand_in_the_order_of_the_models() -> None:
    found = differences(resolved(), resolved(MINIMAL + DATABASE, "dev", "tags.A=b"))
    assert [show_path(item.path) for item in found] == [
        "tier",
        "protect",
        "tags.A",
        "database",
        "functions.web.uses",
        "api.throttling.rate",
        "api.throttling.burst",
        "api.stage.logging_level",
        "api.stage.data_trace",
        "logs.retention_days",
    ]


def test_true_is_not_one_and_five_is_five_point_nothing() -> None:
    def model(value: str) -> Resolved:
        return resolved(MINIMAL, "prod", f"api.models.A={{type: object, default: {{a: {value}}}}}")

    assert list(differences(model("5"), model("5.0"))) == []
    (found,) = differences(model("1"), model("true"))
    assert found.path == ("api", "models", "A", "default", "a")


def test_the_order_of_a_layouts_stacks_is_part_of_it() -> None:
    def layout(first: str, second: str) -> Resolved:
        return Resolved(
            {"layout": Resolved({key: Resolved([], Place("x", 1)) for key in (first, second)},
                                Place("x", 1))}, Place("x", 1))  # fmt: skip

    assert list(differences(layout("a", "b"), layout("a", "b"))) == []
    assert [item.path for item in differences(layout("a", "b"), layout("b", "a"))] == [("layout",)]
