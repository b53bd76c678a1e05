"""The IAM actions for everything that the acceptance test creates, does or reads.

`TYPES` has the calls of Terraform's provider to create, read, tag and delete a resource of a type, `USES` the calls while an example is
used, `ASKING` those of a question. A test checks that `TYPES` has exactly the types that the examples create.
"""

READ_ROLE = ("iam:GetRole", "iam:GetRolePolicy", "iam:ListAttachedRolePolicies", "iam:ListInstanceProfilesForRole", "iam:ListRolePolicies")
FUNCTION = (
    "iam:PassRole",
    "lambda:CreateFunction",
    "lambda:DeleteFunction",
    "lambda:GetFunction",
    "lambda:GetFunctionCodeSigningConfig",
    "lambda:GetFunctionConfiguration",
    "lambda:ListTags",
    "lambda:ListVersionsByFunction",
    "lambda:TagResource",
)
MAPPING = (
    "lambda:CreateEventSourceMapping",
    "lambda:DeleteEventSourceMapping",
    "lambda:GetEventSourceMapping",
    "lambda:ListTags",
    "lambda:TagResource",
    "lambda:UpdateEventSourceMapping",
)
LOG_GROUP = (
    "logs:CreateLogGroup",
    "logs:DeleteLogGroup",
    "logs:DescribeLogGroups",
    "logs:ListTagsForResource",
    "logs:PutRetentionPolicy",
    "logs:TagResource",
)
ROLE = ("iam:CreateRole", "iam:DeleteRole", "iam:DeleteRolePolicy", "iam:PutRolePolicy", "iam:TagRole", *READ_ROLE)
QUEUE = (
    "sqs:CreateQueue",
    "sqs:DeleteQueue",
    "sqs:GetQueueAttributes",
    "sqs:GetQueueUrl",
    "sqs:ListQueueTags",
    "sqs:SetQueueAttributes",
    "sqs:TagQueue",
)
READ_QUEUE = ("sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:ReceiveMessage", "sqs:SetQueueAttributes")
# The provider reads every setting of a bucket, whether it is set or not.
BUCKET = (
    "s3:CreateBucket",
    "s3:DeleteBucket",
    "s3:DeleteObject",
    "s3:DeleteObjectVersion",
    "s3:GetAccelerateConfiguration",
    "s3:GetBucket*",
    "s3:GetEncryptionConfiguration",
    "s3:GetLifecycleConfiguration",
    "s3:GetReplicationConfiguration",
    "s3:ListBucket",
    "s3:ListBucketVersions",
    "s3:ListTagsForResource",
    "s3:PutBucketTagging",
    "s3:TagResource",
)
STREAM = (
    "kinesis:AddTagsToStream",
    "kinesis:CreateStream",
    "kinesis:DeleteStream",
    "kinesis:DescribeStream",
    "kinesis:DescribeStreamSummary",
    "kinesis:IncreaseStreamRetentionPeriod",
    "kinesis:ListTagsForResource",
    "kinesis:ListTagsForStream",
    "kinesis:StartStreamEncryption",
    "kinesis:TagResource",
)
RULE_TAGS = ("events:ListTagsForResource", "events:TagResource")
STATES = ("iam:PassRole", "states:CreateStateMachine", "states:DeleteStateMachine", "states:TagResource")

TYPES: dict[str, tuple[str, ...]] = {
    "aws_cloudwatch_dashboard": ("cloudwatch:DeleteDashboards", "cloudwatch:GetDashboard", "cloudwatch:PutDashboard"),
    "aws_cloudwatch_event_archive": ("events:CreateArchive", "events:DeleteArchive", "events:DescribeArchive"),
    "aws_cloudwatch_event_bus": ("events:CreateEventBus", "events:DeleteEventBus", "events:DescribeEventBus", *RULE_TAGS),
    "aws_cloudwatch_event_rule": ("events:DeleteRule", "events:DescribeRule", "events:PutRule", *RULE_TAGS),
    "aws_cloudwatch_event_target": ("events:ListTargetsByRule", "events:PutTargets", "events:RemoveTargets"),
    "aws_cloudwatch_log_group": LOG_GROUP,
    "aws_cloudwatch_metric_alarm": (
        "cloudwatch:DeleteAlarms",
        "cloudwatch:DescribeAlarms",
        "cloudwatch:ListTagsForResource",
        "cloudwatch:PutMetricAlarm",
        "cloudwatch:TagResource",
    ),
    "aws_dynamodb_table": (
        "dynamodb:CreateTable",
        "dynamodb:DeleteTable",
        "dynamodb:DescribeContinuousBackups",
        "dynamodb:DescribeTable",
        "dynamodb:DescribeTimeToLive",
        "dynamodb:ListTagsOfResource",
        "dynamodb:TagResource",
        "dynamodb:UpdateContinuousBackups",
        "dynamodb:UpdateTable",
    ),
    "aws_dynamodb_table_item": ("dynamodb:DeleteItem", "dynamodb:GetItem", "dynamodb:PutItem"),
    "aws_iam_role": ROLE,
    "aws_iam_role_policy": ROLE,
    "aws_kinesis_stream": STREAM,
    "aws_kinesis_stream_consumer": (
        "kinesis:DeregisterStreamConsumer",
        "kinesis:DescribeStreamConsumer",
        "kinesis:ListTagsForResource",
        "kinesis:RegisterStreamConsumer",
        "kinesis:TagResource",
    ),
    "aws_lambda_alias": ("lambda:CreateAlias", "lambda:DeleteAlias", "lambda:GetAlias", "lambda:PublishVersion"),
    "aws_lambda_event_source_mapping": MAPPING,
    "aws_lambda_function": FUNCTION,
    "aws_pipes_pipe": (
        "iam:PassRole",
        "pipes:CreatePipe",
        "pipes:DeletePipe",
        "pipes:DescribePipe",
        "pipes:ListTagsForResource",
        "pipes:TagResource",
    ),
    "aws_s3_bucket": BUCKET,
    "aws_s3_bucket_lifecycle_configuration": ("s3:PutLifecycleConfiguration",),
    "aws_s3_bucket_policy": ("s3:DeleteBucketPolicy", "s3:PutBucketPolicy"),
    "aws_s3_bucket_public_access_block": ("s3:PutBucketPublicAccessBlock",),
    "aws_s3_bucket_server_side_encryption_configuration": ("s3:PutEncryptionConfiguration",),
    "aws_s3_bucket_versioning": ("s3:PutBucketVersioning",),
    "aws_sfn_state_machine": (
        *STATES,
        "states:DescribeStateMachine",
        "states:ListStateMachineVersions",
        "states:ListTagsForResource",
        "states:ValidateStateMachineDefinition",
    ),
    "aws_sqs_queue": QUEUE,
    "aws_sqs_queue_policy": ("sqs:GetQueueAttributes", "sqs:SetQueueAttributes"),
}

SEND = ("sqs:SendMessage",)
# Settings that are changed for a while, and the failure records of a stream.
STORY_OF_STREAM = ("lambda:GetEventSourceMapping", "lambda:UpdateEventSourceMapping", "s3:GetObject", "s3:ListBucket", *READ_QUEUE)
READ_STREAM = ("dynamodb:DescribeStream", "dynamodb:GetRecords", "dynamodb:GetShardIterator")
TASK = ("states:DescribeExecution", "states:StartExecution")

USES: dict[str, tuple[str, ...]] = {
    "complete": ("dynamodb:PutItem", "events:PutEvents", "kinesis:PutRecord", *SEND),
    "dynamodb-stream": ("dynamodb:DeleteItem", "dynamodb:PutItem", *READ_STREAM, *STORY_OF_STREAM),
    "eventbridge-buffered": ("events:PutEvents", *READ_QUEUE),
    "kinesis-fan-out": ("kinesis:PutRecords", *STORY_OF_STREAM),
    "pipes-enrichment": SEND,
    "s3-artifacts": ("s3:GetObject", "s3:GetObjectTagging", "s3:PutObject", *SEND),
    "sqs-existing-backend": (*SEND, *READ_QUEUE),
    "sqs-fifo-existing-queue": SEND,
    "sqs-quickstart": ("lambda:DeleteFunctionConcurrency", "lambda:PutFunctionConcurrency", *SEND, *READ_QUEUE),
    "step-functions": TASK,
    "tenant-credentials": ("dynamodb:GetItem", "s3:ListBucket", *SEND),
    "tenant-registry": ("dynamodb:DeleteResourcePolicy", "dynamodb:PutResourcePolicy", *SEND, *READ_QUEUE),
}

NEEDS: dict[str, tuple[str, ...]] = {
    "backend": (*FUNCTION, *LOG_GROUP, *ROLE),
    "queue": QUEUE,
    "bucket": (*BUCKET, "s3:PutObject"),
}

ASKING: dict[str, tuple[str, ...]] = {
    "FirstRecordNamed": (*STREAM, *FUNCTION, *MAPPING, *LOG_GROUP, *ROLE, "kinesis:PutRecords"),
    "KafkaIdentifier": (),
    "TenantIdInSdkIntegration": (*STATES, *TASK, *ROLE),
    "PlatformLines": (),
    "ClientContextInCloudTrail": ("cloudtrail:DescribeTrails", "cloudtrail:GetEventSelectors", "cloudtrail:LookupEvents", "lambda:InvokeFunction"),
}

# Actions on listings, which have no resource [Service Authorization Reference].
LISTINGS = (
    "cloudwatch:DescribeAlarms",
    "cloudwatch:ListDashboards",
    "dynamodb:ListTables",
    "events:ListArchives",
    "events:ListEventBuses",
    "events:ListRules",
    "iam:ListRoles",
    "kinesis:ListStreams",
    "lambda:GetAccountSettings",
    "lambda:ListEventSourceMappings",
    "lambda:ListFunctions",
    "logs:DescribeLogGroups",
    "pipes:ListPipes",
    "s3:ListAllMyBuckets",
    "sqs:ListQueues",
    "states:ListStateMachines",
    "tag:GetResources",
)
# What every run needs: looking for leftovers, and reading logs.
ALWAYS = (*LISTINGS, "logs:FilterLogEvents")
