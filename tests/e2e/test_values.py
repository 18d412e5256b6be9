"""Values that the file leaves open, filled in by whoever the file says."""

import pytest

from .deployer import DeployedStack, DeploymentError
from .manifest import ParameterError
from .service import LAYOUTS, REPOSITORY, ROOT, Cloud

VALUES = {"Image": f"{REPOSITORY}:1", "DatabaseHost": "database.internal"}


def test_missing_variable_of_the_deployer_is_named(cloud: Cloud) -> None:
    with cloud.case("data") as service:
        service.values |= VALUES
        service.variables.clear()
        with pytest.raises(ParameterError, match="DbPassword wants the variable DB_PASSWORD"):
            service.deploy()


def test_missing_parameter_is_named(cloud: Cloud) -> None:
    with cloud.case("data") as service:
        service.values["DatabaseHost"] = VALUES["DatabaseHost"]
        with pytest.raises(ParameterError, match="Image must be given a value"):
            service.deploy()


def test_missing_output_is_named(cloud: Cloud) -> None:
    with cloud.case("data") as service:
        service.values |= VALUES
        service.set("database.host", {"stack_output": "database/Address"})
        with pytest.raises(ParameterError, match="DatabaseAddress wants the output Address of"):
            service.deploy()
        service.set("database.host", {"stack_output": "no-such-stack/Host"})
        with pytest.raises(DeploymentError, match="There is no stack no-such-stack"):
            service.deploy()


def test_password_stands_in_no_template_and_no_description(cloud: Cloud) -> None:
    secret = "correct horse battery staple"
    with cloud.case("data") as service:
        service.values |= VALUES
        service.variables["DB_PASSWORD"] = secret
        service.deploy()
        client = service.deployer.client("cloudformation")
        for stack in service.stacks().values():
            assert secret not in str(client.get_template(StackName=stack)["TemplateBody"])
            assert secret not in str(client.describe_stacks(StackName=stack))
        summary = client.get_template_summary(StackName=service.stacks()["function"])
        declared = {entry["ParameterKey"]: entry for entry in summary["Parameters"]}
        assert "DefaultValue" not in declared["DbPassword"]
        name = service.outputs["FunctionWebName"]
        functions = service.deployer.client("lambda")
        for version in functions.list_versions_by_function(FunctionName=name)["Versions"]:
            assert secret not in version["Description"]


def test_ssm_parameter_is_read_at_each_deploy(cloud: Cloud) -> None:
    client = cloud.deployer.client("ssm")
    name = "/message"
    with cloud.case("data") as service:
        service.set("functions.web.variables.MESSAGE", {"ssm": name})
        service.set("functions.web.image", VALUES["Image"])
        service.values |= VALUES
        client.put_parameter(Name=name, Type="String", Value="first")
        service.deploy()
        assert service.ask()["message"] == "first"

        client.put_parameter(Name=name, Type="String", Value="second", Overwrite=True)
        service.deploy()
        assert (service.ask()["message"], service.ask()["version"]) == ("second", "2")
    client.delete_parameter(Name=name)


@pytest.mark.parametrize("layout", LAYOUTS)
def test_one_value_of_each_form_reaches_the_function(
    cloud: Cloud, foundation: dict[str, DeployedStack], layout: str
) -> None:
    """``cases/every-form.yaml``, which the tests of the deployers use too."""
    secret = cloud.deployer.client("secretsmanager").describe_secret(SecretId="forms/token")
    with cloud.case("every-form", layout) as service:
        service.values |= {"ImageUri": VALUES["Image"], "DatabaseHost": "database.internal"}
        service.deploy()
        given = service.ask()["given"]
        configuration = service.deployer.client("lambda").get_function_configuration(
            FunctionName=service.outputs["FunctionWebName"]
        )

        assert given == {
            "API_TOKEN_SECRET_ARN": secret["ARN"].rpartition("-")[0],
            "API_TOKEN_SECRET_KEY": "token",
            "BUCKET_NAME": foundation["storage"].outputs["UploadBucket"],
            "DB_HOST": "database.internal",
            "DB_NAME": "jobs",
            "DB_PORT": "5432",
            "GREETING": 'good day, "world" & all',
            "MESSAGE": "hello",
        }
        network = foundation["network"].outputs
        assert configuration["VpcConfig"]["SubnetIds"] == network["PrivateSubnetIds"].split(",")

        service.values["Greeting"] = "welcome"
        service.deploy()
        updated = service.deployer.client("lambda").get_function_configuration(
            FunctionName=service.outputs["FunctionWebName"]
        )
        assert updated["Environment"]["Variables"]["GREETING"] == "welcome"


@pytest.mark.parametrize("layout", LAYOUTS)
def test_every_form_at_once(
    cloud: Cloud, foundation: dict[str, DeployedStack], layout: str
) -> None:
    """``tests/cases/open-values.yaml``, but for its region, as the emulator has one partition."""
    network = foundation["network"].outputs
    exports = {
        "network-SubnetB": network["PrivateSubnetB"],
        "storage-Bucket": foundation["storage"].outputs["UploadBucket"],
    }
    exporting = {
        "Resources": {"Topic": {"Type": "AWS::SNS::Topic"}},
        "Outputs": {
            name.replace("-", ""): {"Value": value, "Export": {"Name": name}}
            for name, value in exports.items()
        },
    }
    cloud.deployer.deploy_stack("exporting", exporting)
    topic = cloud.deployer.resources("exporting")["Topic"]
    parameters = {
        "/shared/vpc-id": network["VpcId"],
        "/shared/database-sg": foundation["database"].outputs["SecurityGroupId"],
    }
    client = cloud.deployer.client("ssm")
    for name, value in parameters.items():
        client.put_parameter(Name=name, Type="String", Value=value)
    with cloud.environment(ROOT / "tests" / "cases", "open-values", layout) as service:
        service.set("region", "us-east-1")
        service.values = {
            "DatabaseIdentifier": "jobs",
            "DatabaseName": "jobs",
            "DatabasePort": "5433",
            "DatabaseUser": "jobs_app",
            "ImageUri": VALUES["Image"],
            "NetworkSubnetA": network["PrivateSubnetA"],
            "TopicArn": topic,
        }
        service.deploy()
        answer = service.call("GET", "/", {"Authorization": "AWS4-HMAC-SHA256 Credential=any"})
        assert answer.json()["database_host"] == "database.internal"
        functions = service.deployer.client("lambda")
        found = functions.get_function_configuration(
            FunctionName=service.outputs["FunctionWebName"]
        )
        given = found["Environment"]["Variables"]
        assert set(found["VpcConfig"]["SubnetIds"]) == {
            network["PrivateSubnetA"],
            network["PrivateSubnetB"],
        }
        assert (given["VPC_ID"], given["DB_PORT"]) == (network["VpcId"], "5433")
        assert given["BUCKET_NAME"] == exports["storage-Bucket"]
        alarms = service.deployer.client("cloudwatch").describe_alarms()["MetricAlarms"]
        assert {action for alarm in alarms for action in alarm["AlarmActions"]} == {topic}
    cloud.deployer.delete_stack("exporting")
    client.delete_parameters(Names=list(parameters))
