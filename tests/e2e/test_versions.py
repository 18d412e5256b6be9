"""Versions of a function: what publishes one, what its callers get, and what publishes none."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

import pytest

from .service import LAYOUTS, REPOSITORY, Cloud, Service

FIRST, SECOND = f"{REPOSITORY}:1", f"{REPOSITORY}@sha256:{'2' * 64}"
IMAGE = "functions.web.image"

Prepare = Callable[[dict[str, object]], AbstractContextManager[Service]]

in_each_layout = pytest.mark.parametrize("prepare", LAYOUTS, indirect=True)


@pytest.fixture
def prepare(request: pytest.FixtureRequest, cloud: Cloud) -> Prepare:
    """Give what deploys ``cases/data.yaml`` with settings, in one stack unless told otherwise."""
    layout = getattr(request, "param", "single")

    @contextmanager
    def deployed(settings: dict[str, object]) -> Iterator[Service]:
        with cloud.case("data", layout, settings) as service:
            service.values |= {"Image": FIRST, "DatabaseHost": "old.internal"}
            service.deploy()
            assert service.versions() == ["1"]
            yield service

    return deployed


def _password(service: Service, version: str) -> str:
    """Give the password that a version holds; ``$LATEST`` is the function itself."""
    client = service.deployer.client("lambda")
    name = service.outputs["FunctionWebName"]
    found = client.get_function_configuration(FunctionName=name, Qualifier=version)
    return str(found["Environment"]["Variables"]["DB_PASSWORD"])


def _image(service: Service, version: str) -> str:
    client = service.deployer.client("lambda")
    name = service.outputs["FunctionWebName"]
    return str(client.get_function(FunctionName=name, Qualifier=version)["Code"]["ImageUri"])


@in_each_layout
def test_new_image_is_a_new_version_and_the_old_one_stays(prepare: Prepare) -> None:
    with prepare({IMAGE: FIRST}) as service:
        assert service.ask()["image"] == FIRST
        service.set(IMAGE, SECOND)
        service.deploy()

        assert (service.ask()["image"], service.ask()["version"]) == (SECOND, "2")
        assert service.versions() == ["1", "2"]
        assert (_image(service, "1"), _image(service, "2")) == (FIRST, SECOND)

        service.set(IMAGE, FIRST)
        service.deploy()
        assert (service.ask()["image"], service.ask()["version"]) == (FIRST, "3")


@in_each_layout
def test_image_parameter_reaches_the_caller_back_and_forth(prepare: Prepare) -> None:
    """The template is the same each time: the version's description carries the image."""
    with prepare({}) as service:
        version = service.resource("FunctionWebVersion")
        for number, image in enumerate((FIRST, SECOND, FIRST, SECOND), 1):
            service.values["Image"] = image
            service.deploy()
            answer = service.ask()
            assert (answer["image"], answer["version"]) == (image, str(number))
        assert service.resource("FunctionWebVersion") == version
        assert service.versions() == ["1", "2", "3", "4"]


@in_each_layout
def test_host_parameter_reaches_the_caller(prepare: Prepare) -> None:
    with prepare({}) as service:
        assert service.ask()["database_host"] == "old.internal"
        service.values["DatabaseHost"] = "new.internal"
        service.deploy()

        assert service.ask()["database_host"] == "new.internal"
        assert service.versions() == ["1", "2"]


def test_each_of_several_parameters_reaches_the_caller(prepare: Prepare) -> None:
    parameters = {
        "database.host": "DatabaseHost",
        "database.port": "Port",
        "functions.web.variables.MESSAGE": "Message",
    }
    with prepare({IMAGE: FIRST}) as service:
        for path, name in parameters.items():
            service.set(path, {"parameter": name})
        service.values |= {"Port": "5432", "Message": "first"}
        service.deploy()
        changes = {"Port": "5433", "Message": "second", "DatabaseHost": "other"}
        for number, (name, value) in enumerate(changes.items(), 3):
            service.values[name] = value
            service.deploy()
            assert service.ask()["version"] == str(number), name
        answer = service.ask()
        assert (answer["message"], answer["database_host"]) == ("second", "other")


def test_values_that_read_the_same_together_are_told_apart(prepare: Prepare) -> None:
    with prepare({IMAGE: FIRST, "database.host": "database.internal"}) as service:
        service.set("functions.web.variables.BEFORE", {"parameter": "Before"})
        service.set("functions.web.variables.MESSAGE", {"parameter": "Message"})
        pairs = [("a b", "c"), ("a", "b c"), ("ab", "c"), ("a", "bc")]
        for number, (before, message) in enumerate(pairs, 2):
            service.values |= {"Before": before, "Message": message}
            service.deploy()
            answer = service.ask()
            assert (answer["message"], answer["version"]) == (message, str(number))


def test_value_that_finds_no_room_is_warned_of_and_needs_the_salt(prepare: Prepare) -> None:
    """A description holds 256 characters, which these values might fill before MESSAGE's turn."""
    with prepare({}) as service:
        for name in ("A_ONE", "A_THREE", "A_TWO", "MESSAGE"):
            service.set(f"functions.web.variables.{name}", {"parameter": name.replace("_", "")})
            service.values[name.replace("_", "")] = "first"
        service.deploy()
        (warning,) = [line for line in service.warnings.splitlines() if "MESSAGE)" in line]
        assert "change functions.web.redeploy with it" in warning
        service.values["MESSAGE"] = "second"
        service.deploy()
        assert (service.ask()["message"], service.ask()["version"]) == ("first", "2")

        service.set("functions.web.redeploy", "second message")
        service.deploy()
        assert (service.ask()["message"], service.ask()["version"]) == ("second", "3")


@in_each_layout
def test_password_alone_does_not_reach_the_caller(prepare: Prepare) -> None:
    """As on AWS: the function changes, and the alias serves the version that was published before.

    A template cannot hash a value that it does not know, and the version's description, which
    carries the other open values, must not carry a secret. ``functions.NAME.redeploy`` publishes
    a version; the command warns of it.
    """
    with prepare({}) as service:
        before = service.ask()
        service.variables["DB_PASSWORD"] = "second"
        assert "updated" in service.deploy().values()
        assert service.ask() == before
        assert (_password(service, "$LATEST"), _password(service, "1")) == ("second", "first")

        service.set("functions.web.redeploy", "second password")
        service.deploy()
        after = service.ask()
        assert after["version"] == "2"
        assert after["database_password_sha256"] != before["database_password_sha256"]
        assert (_password(service, "1"), _password(service, "2")) == ("first", "second")


def test_password_with_a_new_salt_reaches_the_caller_at_once(prepare: Prepare) -> None:
    with prepare({"functions.web.redeploy": "2026-01"}) as service:
        service.variables["DB_PASSWORD"] = "second"
        service.set("functions.web.redeploy", "2026-02")
        service.deploy()

        assert service.ask()["version"] == "2"
        assert (_password(service, "1"), _password(service, "2")) == ("first", "second")


def test_changed_salt_alone_publishes_a_version(prepare: Prepare) -> None:
    """The salt changes the function too, without which Lambda would refuse a second version."""
    with prepare({}) as service:
        for number in ("2", "3"):
            service.set("functions.web.redeploy", f"salt {number}")
            service.deploy()
            assert service.ask()["version"] == number
        service.set("functions.web.redeploy", None)
        service.deploy()
        assert service.ask()["version"] == "4"


@pytest.mark.parametrize(
    ("path", "value", "key", "answer"),
    [
        ("functions.web.memory", 512, "memory", "512"),
        ("functions.web.variables.MESSAGE", "changed", "message", "changed"),
        ("functions.web.ephemeral_storage", 1024, "message", "hello"),
    ],
)
def test_changed_setting_is_a_new_version(
    prepare: Prepare, path: str, value: object, key: str, answer: str
) -> None:
    with prepare({}) as service:
        service.set(path, value)
        service.deploy()

        told = service.ask()
        assert (told[key], told["version"]) == (answer, "2")
        assert service.versions() == ["1", "2"]


@pytest.mark.parametrize(
    ("path", "literal", "name", "key"),
    [
        (IMAGE, SECOND, "Image", "image"),
        ("functions.web.variables.MESSAGE", "said", "Message", "message"),
    ],
)
def test_literal_becomes_a_parameter_of_the_same_value_and_back(
    prepare: Prepare, path: str, literal: str, name: str, key: str
) -> None:
    """The template changes and the values do not: "A version … exists" would be the answer."""
    with prepare({path: literal}) as service:
        service.set(path, {"parameter": name})
        service.values[name] = literal
        service.deploy()
        assert service.ask()[key] == literal

        service.set(path, literal)
        service.deploy()
        assert service.ask()[key] == literal


@in_each_layout
def test_what_no_version_holds_publishes_none(prepare: Prepare) -> None:
    statement = {"actions": ["sqs:SendMessage"], "resources": ["*"]}
    with prepare({}) as service:
        before = service.resources()
        for path, value in {
            "tags": {"Team": "new"},
            "functions.web.reserved_concurrency": 5,
            "functions.web.statements": [statement],
            "logs.retention_days": 1,
            "alarms.function_errors": 3,
        }.items():
            service.set(path, value)
            assert "updated" in service.deploy().values(), path
            assert service.versions() == ["1"], path

        assert service.resources() == before
        client = service.deployer.client("lambda")
        function = service.outputs["FunctionWebName"]
        found = client.get_function(FunctionName=function)
        assert found["Tags"]["Team"] == "new"
        assert found["Concurrency"]["ReservedConcurrentExecutions"] == 5
        assert service.ask()["version"] == "1"
