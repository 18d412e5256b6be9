"""Decision 9: the function brings its security group, and the database's group lets it in."""

from __future__ import annotations

from tests.decisions.shipped import changed, every_environment, properties, the


@every_environment
def test_egress_is_https_and_postgresql_alone(name: str) -> None:
    """Decision 9: 443 and 5432 out to anywhere, nothing in."""
    group = the(name, "AWS::EC2::SecurityGroup")
    rules = {(r["CidrIp"], r["FromPort"], r["ToPort"]) for r in group["SecurityGroupEgress"]}
    assert rules == {("0.0.0.0/0", 443, 443), ("0.0.0.0/0", 5432, 5432)}
    assert all(rule["Description"] for rule in group["SecurityGroupEgress"])
    assert "SecurityGroupIngress" not in group
    assert "GroupName" not in group


@every_environment
def test_the_databases_group_gets_a_rule_of_its_own(name: str) -> None:
    """Decision 9: the group is another stack's, and stays as it is but for this rule."""
    rule = the(name, "AWS::EC2::SecurityGroupIngress")
    assert rule["GroupId"] == {"Ref": "DatabaseSecurityGroupId"}
    source = {"Fn::GetAtt": ["FunctionWebSecurityGroup", "GroupId"]}
    assert rule["SourceSecurityGroupId"] == source
    assert (rule["FromPort"], rule["ToPort"]) == (5432, 5432)


@every_environment
def test_the_function_wears_its_own_group_and_no_other(name: str) -> None:
    """Decision 9: several functions reach one database, each by its own rule."""
    worn = the(name, "AWS::Lambda::Function")["VpcConfig"]["SecurityGroupIds"]
    assert worn == [{"Fn::GetAtt": ["FunctionWebSecurityGroup", "GroupId"]}]
    image = "123456789012.dkr.ecr.us-east-1.amazonaws.com/worker:1"
    two = changed(name, f"functions.worker.image={image}")
    assert len(properties(two, "AWS::EC2::SecurityGroup")) == 2
    assert len(properties(two, "AWS::EC2::SecurityGroupIngress")) == 2
