/**
 * The example's production stack in CDK: high-level constructs as CDK's documentation shows them,
 * compiled and run as `cdk init --language typescript` sets it up. It describes the architecture
 * of `environments/prod.yaml`; it is not the same template resource by resource:
 *
 * - CORS is CDK's own: the same two origins and headers, but a stranger is told the first origin.
 * - The access log holds CDK's standard fields, and the stage does not wait for the execution log.
 * - Version and deployment have CDK's own hashes; a value known only at deploy time is in neither.
 * - Managed policies and grants are CDK's; the permission is one for all methods, not two for each.
 * - Security group, roles and topic get CDK's names and descriptions.
 */
import * as cdk from "aws-cdk-lib";
import * as apigateway from "aws-cdk-lib/aws-apigateway";
import * as cloudwatch from "aws-cdk-lib/aws-cloudwatch";
import * as actions from "aws-cdk-lib/aws-cloudwatch-actions";
import * as ec2 from "aws-cdk-lib/aws-ec2";
import * as ecr from "aws-cdk-lib/aws-ecr";
import * as iam from "aws-cdk-lib/aws-iam";
import * as lambda from "aws-cdk-lib/aws-lambda";
import * as logs from "aws-cdk-lib/aws-logs";
import * as s3 from "aws-cdk-lib/aws-s3";
import * as sns from "aws-cdk-lib/aws-sns";
import * as subscriptions from "aws-cdk-lib/aws-sns-subscriptions";
import type { Construct } from "constructs";

const NAME = "jobs-prod";
const DIGEST = "sha256:b5bb9d8014a0f9b1d61e21e796d78dccdf1352f23cd32812f4850b878ae4944c";
const ORIGINS = ["https://jobs.example.com", "https://console.example.com"];
const HEADERS = ["Content-Type", "X-Amz-Date", "Authorization", "X-Api-Key"];
const ROUTES: Record<string, string[]> = {
  "/": ["ANY"],
  "/health": ["GET"],
  "/jobs": ["GET", "POST"],
  "/jobs/register": ["POST"],
  "/jobs/results": ["GET"],
  "/runs": ["GET", "POST"],
  "/{proxy+}": ["ANY"],
};
const PERIOD = cdk.Duration.minutes(5);

class JobsStack extends cdk.Stack {
  private readonly existing;

  constructor(scope: Construct, id: string, props?: cdk.StackProps) {
    super(scope, id, props);
    this.existing = this.findExisting();
    const { fn, alias } = this.makeFunction();
    const { api, accessLog } = this.makeApi(alias);
    const notify = this.makeTopic();
    this.makeAlarms(fn, api, accessLog, notify);
    this.makeDashboard(fn, api);
    for (const [key, value] of Object.entries({
      AlarmTopicArn: notify.topicArn,
      ApiAccessLogGroupName: accessLog.logGroupName,
      ApiId: api.restApiId,
      ApiRootResourceId: api.restApiRootResourceId,
      ApiStageName: api.deploymentStage.stageName,
      FunctionWebAliasArn: alias.functionArn,
      FunctionWebArn: fn.functionArn,
      FunctionWebName: fn.functionName,
      FunctionWebRoleArn: fn.role!.roleArn,
    })) {
      new cdk.CfnOutput(this, key, { value });
    }
  }

  private parameter(id: string, type = "String", more: cdk.CfnParameterProps = {}): string {
    return new cdk.CfnParameter(this, id, { type, ...more }).valueAsString;
  }

  private findExisting() {
    const vpcId = this.parameter("NetworkVpcId", "AWS::EC2::VPC::Id");
    const subnetIds = ["A", "B"].map((zone) =>
      this.parameter(`NetworkPrivateSubnet${zone}`, "AWS::EC2::Subnet::Id"),
    );
    const groupId = this.parameter("DatabaseSecurityGroupId", "AWS::EC2::SecurityGroup::Id");
    return {
      vpc: ec2.Vpc.fromVpcAttributes(this, "Vpc", {
        vpcId,
        availabilityZones: ["us-east-1a", "us-east-1b"],
        privateSubnetIds: subnetIds,
      }),
      databaseGroup: ec2.SecurityGroup.fromSecurityGroupId(this, "DatabaseGroup", groupId),
      bucket: s3.Bucket.fromBucketName(this, "Bucket", this.parameter("StorageUploadBucket")),
      databaseHost: this.parameter("DatabaseHost"),
      databasePassword: this.parameter("DbPassword", "String", { noEcho: true }),
    };
  }

  private makeFunction() {
    const { vpc, databaseGroup, bucket, databaseHost, databasePassword } = this.existing;
    const group = new ec2.SecurityGroup(this, "FunctionGroup", {
      vpc,
      description: "Network interfaces of the Lambda function web",
      allowAllOutbound: false,
    });
    group.addEgressRule(ec2.Peer.anyIpv4(), ec2.Port.HTTPS, "HTTPS to AWS services and beyond");
    group.addEgressRule(ec2.Peer.anyIpv4(), ec2.Port.POSTGRES, "PostgreSQL");
    databaseGroup.addIngressRule(group, ec2.Port.POSTGRES, "PostgreSQL from the function web");
    const repository = ecr.Repository.fromRepositoryAttributes(this, "Repository", {
      repositoryArn: "arn:aws:ecr:us-east-1:123456789012:repository/jobs",
      repositoryName: "jobs",
    });
    const fn = new lambda.DockerImageFunction(this, "Function", {
      functionName: `${NAME}-web`,
      code: lambda.DockerImageCode.fromEcr(repository, { tagOrDigest: DIGEST }),
      architecture: lambda.Architecture.X86_64,
      memorySize: 3008,
      timeout: cdk.Duration.seconds(60),
      ephemeralStorageSize: cdk.Size.mebibytes(512),
      tracing: lambda.Tracing.ACTIVE,
      vpc,
      vpcSubnets: { subnetType: ec2.SubnetType.PRIVATE_WITH_EGRESS },
      securityGroups: [group],
      logGroup: new logs.LogGroup(this, "FunctionLogs", {
        logGroupName: `/aws/lambda/${NAME}-web`,
        retention: logs.RetentionDays.ONE_MONTH,
        removalPolicy: cdk.RemovalPolicy.DESTROY,
      }),
      currentVersionOptions: { removalPolicy: cdk.RemovalPolicy.RETAIN },
      environment: {
        AWS_LWA_PORT: "8080",
        AWS_LWA_READINESS_CHECK_PATH: "/health",
        BUCKET_NAME: bucket.bucketName,
        DB_HOST: databaseHost,
        DB_NAME: "jobs",
        DB_PASSWORD: databasePassword,
        DB_PORT: "5432",
        DB_USER: "jobs_app",
      },
    });
    fn.addToRolePolicy(
      new iam.PolicyStatement({
        actions: ["s3:DeleteObject", "s3:GetObject", "s3:PutObject"],
        resources: [bucket.arnForObjects("*")],
      }),
    );
    fn.addToRolePolicy(
      new iam.PolicyStatement({ actions: ["s3:ListBucket"], resources: [bucket.bucketArn] }),
    );
    fn.addToRolePolicy(
      new iam.PolicyStatement({
        actions: ["rds:DescribeDBInstances"],
        resources: [
          this.formatArn({
            service: "rds",
            resource: "db",
            resourceName: NAME,
            arnFormat: cdk.ArnFormat.COLON_RESOURCE_NAME,
          }),
        ],
      }),
    );
    const alias = new lambda.Alias(this, "Alias", {
      aliasName: "live",
      version: fn.currentVersion,
      description: "The version that the API calls",
    });
    return { fn, alias };
  }

  private makeApi(alias: lambda.Alias) {
    const accessLog = new logs.LogGroup(this, "AccessLog", {
      retention: logs.RetentionDays.ONE_MONTH,
      removalPolicy: cdk.RemovalPolicy.DESTROY,
    });
    const api = new apigateway.RestApi(this, "Api", {
      restApiName: NAME,
      endpointTypes: [apigateway.EndpointType.REGIONAL],
      cloudWatchRole: false,
      defaultCorsPreflightOptions: {
        allowOrigins: ORIGINS,
        allowHeaders: HEADERS,
        allowMethods: ["GET", "POST", "OPTIONS"],
        maxAge: cdk.Duration.minutes(10),
      },
      deployOptions: {
        stageName: "v1",
        loggingLevel: apigateway.MethodLoggingLevel.ERROR,
        dataTraceEnabled: false,
        metricsEnabled: true,
        tracingEnabled: true,
        throttlingRateLimit: 1000,
        throttlingBurstLimit: 2000,
        accessLogDestination: new apigateway.LogGroupLogDestination(accessLog),
        accessLogFormat: apigateway.AccessLogFormat.jsonWithStandardFields(),
      },
    });
    const integration = new apigateway.LambdaIntegration(alias, {
      timeout: cdk.Duration.seconds(29),
      scopePermissionToMethod: false,
    });
    for (const [path, methods] of Object.entries(ROUTES)) {
      const resource = path === "/" ? api.root : api.root.resourceForPath(path);
      methods.forEach((method) => resource.addMethod(method, integration));
    }
    for (const type of ["DEFAULT_4XX", "DEFAULT_5XX"]) {
      api.addGatewayResponse(type, {
        type: apigateway.ResponseType.of(type),
        responseHeaders: {
          "Access-Control-Allow-Headers": `'${HEADERS.join(",")}'`,
          "Access-Control-Allow-Origin": `'${ORIGINS[0]}'`,
          Vary: "'Origin'",
        },
      });
    }
    new logs.LogGroup(this, "ExecutionLog", {
      logGroupName: `API-Gateway-Execution-Logs_${api.restApiId}/v1`,
      retention: logs.RetentionDays.ONE_MONTH,
      removalPolicy: cdk.RemovalPolicy.DESTROY,
    });
    api.addUsagePlan("Plan", {
      apiStages: [{ stage: api.deploymentStage }],
      throttle: { rateLimit: 1000, burstLimit: 2000 },
    });
    return { api, accessLog };
  }

  private makeTopic() {
    const topic = new sns.Topic(this, "AlarmTopic", { enforceSSL: true });
    topic.addSubscription(new subscriptions.EmailSubscription("oncall@example.com"));
    return topic;
  }

  private databaseMetric(metricName: string): cloudwatch.Metric {
    return new cloudwatch.Metric({
      namespace: "AWS/RDS",
      metricName,
      dimensionsMap: { DBInstanceIdentifier: NAME },
      period: PERIOD,
    });
  }

  private makeAlarms(
    fn: lambda.Function,
    api: apigateway.RestApi,
    accessLog: logs.LogGroup,
    topic: sns.Topic,
  ) {
    const period = PERIOD;
    const throttled = new logs.MetricFilter(this, "Throttled", {
      logGroup: accessLog,
      filterPattern: logs.FilterPattern.stringValue("$.status", "=", "429"),
      metricNamespace: `GatewayInfra/${NAME}`,
      metricName: "ThrottledRequests",
      metricValue: "1",
      defaultValue: 0,
    });
    const stage = api.deploymentStage;
    const alarms: Record<string, [cloudwatch.Metric, number]> = {
      FunctionErrors: [fn.metricErrors({ period }), 10],
      FunctionDuration: [fn.metricDuration({ period, statistic: "Maximum" }), 50000],
      FunctionThrottles: [fn.metricThrottles({ period }), 0],
      ApiServerErrors: [stage.metricServerError({ period, statistic: "Average" }), 0.05],
      ApiLatency: [stage.metricLatency({ period, statistic: "p99" }), 2000],
      ApiThrottled: [throttled.metric({ period, statistic: "Sum" }), 0],
      DatabaseCpu: [this.databaseMetric("CPUUtilization"), 80],
    };
    const action = new actions.SnsAction(topic);
    for (const [id, [metric, threshold]] of Object.entries(alarms)) {
      const alarm = new cloudwatch.Alarm(this, `${id}Alarm`, {
        metric,
        threshold,
        evaluationPeriods: 1,
        comparisonOperator: cloudwatch.ComparisonOperator.GREATER_THAN_THRESHOLD,
        treatMissingData: cloudwatch.TreatMissingData.NOT_BREACHING,
      });
      alarm.addAlarmAction(action);
      alarm.addOkAction(action);
    }
  }

  private makeDashboard(fn: lambda.Function, api: apigateway.RestApi) {
    const stage = api.deploymentStage;
    const graph = (title: string, ...left: cloudwatch.IMetric[]) =>
      new cloudwatch.GraphWidget({ title, left, width: 8 });
    new cloudwatch.Dashboard(this, "Dashboard", {
      widgets: [
        [
          graph("API requests", stage.metricCount()),
          graph("API errors", stage.metricClientError(), stage.metricServerError()),
          graph(
            "API latency (ms, p99)",
            stage.metricLatency({ statistic: "p99" }),
            stage.metricIntegrationLatency({ statistic: "p99" }),
          ),
        ],
        [
          graph(
            "web: invocations",
            fn.metricInvocations(),
            fn.metricErrors(),
            fn.metricThrottles(),
          ),
          graph(
            "web: duration (ms)",
            fn.metricDuration({ statistic: "p99" }),
            fn.metricDuration({ statistic: "Maximum" }),
          ),
          graph("web: concurrency", fn.metric("ConcurrentExecutions", { statistic: "Maximum" })),
        ],
        [
          graph("Database CPU (%)", this.databaseMetric("CPUUtilization")),
          graph("Database connections", this.databaseMetric("DatabaseConnections")),
          graph("Database freeable memory (bytes)", this.databaseMetric("FreeableMemory")),
        ],
      ],
    });
  }
}

const app = new cdk.App();
const stack = new JobsStack(app, NAME);
const tags = { Environment: "prod", Service: "jobs", Team: "platform" };
for (const [key, value] of Object.entries(tags)) {
  cdk.Tags.of(stack).add(key, value);
}
