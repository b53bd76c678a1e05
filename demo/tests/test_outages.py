"""A table that is unavailable in the emulator fails every request, and is unchanged when it is back."""

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

from demo.tests.emulator_case import EmulatorCase


class Outages(EmulatorCase):
    def setUp(self):
        # The SDK's own retries would only take time.
        impatient = Config(retries={"total_max_attempts": 1})
        keys = {"aws_access_key_id": "demo", "aws_secret_access_key": "demo"}
        self.dynamodb = boto3.client("dynamodb", endpoint_url=self.cloud.endpoint, region_name="eu-west-1", config=impatient, **keys)
        self.arns = {name: self.table(name) for name in ("registry", "another")}
        self.addCleanup(self.cloud.outages.unlink, missing_ok=True)

    def table(self, name: str) -> str:
        made = self.dynamodb.create_table(
            TableName=name,
            KeySchema=[{"AttributeName": "tenant_id", "KeyType": "HASH"}],
            AttributeDefinitions=[{"AttributeName": "tenant_id", "AttributeType": "S"}],
            BillingMode="PAY_PER_REQUEST",
        )
        self.addCleanup(self.dynamodb.delete_table, TableName=name)
        self.dynamodb.put_item(TableName=name, Item={"tenant_id": {"S": "anvil"}})
        return made["TableDescription"]["TableArn"]

    def read(self, table: str) -> list[dict]:
        answer = self.dynamodb.batch_get_item(RequestItems={table: {"Keys": [{"tenant_id": {"S": "anvil"}}]}})
        return [item for items in answer["Responses"].values() for item in items]

    def test_unavailable_table_cannot_be_read_or_written(self):
        for said in ("registry", self.arns["registry"]):
            self.cloud.outages.write_text(said)
            for asked in ("registry", self.arns["registry"]):
                with self.subTest(said=said, asked=asked), self.assertRaisesRegex(ClientError, "InternalServerError"):
                    self.read(asked)
        with self.assertRaisesRegex(ClientError, "InternalServerError"):
            self.dynamodb.put_item(TableName="registry", Item={"tenant_id": {"S": "birch"}})

    def test_other_tables_stay_available(self):
        self.cloud.outages.write_text("registry")
        self.assertEqual(len(self.read("another")), 1)

    def test_table_is_unchanged_after_an_outage(self):
        self.cloud.outages.write_text("registry")
        self.cloud.outages.unlink()
        self.assertEqual(self.read(self.arns["registry"]), [{"tenant_id": {"S": "anvil"}}])
