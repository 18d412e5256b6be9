"""``api.openapi``: the key, the file it names, and what is told of the whole document."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from gateway_infra.loading.load import environment_names, load
from gateway_infra.openapi_input.document import is_document
from gateway_infra.reading.diagnostics import ConfigError
from gateway_infra.reading.source import DOCUMENT, read_file
from tests.faults import faults_of
from tests.openapi_input.support import ENVIRONMENT, TWO, api_of, document, faults, loaded, told

GOOD = document({"/a": {"get": {}}})


def test_the_short_form_and_the_long_one_are_the_same() -> None:
    long = ENVIRONMENT.replace("openapi: api.yml", "openapi: {file: api.yml}")
    assert loaded(GOOD).environment == loaded(GOOD, long).environment
    config = loaded(GOOD).environment.api.openapi
    assert config is not None
    assert (config.file, config.function) == ("api.yml", None)


def test_a_derived_route_knows_its_place_in_the_document() -> None:
    text = "openapi: 3.1.0\npaths:\n  /a:\n    get:\n      summary: s\n"
    source = loaded(text).source
    place = source.find(("api", "routes", "GET /a")).place
    assert (place.file, place.line, place.column) == ("e/api.yml", 4, 5)
    assert source.find(("api", "routes", "GET /a", "description")).place.line == 5
    assert source.find(("api", "routes", "GET /a", "function")).place.file == "e/prod.yaml"


KEYS: dict[str, tuple[str, str]] = {
    "a list": ("[api.yml]", "api.openapi: must name a document, as in petstore.yaml or {file: "),
    "no file": ("{function: web}", "{file: petstore.yaml, function: web}, not nothing"),
    "a number": ("5", "not a number"),
    "an unknown key": (
        "{file: api.yml, functoin: web}",
        "functoin: is not a key here; did you mean",
    ),
    "an unknown function": (
        "{file: api.yml, function: wbe}",
        "api.openapi.function: names the function 'wbe', which is not under `functions`; did you ",
    ),
    "not there": ("petstore.yaml", "api.openapi: there is no petstore.yaml in this folder"),
    "another folder": ("../api.yml", "must name a .yaml, .yml or .json file in the folder of "),
    "another folder within": ("a/../api.yml", "must name a .yaml, .yml or .json file"),
    "the whole path": ("/etc/api.yml", "must name a .yaml, .yml or .json file"),
    "another kind": ("api.txt", "must name a .yaml, .yml or .json file"),
}


@pytest.mark.parametrize("case", KEYS)
def test_a_mistake_in_the_key_is_told(case: str) -> None:
    value, message = KEYS[case]
    (line,) = faults(GOOD, ENVIRONMENT.replace("openapi: api.yml", f"openapi: {value}"))
    assert line.startswith("e/prod.yaml:11:")
    assert message in line


def test_a_link_out_of_the_folder_is_refused(tmp_path: Path) -> None:
    folder = tmp_path / "environments"
    folder.mkdir()
    (tmp_path / "api.yml").write_text(GOOD)
    (folder / "api.yml").symlink_to(tmp_path / "api.yml")
    (folder / "prod.yaml").write_text(ENVIRONMENT)
    (line,) = faults_of(load, folder, "prod")
    assert line.endswith(
        "leads out of the folder of environments (api.yml is a link); copy the document [GI367]"
    )


def test_a_document_in_a_folder_below_is_read(tmp_path: Path) -> None:
    (tmp_path / "apis").mkdir()
    (tmp_path / "apis" / "api.json").write_text(GOOD)
    (tmp_path / "prod.yaml").write_text(ENVIRONMENT.replace("api.yml", "apis/api.json"))
    assert list(load(tmp_path, "prod").environment.api.routes) == ["GET /a"]


DOCUMENTS: dict[str, tuple[str, str]] = {
    "Swagger": (
        'swagger: "2.0"\npaths: {}\n',
        "e/api.yml:1:1: swagger: is Swagger, and OpenAPI 3.0 and 3.1 are read; convert the "
        "document first",
    ),
    "a later one": ("openapi: 3.2.0\n", "e/api.yml:1:1: openapi: is '3.2.0'; 3.0 and 3.1 are read"),
    "none": ("a: 1\n", "e/api.yml:1:1: is no OpenAPI document: it has no `openapi: 3.…`"),
    "a mapping for a version": ("openapi: {a: 1}\n", "e/api.yml:1:1: openapi: is 'a mapping'; 3.0 "
                                                     "and 3.1 are read"),
    "no paths": ("openapi: 3.0.0\n", "e/api.yml:1:1: has no `paths`, so there is no route in it"),
    "a list of paths": ("openapi: 3.0.0\npaths: [/a]\n", "e/api.yml:2:1: paths: must be a mapping, "
                                                         "not a list"),
    "no operation": ("openapi: 3.0.0\npaths: {/a: {}}\n", "e/api.yml:2:1: paths: has no operation "
                                                          "that could be a route"),
    "no YAML": ("openapi: [3\n", "e/api.yml:1:10: is not YAML: a bracket opens here, and a "
                                 "comma or the closing one is missing, or a quote ends too early"),
    "a list": ("[]", "e/api.yml:1:1: the top level must be a mapping, not a list"),
    "empty": ("", "e/api.yml:1:1: is empty"),
}  # fmt: skip


@pytest.mark.parametrize("case", DOCUMENTS)
def test_what_is_no_document_is_refused(case: str) -> None:
    text, message = DOCUMENTS[case]
    assert faults(text) == [message]


@pytest.mark.parametrize("version", ["3.0.0", "3.0.3", "3.1.0", "3.1.1", 3.0, 3.1, "3.0.0-rc1"])
def test_versions_that_are_read(version: str) -> None:
    assert list(api_of(document({"/a": {"get": {}}}, version))["routes"]) == ["GET /a"]


def test_faults_that_are_alike_are_told_once() -> None:
    operation = {"parameters": [{"$ref": "#/components/parameters/No"}]}
    (line,) = faults(document({f"/{name}": {"get": operation} for name in "abc"}))
    assert line.endswith(
        "'#/components/parameters/No', which this document does not have (and 2 more such)"
    )


SERVERS = {
    "https://api.example.com/v1": True,
    "/v1": True,
    "https://api.example.com/v1/": True,
    "https://{host}/{base}": True,
    "https://api.example.com": False,
    "https://api.example.com/": False,
    "/": False,
}


@pytest.mark.parametrize("url", SERVERS)
def test_a_servers_path_is_told(url: str) -> None:
    lines = told(document({"/a": {"get": {}}}, servers=[{"url": url}]))
    assert [line.partition(":")[0] for line in lines] == ["servers[0].url"] * SERVERS[url]


def test_settings_of_the_api_are_read_from_its_extensions() -> None:
    text = document(
        {"/a": {"get": {}}},
        **{
            "x-amazon-apigateway-binary-media-types": ["image/png"],
            "x-amazon-apigateway-minimum-compression-size": 1000,
            "x-amazon-apigateway-api-key-source": "AUTHORIZER",
        },
    )
    api = loaded(text).environment.api
    assert (api.binary_media_types, api.minimum_compression_size) == (["image/png"], 1000)
    (line,) = told(text)
    assert line.endswith("is AUTHORIZER, but keys are read from the header x-api-key here")
    over = loaded(text, overrides=["api.binary_media_types=[a/b]"]).environment.api
    assert over.binary_media_types == ["a/b"]


def test_without_the_key_nothing_is_read() -> None:
    plain = TWO.replace("  openapi: api.yml\n", "  routes: {GET /a: web, GET /b: thumbs}\n")
    told_of = {problem.rule for problem in loaded("no document: [", plain).findings}
    assert not [rule for rule in told_of if rule.startswith("GI36")]


def test_a_key_that_is_null_is_none() -> None:
    text = ENVIRONMENT + "  routes: {GET /x: web}\n"
    assert list(api_of(GOOD, text, ["api.openapi=null"])["routes"]) == ["GET /x"]


IS_DOCUMENT = {
    "openapi: 3.0.0\n": True,
    "# c\ninfo: {}\n'openapi': '3.1.0'\n": True,
    'swagger: "2.0"\n': True,
    "service: a\napi:\n  openapi: 3.yaml\n": False,
    "openapi: petstore.yaml\n": False,
}


@pytest.mark.parametrize("text", IS_DOCUMENT)
def test_a_document_beside_environments_is_none(text: str, tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(text)
    (tmp_path / "prod.yaml").write_text("service: a\n")
    assert is_document(tmp_path / "a.yaml") == IS_DOCUMENT[text]
    assert environment_names(tmp_path, "e") == (["prod"] if IS_DOCUMENT[text] else ["a", "prod"])


def test_what_cannot_be_opened_is_no_document(tmp_path: Path) -> None:
    assert not is_document(tmp_path)


def test_json_with_tabs_and_escapes_is_read_as_json(tmp_path: Path) -> None:
    written = {"a\tb": ["\U0001f600", "\\ud83d\\ude00", "/"], "c": {"d": 1}}
    text = json.dumps(written, indent="\t").replace("/", r"\/")
    (tmp_path / "a.json").write_text(text)
    node = read_file(tmp_path / "a.json", "f", DOCUMENT)
    assert node.plain() == written
    assert (node.find(("c", "d")).place.line, node.find(("c", "d")).place.column) == (8, 3)


def test_a_document_may_be_larger_deeper_and_have_empty_keys(tmp_path: Path) -> None:
    """Others wrote it: what would be a mistake in an environment is a habit there."""
    file = tmp_path / "a.yaml"
    file.write_text("a:\nb: " + "[" * 50 + "]" * 50 + "\n" + "#" * 1_000_000)
    assert read_file(file, "f", DOCUMENT).find(("a",)).value is None
    assert len(faults_of(read_file, file, "f")) == 1
    file.write_bytes(b"#" * (DOCUMENT.bytes + 1))
    (line,) = faults_of(read_file, file, "f", DOCUMENT)
    assert line == "f: is larger than 5,000,000 bytes; this is no OpenAPI document of a service"


def test_the_documents_faults_come_before_the_environments(tmp_path: Path) -> None:
    (tmp_path / "prod.yaml").write_text(ENVIRONMENT.replace("iam", "ima"))
    (tmp_path / "api.yml").write_text("openapi: 3.0.0\n")
    with pytest.raises(ConfigError, match="has no `paths`"):
        load(tmp_path, "prod")
