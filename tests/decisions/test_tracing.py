"""X-Ray: a request is traced from the gateway through the function."""

from __future__ import annotations

from tests.decisions.shipped import every_environment, the


@every_environment
def test_stage_and_function_trace_and_the_role_may_send(name: str) -> None:
    """X-Ray: Lambda refuses active tracing where the role may not send traces."""
    assert the(name, "AWS::ApiGateway::Stage")["TracingEnabled"] is True
    assert the(name, "AWS::Lambda::Function")["TracingConfig"] == {"Mode": "Active"}
    [policy] = the(name, "AWS::IAM::Role")["Policies"]
    actions = [a for item in policy["PolicyDocument"]["Statement"] for a in item["Action"]]
    assert {"xray:PutTraceSegments", "xray:PutTelemetryRecords"} <= set(actions)


@every_environment
def test_the_access_log_names_the_trace(name: str) -> None:
    """X-Ray: from a line of the log to its trace."""
    log = the(name, "AWS::ApiGateway::Stage")["AccessLogSetting"]
    assert "$context.xrayTraceId" in log["Format"]
