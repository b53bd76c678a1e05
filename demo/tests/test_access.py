"""With IAM enforced in the emulator, a grant on a name applies to that name only; and a stream keeps its tags."""

import json
from collections.abc import Callable

import boto3
from botocore.exceptions import ClientError

from demo.setup import ACCOUNT, REGION
from demo.tests import functions
from demo.tests.emulator_case import EmulatorCase

SERVICES = ("lambda", "events", "cloudwatch", "pipes", "kinesis")


class Access(EmulatorCase):
    variables = {"AUTH": "true"}

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        iam = cls.cloud.client("iam")
        iam.create_user(UserName="u")
        mine = [f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:mine*", f"arn:aws:events:{REGION}:{ACCOUNT}:*mine*"]
        mine += [
            f"arn:aws:cloudwatch:*:{ACCOUNT}:*mine*",
            f"arn:aws:pipes:{REGION}:{ACCOUNT}:pipe/mine*",
            f"arn:aws:kinesis:{REGION}:{ACCOUNT}:*mine*",
        ]
        statements = [{"Effect": "Allow", "Action": [f"{service}:*" for service in (*SERVICES,)], "Resource": mine}]
        policy = json.dumps({"Version": "2012-10-17", "Statement": statements})
        iam.put_user_policy(UserName="u", PolicyName="p", PolicyDocument=policy)
        cls.key = iam.create_access_key(UserName="u")["AccessKey"]

    def user(self, service: str):
        keys = {"aws_access_key_id": self.key["AccessKeyId"], "aws_secret_access_key": self.key["SecretAccessKey"]}
        return boto3.client(service, endpoint_url=self.cloud.endpoint, region_name=REGION, **keys)

    def allowed(self, call: Callable[[], object]) -> bool:
        """Whether the request is allowed. Its result does not matter."""
        try:
            call()
        except ClientError as problem:
            return "AccessDenied" not in problem.response["Error"]["Code"]
        return True

    def test_function_name_must_be_granted(self):
        asked = {"Runtime": "python3.13", "Handler": "h.h", "Role": f"arn:aws:iam::{ACCOUNT}:role/r", "Code": {"ZipFile": functions.code()}}
        created = [self.allowed(lambda name=name: self.user("lambda").create_function(FunctionName=name, **asked)) for name in ("mine", "theirs")]
        self.assertEqual(created, [True, False])

    def test_requests_need_a_grant_on_their_resource(self):
        calls = (
            ("events", lambda events, name: events.describe_archive(ArchiveName=name)),
            ("events", lambda events, name: events.list_targets_by_rule(Rule=name)),
            ("cloudwatch", lambda watch, name: watch.put_dashboard(DashboardName=name, DashboardBody="{}")),
            ("cloudwatch", lambda watch, name: watch.delete_dashboards(DashboardNames=[name])),
            ("cloudwatch", lambda watch, name: watch.delete_alarms(AlarmNames=[name])),
            ("pipes", lambda pipes, name: pipes.describe_pipe(Name=name)),
            ("lambda", lambda functions, name: functions.list_tags(Resource=f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:{name}")),
        )
        for place, (service, call) in enumerate(calls):
            client = self.user(service)
            self.assertEqual([self.allowed(lambda name=name: call(client, name)) for name in ("mine", "theirs")], [True, False], place)

    def test_each_lambda_operation_needs_its_own_grant(self):
        self.allowed_actions("lambda:GetAlias", "lambda:PutFunctionConcurrency", "lambda:InvokeFunction")
        functions, theirs = self.user("lambda"), {"FunctionName": "theirs"}
        self.assertTrue(self.allowed(lambda: functions.get_alias(**theirs, Name="live")))
        self.assertTrue(self.allowed(lambda: functions.put_function_concurrency(**theirs, ReservedConcurrentExecutions=0)))
        self.assertTrue(self.allowed(lambda: functions.invoke(**theirs)))
        self.assertFalse(self.allowed(lambda: functions.list_aliases(**theirs)))
        self.assertFalse(self.allowed(lambda: functions.delete_alias(**theirs, Name="live")))
        self.assertFalse(self.allowed(lambda: functions.delete_function_concurrency(**theirs)))

    def allowed_actions(self, *actions: str) -> None:
        """Grants these actions on all resources, for one test."""
        iam, grant = self.cloud.client("iam"), {"Effect": "Allow", "Action": list(actions), "Resource": "*"}
        iam.put_user_policy(UserName="u", PolicyName="more", PolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [grant]}))
        self.addCleanup(iam.delete_user_policy, UserName="u", PolicyName="more")

    def test_bucket_that_requires_tls_can_be_used(self):
        s3 = self.cloud.client("s3")
        s3.create_bucket(Bucket="mine-with-tls", CreateBucketConfiguration={"LocationConstraint": REGION})
        asks = {"Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": "arn:aws:s3:::mine-with-tls*"}
        condition = {"Bool": {"aws:SecureTransport": "false"}}
        s3.put_bucket_policy(Bucket="mine-with-tls", Policy=json.dumps({"Version": "2012-10-17", "Statement": [asks | {"Condition": condition}]}))
        self.allowed_actions("s3:ListBucket")
        self.assertTrue(self.allowed(lambda: self.user("s3").list_objects_v2(Bucket="mine-with-tls")))

    def test_send_message_grant_covers_batches(self):
        url = self.cloud.client("sqs").create_queue(QueueName="mine")["QueueUrl"]
        iam = self.cloud.client("iam")
        grant = {"Effect": "Allow", "Action": "sqs:SendMessage", "Resource": f"arn:aws:sqs:{REGION}:{ACCOUNT}:mine"}
        iam.put_user_policy(UserName="u", PolicyName="send", PolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [grant]}))
        self.addCleanup(iam.delete_user_policy, UserName="u", PolicyName="send")
        sqs = self.user("sqs")
        self.assertTrue(self.allowed(lambda: sqs.send_message_batch(QueueUrl=url, Entries=[{"Id": "1", "MessageBody": "{}"}])))
        self.assertFalse(self.allowed(lambda: sqs.purge_queue(QueueUrl=url)))

    def test_table_policy_can_deny_a_role(self):
        dynamodb = self.cloud.client("dynamodb")
        keys = {"KeySchema": [{"AttributeName": "k", "KeyType": "HASH"}], "AttributeDefinitions": [{"AttributeName": "k", "AttributeType": "S"}]}
        arn = dynamodb.create_table(TableName="table", BillingMode="PAY_PER_REQUEST", **keys)["TableDescription"]["TableArn"]
        iam = self.cloud.client("iam")
        grant = {"Effect": "Allow", "Action": "dynamodb:BatchGetItem", "Resource": arn}
        iam.put_user_policy(UserName="u", PolicyName="read", PolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [grant]}))
        self.addCleanup(iam.delete_user_policy, UserName="u", PolicyName="read")
        read = lambda: self.user("dynamodb").batch_get_item(RequestItems={"table": {"Keys": [{"k": {"S": "x"}}]}})  # noqa: E731
        self.assertTrue(self.allowed(read))
        denial = grant | {"Effect": "Deny", "Principal": {"AWS": f"arn:aws:iam::{ACCOUNT}:user/u"}}
        dynamodb.put_resource_policy(ResourceArn=arn, Policy=json.dumps({"Version": "2012-10-17", "Statement": [denial]}))
        self.assertFalse(self.allowed(read))
        dynamodb.delete_resource_policy(ResourceArn=arn)
        self.assertTrue(self.allowed(read))

    def test_grant_on_a_table_stream_allows_reading(self):
        dynamodb = self.cloud.client("dynamodb")
        keys = {"KeySchema": [{"AttributeName": "k", "KeyType": "HASH"}], "AttributeDefinitions": [{"AttributeName": "k", "AttributeType": "S"}]}
        stream = {"StreamSpecification": {"StreamEnabled": True, "StreamViewType": "KEYS_ONLY"}}
        made = {name: dynamodb.create_table(TableName=name, BillingMode="PAY_PER_REQUEST", **keys, **stream) for name in ("mine", "theirs")}
        arns = {name: each["TableDescription"]["LatestStreamArn"] for name, each in made.items()}
        iam, grant = (
            self.cloud.client("iam"),
            {"Effect": "Allow", "Action": "dynamodb:*", "Resource": f"arn:aws:dynamodb:{REGION}:{ACCOUNT}:table/mine*"},
        )
        iam.put_user_policy(UserName="u", PolicyName="read", PolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [grant]}))
        self.addCleanup(iam.delete_user_policy, UserName="u", PolicyName="read")
        owner, user = self.cloud.client("dynamodbstreams"), self.user("dynamodbstreams")
        for name, arn in arns.items():
            shard = owner.describe_stream(StreamArn=arn)["StreamDescription"]["Shards"][0]["ShardId"]
            at = owner.get_shard_iterator(StreamArn=arn, ShardId=shard, ShardIteratorType="TRIM_HORIZON")["ShardIterator"]
            self.assertEqual(self.allowed(lambda arn=arn: user.describe_stream(StreamArn=arn)), name == "mine")
            self.assertEqual(self.allowed(lambda at=at: user.get_records(ShardIterator=at)), name == "mine")

    def test_stream_keeps_its_creation_tags(self):
        kinesis = self.cloud.client("kinesis")
        kinesis.create_stream(StreamName="tagged", ShardCount=1, Tags={"run": "1"})
        self.assertEqual(kinesis.list_tags_for_stream(StreamName="tagged")["Tags"], [{"Key": "run", "Value": "1"}])
        tagged = self.cloud.client("resourcegroupstaggingapi").get_resources(TagFilters=[{"Key": "run", "Values": ["1"]}])
        self.assertEqual([each["ResourceARN"].rpartition("/")[2] for each in tagged["ResourceTagMappingList"]], ["tagged"])
