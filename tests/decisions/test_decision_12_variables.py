"""Decision 12: the password from the deployer's environment, the rest from stack outputs."""

from __future__ import annotations

import json

import pytest

from gateway_infra.reading.diagnostics import ConfigError
from tests.decisions.shipped import changed, every_environment, shipped, the


@every_environment
def test_the_password_is_a_parameter_that_nobody_sees(name: str) -> None:
    """Decision 12: ``NoEcho``, without a default; the manifest names the variable to read."""
    [stack] = shipped(name, "single").stacks
    parameter = stack.template["Parameters"]["DbPassword"]
    assert parameter["Type"] == "String"
    assert parameter["NoEcho"] is True
    assert "Default" not in parameter
    assert stack.parameters["DbPassword"] == {"environment_variable": "DB_PASSWORD"}


@every_environment
def test_the_function_reads_its_database_and_bucket_from_variables(name: str) -> None:
    """Decision 12: host and bucket are other stacks' outputs; Lambda's variables are text."""
    variables = the(name, "AWS::Lambda::Function")["Environment"]["Variables"]
    ours = {k: v for k, v in variables.items() if not k.startswith("AWS_LWA_")}
    assert ours == {
        "DB_HOST": {"Ref": "DatabaseHost"},
        "DB_PORT": "5432",
        "DB_NAME": "jobs",
        "DB_USER": "jobs_app",
        "DB_PASSWORD": {"Ref": "DbPassword"},
        "BUCKET_NAME": {"Ref": "StorageUploadBucket"},
    }
    [stack] = shipped(name, "single").stacks
    assert stack.parameters["DatabaseHost"] == {"from": {"stack": "database", "output": "Host"}}


@every_environment
def test_the_password_stands_nowhere_else(name: str) -> None:
    """Decision 12: neither in a description, nor in an output, nor in another stack."""
    assert "DbPassword" not in json.dumps(the(name, "AWS::Lambda::Version"))
    for stack in shipped(name).stacks:
        has = "DbPassword" in json.dumps(stack.template)
        assert has == (stack.key == "function")
        assert "DbPassword" not in json.dumps(stack.template.get("Outputs", {}))


def test_a_password_written_in_the_file_is_refused() -> None:
    """Decision 12: it would stand in the template and in git."""
    with pytest.raises(ConfigError, match=r"database\.password"):
        changed("prod", "database.password=hunter2")


@every_environment
def test_a_new_password_needs_the_salt_and_advice_says_so(name: str) -> None:
    """Decision 12: a published version keeps the old password; ``redeploy`` publishes anew."""
    path = ("database", "password")
    [advice] = [item for item in shipped(name).findings if item.path == path]
    assert advice.severity == "advice"
    assert "functions.web.redeploy" in advice.message
