"""The floor: the production stack of the example as a plain troposphere script.

An engineer would write this by hand for this one environment, with loops where they help. It checks
nothing and prints one template. Its resources equal those of ``generate.py --env prod --layout
single``; ``run.py`` compares the two before it measures. The suppressions in the ``Metadata`` come
from a file, which ``run.py --write`` updates.
"""

import hashlib
import json
from pathlib import Path

from troposphere import (
    AccountId,
    GetAtt,
    Join,
    Output,
    Parameter,
    Ref,
    Sub,
    Tags,
    Template,
    apigateway,
    awslambda,
    cloudwatch,
    ec2,
    encode_to_dict,
    iam,
    logs,
    sns,
)

NAME = "jobs-prod"
FUNCTION = f"{NAME}-web"
IMAGE = (
    "123456789012.dkr.ecr.us-east-1.amazonaws.com/jobs@sha256:"
    "b5bb9d8014a0f9b1d61e21e796d78dccdf1352f23cd32812f4850b878ae4944c"
)
ORIGINS = ["https://jobs.example.com", "https://console.example.com"]
HEADERS = "Content-Type,X-Amz-Date,Authorization,X-Api-Key"
ROUTES = {
    "/": ["ANY"],
    "/health": ["GET"],
    "/jobs": ["GET", "POST"],
    "/jobs/register": ["POST"],
    "/jobs/results": ["GET"],
    "/runs": ["GET", "POST"],
    "/{proxy+}": ["ANY"],
}
LOG_FIELDS = {
    "requestId": "requestId",
    "extendedRequestId": "extendedRequestId",
    "requestTime": "requestTime",
    "ip": "identity.sourceIp",
    "caller": "identity.caller",
    "user": "identity.user",
    "apiKeyId": "identity.apiKeyId",
    "httpMethod": "httpMethod",
    "path": "path",
    "resourcePath": "resourcePath",
    "protocol": "protocol",
    "status": "status",
    "responseType": "error.responseType",
    "error": "error.message",
    "responseLength": "responseLength",
    "responseLatency": "responseLatency",
    "integrationLatency": "integrationLatency",
    "integrationStatus": "integrationStatus",
    "integrationError": "integrationErrorMessage",
    "xrayTraceId": "xrayTraceId",
}

template = Template(Description="jobs-prod: template (gateway-infra)")
template.set_version("2010-09-09")


def tags(component):
    return Tags(Component=component, Environment="prod", Service="jobs", Team="platform")


def short_hash(value):
    return hashlib.sha256(json.dumps(value, sort_keys=True).encode()).hexdigest()[:10]


def parameter(name, kind, description, **more):
    return Ref(template.add_parameter(Parameter(name, Type=kind, Description=description, **more)))


def output(name, description, value):
    template.add_output(Output(name, Description=description, Value=value))


# What exists already.
vpc = parameter("NetworkVpcId", "AWS::EC2::VPC::Id", "network.vpc")
subnets = [
    parameter(f"NetworkPrivateSubnet{zone}", "AWS::EC2::Subnet::Id", f"network.subnets[{number}]")
    for number, zone in enumerate("AB")
]
bucket = parameter("StorageUploadBucket", "String", "bucket.name", MinLength=1, MaxLength=63)
host = parameter("DatabaseHost", "String", "database.host", MinLength=1, MaxLength=142)
password = parameter("DbPassword", "String", "database.password", NoEcho=True)
database_group = parameter(
    "DatabaseSecurityGroupId", "AWS::EC2::SecurityGroup::Id", "database.security_group"
)


# Role.
def allow(sid, actions, *resources):
    return {"Sid": sid, "Effect": "Allow", "Action": actions, "Resource": list(resources)}


own_logs = (
    "arn:${AWS::Partition}:logs:${AWS::Region}:${AWS::AccountId}:log-group:/aws/lambda/" + FUNCTION
)
role = template.add_resource(
    iam.Role(
        "FunctionWebRole",
        AssumeRolePolicyDocument={
            "Version": "2012-10-17",
            "Statement": [
                {
                    "Effect": "Allow",
                    "Principal": {"Service": ["lambda.amazonaws.com"]},
                    "Action": ["sts:AssumeRole"],
                }
            ],
        },
        ManagedPolicyArns=[
            Sub(
                "arn:${AWS::Partition}:iam::aws:policy/service-role/AWSLambdaVPCAccessExecutionRole"
            )
        ],
        Policies=[
            iam.Policy(
                PolicyName="Function",
                PolicyDocument={
                    "Version": "2012-10-17",
                    "Statement": [
                        allow(
                            "OwnLogGroup",
                            ["logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents"],
                            Sub(own_logs),
                            Sub(f"{own_logs}:*"),
                        ),
                        allow("Traces", ["xray:PutTelemetryRecords", "xray:PutTraceSegments"], "*"),
                        allow(
                            "BucketObjects",
                            ["s3:DeleteObject", "s3:GetObject", "s3:PutObject"],
                            Sub("arn:${AWS::Partition}:s3:::${StorageUploadBucket}/*"),
                        ),
                        allow(
                            "BucketList",
                            ["s3:ListBucket"],
                            Sub("arn:${AWS::Partition}:s3:::${StorageUploadBucket}"),
                        ),
                        allow(
                            "DatabaseClusters",
                            ["rds:DescribeDBClusters"],
                            Sub(
                                "arn:${AWS::Partition}:rds:${AWS::Region}:${AWS::AccountId}"
                                ":cluster:*"
                            ),
                        ),
                        allow(
                            "DatabaseInstances",
                            ["rds:DescribeDBInstances"],
                            Sub(
                                "arn:${AWS::Partition}:rds:${AWS::Region}:${AWS::AccountId}"
                                f":db:{NAME}"
                            ),
                        ),
                    ],
                },
            )
        ],
        Tags=tags("web"),
    )
)


# Network.
def egress(port, description):
    return ec2.SecurityGroupRule(
        CidrIp="0.0.0.0/0",
        IpProtocol="tcp",
        FromPort=port,
        ToPort=port,
        Description=description,
    )


group = template.add_resource(
    ec2.SecurityGroup(
        "FunctionWebSecurityGroup",
        GroupDescription="Network interfaces of the Lambda function web",
        VpcId=vpc,
        SecurityGroupEgress=[
            egress(443, "HTTPS to AWS services and beyond"),
            egress(5432, "PostgreSQL"),
        ],
        Tags=tags("web"),
    )
)
group_id = GetAtt(group, "GroupId")
template.add_resource(
    ec2.SecurityGroupIngress(
        "FunctionWebDatabaseIngress",
        GroupId=database_group,
        SourceSecurityGroupId=group_id,
        IpProtocol="tcp",
        FromPort=5432,
        ToPort=5432,
        Description="PostgreSQL from the Lambda function web",
    )
)


# Logs.
def log_group(title, component, **more):
    return template.add_resource(
        logs.LogGroup(
            title,
            RetentionInDays=30,
            Tags=tags(component),
            DeletionPolicy="Delete",
            UpdateReplacePolicy="Delete",
            **more,
        )
    )


function_logs = log_group("FunctionWebLogGroup", "web", LogGroupName=f"/aws/lambda/{FUNCTION}")
access_logs = log_group("ApiAccessLogGroup", "api")
execution_logs = log_group(
    "ApiExecutionLogGroup", "api", LogGroupName=Sub("API-Gateway-Execution-Logs_${Api}/v1")
)

# Function, version, alias.
settings = {
    "Architectures": ["x86_64"],
    "Environment": awslambda.Environment(
        Variables={
            "AWS_LWA_PORT": "8080",
            "AWS_LWA_READINESS_CHECK_PATH": "/health",
            "BUCKET_NAME": bucket,
            "DB_HOST": host,
            "DB_NAME": "jobs",
            "DB_PASSWORD": password,
            "DB_PORT": "5432",
            "DB_USER": "jobs_app",
        }
    ),
    "EphemeralStorage": awslambda.EphemeralStorage(Size=512),
    "MemorySize": 3008,
    "Timeout": 60,
    "TracingConfig": awslambda.TracingConfig(Mode="Active"),
    "VpcConfig": awslambda.VPCConfig(SubnetIds=subnets, SecurityGroupIds=[group_id]),
    "Code": awslambda.Code(ImageUri=IMAGE),
}
settings_hash = short_hash(encode_to_dict(settings))
function = template.add_resource(
    awslambda.Function(
        "FunctionWeb",
        FunctionName=FUNCTION,
        PackageType="Image",
        Role=GetAtt(role, "Arn"),
        Description=f"{FUNCTION}, settings {settings_hash}",
        DependsOn=[function_logs.title],
        Tags=tags("web"),
        **settings,
    )
)
version = template.add_resource(
    awslambda.Version(
        f"FunctionWebVersion{settings_hash}",
        FunctionName=Ref(function),
        Description=Join("|", [host, *subnets, bucket]),
        DeletionPolicy="RetainExceptOnCreate",
        UpdateReplacePolicy="Retain",
    )
)
alias = template.add_resource(
    awslambda.Alias(
        "FunctionWebAlias",
        Name="live",
        Description="The version that the API calls",
        FunctionName=Ref(function),
        FunctionVersion=GetAtt(version, "Version"),
    )
)

# API: resources, methods, CORS.
api = template.add_resource(
    apigateway.RestApi(
        "Api",
        Name=NAME,
        EndpointConfiguration=apigateway.EndpointConfiguration(Types=["REGIONAL"]),
        Tags=tags("api"),
    )
)
definition = []


def words(path):
    parts = path.strip("/").split("/") if path != "/" else []
    return "".join(
        "By" + part.strip("{}+").capitalize() if part[0] == "{" else part.capitalize()
        for part in parts
    )


def preflight(methods):
    known = " || ".join(f"$origin == '{origin}'" for origin in ORIGINS)
    header = "#set($context.responseOverride.header."
    return (
        "#set($headers = $input.params().header)\n"
        "#set($origin = \"$!headers.get('origin')\")\n"
        "#if($origin == '')#set($origin = \"$!headers.get('Origin')\")#end\n"
        f"{header}Vary = 'Origin')\n"
        f"#if({known})\n"
        f"{header}Access-Control-Allow-Headers = '{HEADERS}')\n"
        f"{header}Access-Control-Allow-Methods = '{methods}')\n"
        f"{header}Access-Control-Allow-Origin = $origin)\n"
        f"{header}Access-Control-Max-Age = '600')\n"
        "#end\n"
    )


def options_method(path, resource_id):
    return apigateway.Method(
        f"ApiMethodOptions{words(path)}",
        RestApiId=Ref(api),
        ResourceId=resource_id,
        HttpMethod="OPTIONS",
        AuthorizationType="NONE",
        ApiKeyRequired=False,
        Integration=apigateway.Integration(
            Type="MOCK",
            ContentHandling="CONVERT_TO_TEXT",
            PassthroughBehavior="WHEN_NO_MATCH",
            RequestTemplates={"application/json": '{"statusCode": 204}'},
            IntegrationResponses=[
                apigateway.IntegrationResponse(
                    StatusCode="204",
                    ResponseTemplates={"application/json": preflight("GET,OPTIONS,POST")},
                )
            ],
        ),
        MethodResponses=[apigateway.MethodResponse(StatusCode="204")],
    )


def route_method(method, path, resource_id):
    more = {}
    if path.endswith("{proxy+}"):
        more["RequestParameters"] = {"method.request.path.proxy": True}
    return apigateway.Method(
        f"ApiMethod{method.capitalize()}{words(path)}",
        RestApiId=Ref(api),
        ResourceId=resource_id,
        HttpMethod=method,
        AuthorizationType="NONE",
        ApiKeyRequired=False,
        Integration=apigateway.Integration(
            Type="AWS_PROXY",
            IntegrationHttpMethod="POST",
            TimeoutInMillis=29000,
            Uri=Sub(
                "arn:${AWS::Partition}:apigateway:${AWS::Region}:lambda:path/2015-03-31/functions/"
                "${FunctionWebAlias}/invocations"
            ),
        ),
        **more,
    )


ids = {"/": GetAtt(api, "RootResourceId")}
for route, methods in ROUTES.items():
    if route != "/":
        resource = apigateway.Resource(
            f"ApiResource{words(route)}",
            RestApiId=Ref(api),
            ParentId=ids[route.rpartition("/")[0] or "/"],
            PathPart=route.rpartition("/")[2],
        )
        ids[route] = Ref(resource)
        definition.append(resource)
    definition.append(options_method(route, ids[route]))
    definition.extend(route_method(method, route, ids[route]) for method in methods)
for kind, title in (("DEFAULT_4XX", "ApiClientErrors"), ("DEFAULT_5XX", "ApiServerErrors")):
    definition.append(
        apigateway.GatewayResponse(
            title,
            RestApiId=Ref(api),
            ResponseType=kind,
            ResponseParameters={
                "gatewayresponse.header.Access-Control-Allow-Headers": f"'{HEADERS}'",
                "gatewayresponse.header.Access-Control-Allow-Origin": f"'{ORIGINS[0]}'",
                "gatewayresponse.header.Vary": "'Origin'",
            },
        )
    )
template.add_resource(definition)
template.add_resource(
    awslambda.Permission(
        "FunctionWebPermission",
        Action="lambda:InvokeFunction",
        FunctionName=Ref(alias),
        Principal="apigateway.amazonaws.com",
        SourceAccount=AccountId,
        SourceArn=Sub(
            "arn:${AWS::Partition}:execute-api:${AWS::Region}:${AWS::AccountId}:${Api}/v1/*"
        ),
    )
)

# Deployment, stage, usage plan.
definition_hash = short_hash({item.title: encode_to_dict(item) for item in [api, *definition]})
deployment = template.add_resource(
    apigateway.Deployment(
        f"ApiDeployment{definition_hash}",
        RestApiId=Ref(api),
        Description=f"Content {definition_hash}",
        DependsOn=sorted(item.title for item in definition),
    )
)
stage = template.add_resource(
    apigateway.Stage(
        "ApiStage",
        RestApiId=Ref(api),
        DeploymentId=Ref(deployment),
        StageName="v1",
        TracingEnabled=True,
        AccessLogSetting=apigateway.AccessLogSetting(
            DestinationArn=Sub(
                "arn:${AWS::Partition}:logs:${AWS::Region}:${AWS::AccountId}"
                ":log-group:${ApiAccessLogGroup}"
            ),
            Format=json.dumps(
                {key: f"$context.{value}" for key, value in LOG_FIELDS.items()},
                separators=(",", ":"),
            ),
        ),
        MethodSettings=[
            apigateway.MethodSetting(
                HttpMethod="*",
                ResourcePath="/*",
                LoggingLevel="ERROR",
                DataTraceEnabled=False,
                MetricsEnabled=True,
                ThrottlingRateLimit=1000,
                ThrottlingBurstLimit=2000,
            )
        ],
        DependsOn=[execution_logs.title],
        Tags=tags("api"),
    )
)
plan = template.add_resource(
    apigateway.UsagePlan(
        "ApiUsagePlan",
        ApiStages=[apigateway.ApiStage(ApiId=Ref(api), Stage=Ref(stage))],
        Throttle=apigateway.ThrottleSettings(RateLimit=1000, BurstLimit=2000),
        Tags=tags("api"),
    )
)

# Monitoring.
topic = template.add_resource(
    sns.Topic(
        "AlarmTopic",
        Subscription=[sns.Subscription(Endpoint="oncall@example.com", Protocol="email")],
        Tags=tags("monitoring"),
    )
)
template.add_resource(
    sns.TopicPolicy(
        "AlarmTopicPolicy",
        Topics=[Ref(topic)],
        PolicyDocument={
            "Version": "2012-10-17",
            "Statement": [
                {
                    "Sid": "Alarms",
                    "Effect": "Allow",
                    "Principal": {"Service": "cloudwatch.amazonaws.com"},
                    "Action": ["sns:Publish"],
                    "Resource": [Ref(topic)],
                    "Condition": {"StringEquals": {"aws:SourceAccount": AccountId}},
                },
                {
                    "Sid": "TlsOnly",
                    "Effect": "Deny",
                    "Principal": "*",
                    "Action": ["sns:Publish"],
                    "Resource": [Ref(topic)],
                    "Condition": {"Bool": {"aws:SecureTransport": "false"}},
                },
            ],
        },
    )
)
template.add_resource(
    logs.MetricFilter(
        "ApiThrottledFilter",
        LogGroupName=Ref(access_logs),
        FilterPattern='{ $.status = "429" }',
        MetricTransformations=[
            logs.MetricTransformation(
                MetricNamespace=f"GatewayInfra/{NAME}",
                MetricName="ThrottledRequests",
                MetricValue="1",
                DefaultValue=0,
            )
        ],
    )
)


def alarm(title, description, metric, statistic, threshold, dimensions):
    namespace, name = metric.rsplit("/", 1)
    more = {"ExtendedStatistic" if statistic == "p99" else "Statistic": statistic}
    if dimensions:
        more["Dimensions"] = [
            cloudwatch.MetricDimension(Name=key, Value=value) for key, value in dimensions.items()
        ]
    template.add_resource(
        cloudwatch.Alarm(
            title,
            AlarmDescription=description,
            Namespace=namespace,
            MetricName=name,
            Period=300,
            EvaluationPeriods=1,
            Threshold=threshold,
            ComparisonOperator="GreaterThanThreshold",
            TreatMissingData="notBreaching",
            AlarmActions=[Ref(topic)],
            OKActions=[Ref(topic)],
            Tags=tags("monitoring"),
            **more,
        )
    )


of_function = {"FunctionName": Ref(function)}
of_stage = {"ApiName": NAME, "Stage": "v1"}
alarm(
    "FunctionWebErrorsAlarm",
    "More than 10 invocations of web failed in 5 minutes",
    "AWS/Lambda/Errors",
    "Sum",
    10,
    of_function,
)
alarm(
    "FunctionWebDurationAlarm",
    "An invocation of web took longer than 50 s",
    "AWS/Lambda/Duration",
    "Maximum",
    50000,
    of_function,
)
alarm(
    "FunctionWebThrottlesAlarm",
    "More than 0 invocations of web were refused for want of concurrency in 5 minutes",
    "AWS/Lambda/Throttles",
    "Sum",
    0,
    of_function,
)
alarm(
    "ApiServerErrorsAlarm",
    "More than 5 % of requests were answered 5XX",
    "AWS/ApiGateway/5XXError",
    "Average",
    0.05,
    of_stage,
)
alarm(
    "ApiLatencyAlarm",
    "One request in a hundred took longer than 2 s",
    "AWS/ApiGateway/Latency",
    "p99",
    2000,
    of_stage,
)
alarm(
    "ApiThrottledAlarm",
    "More than 0 requests were answered 429 in 5 minutes (counted in the access log)",
    f"GatewayInfra/{NAME}/ThrottledRequests",
    "Sum",
    0,
    {},
)
alarm(
    "DatabaseCpuAlarm",
    "The database's CPU was above 80 % for 5 minutes",
    "AWS/RDS/CPUUtilization",
    "Average",
    80,
    {"DBInstanceIdentifier": NAME},
)


# Dashboard.
def api_metric(name, statistic):
    return ["AWS/ApiGateway", name, "ApiName", NAME, "Stage", "v1", {"stat": statistic}]


def function_metric(name, statistic):
    return ["AWS/Lambda", name, "FunctionName", "${FunctionWeb}", {"stat": statistic}]


def database_metric(name):
    return ["AWS/RDS", name, "DBInstanceIdentifier", NAME]


GRAPHS = [
    ("API requests", [api_metric("Count", "Sum")]),
    ("API errors", [api_metric("4XXError", "Sum"), api_metric("5XXError", "Sum")]),
    (
        "API latency (ms, p99)",
        [api_metric("Latency", "p99"), api_metric("IntegrationLatency", "p99")],
    ),
    (
        "web: invocations",
        [function_metric(name, "Sum") for name in ("Invocations", "Errors", "Throttles")],
    ),
    (
        "web: duration (ms)",
        [function_metric("Duration", "p99"), function_metric("Duration", "Maximum")],
    ),
    ("web: concurrency", [function_metric("ConcurrentExecutions", "Maximum")]),
    ("Database CPU (%)", [database_metric("CPUUtilization")]),
    ("Database connections", [database_metric("DatabaseConnections")]),
    ("Database freeable memory (bytes)", [database_metric("FreeableMemory")]),
]
widgets = [
    {
        "type": "metric",
        "x": number % 3 * 8,
        "y": number // 3 * 6,
        "width": 8,
        "height": 6,
        "properties": {
            "title": title,
            "region": "${AWS::Region}",
            "view": "timeSeries",
            "period": 300,
            "metrics": metrics,
        },
    }
    for number, (title, metrics) in enumerate(GRAPHS)
]
template.add_resource(
    cloudwatch.Dashboard(
        "Dashboard",
        DashboardBody=Sub(json.dumps({"widgets": widgets}, separators=(",", ":"))),
        Tags=tags("monitoring"),
    )
)

# Outputs.
output("ApiId", "Id of the API", Ref(api))
output("ApiRootResourceId", "Resource id of the API's root path", ids["/"])
output(
    "ApiUrl",
    "Where the API answers",
    Sub("https://${Api}.execute-api.${AWS::Region}.${AWS::URLSuffix}/${ApiStage}"),
)
output("ApiStageName", "Name of the stage", Ref(stage))
output("ApiAccessLogGroupName", "Log group of the access log", Ref(access_logs))
output("ApiUsagePlanId", "Id of the usage plan", Ref(plan))
output("AlarmTopicArn", "Topic that alarms notify", Ref(topic))
output("FunctionWebArn", "ARN of the function web", GetAtt(function, "Arn"))
output("FunctionWebName", "Name of the function web", Ref(function))
output("FunctionWebAliasArn", "ARN to call the function web by", Ref(alias))
output("FunctionWebRoleArn", "ARN of the role of the function web", GetAtt(role, "Arn"))
output("FunctionWebSecurityGroupId", "Security group of the function web", group_id)
output("FunctionWebLogGroupName", "Log group of the function web", Ref(function_logs))

# Suppressions of scanner rules.
suppressions = json.loads(Path(__file__).with_name("floor_metadata.json").read_text("utf-8"))
for name, metadata in suppressions.items():
    template.resources[name].resource["Metadata"] = metadata

print(template.to_json())
