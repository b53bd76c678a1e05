"""Keeps each order as an object and as an item of its tenant, with credentials that are good for this tenant only.

The function's own role may touch neither bucket nor table. So even where the code below is wrong, or made to do
something wrong by what a record says, it cannot read or write what is another tenant's.
"""

import json
import os
from functools import lru_cache

import boto3
from botocore.exceptions import ClientError


def handler(event, context):
    """Answers as an SQS handler does: the records that could not be kept are to come again."""
    objects, items = places(**credentials(context))
    failed = [record["messageId"] for record in event["Records"] if not kept(record, context.tenant_id, objects, items)]
    return {"batchItemFailures": [{"itemIdentifier": message_id} for message_id in failed]}


def kept(record, tenant, objects, items):
    """Whether the order now stands in both places. To keep an order twice is the same as once."""
    order = json.loads(record["body"])
    try:
        objects.put_object(
            Bucket=os.environ["BUCKET"],
            Key=f"tenants/{tenant}/{order['id']}.json",
            Body=record["body"].encode(),
            ContentType="application/json",
        )
        items.put_item(Item={"tenant_id": tenant, "id": order["id"], "message_id": record["messageId"]})
    except ClientError as error:
        refused = {"message_id": record["messageId"], "operation": error.operation_name}
        print(json.dumps({**refused, "error": error.response["Error"]["Code"]}))
        return False
    return True


def credentials(context):
    """The tenant's credentials, which the router puts into the invocation's ClientContext."""
    custom = getattr(context.client_context, "custom", None) or {}
    try:
        return {
            "aws_access_key_id": custom["AWS_ACCESS_KEY_ID"],
            "aws_secret_access_key": custom["AWS_SECRET_ACCESS_KEY"],
            "aws_session_token": custom["AWS_SESSION_TOKEN"],
        }
    except KeyError as missing:
        remedy = "give the router's module `credentials`"
        raise RuntimeError(f"no tenant credentials: ClientContext custom {missing}: {remedy}") from None


@lru_cache(maxsize=1)
def places(**of_tenant):
    """Bucket and table as this tenant sees them. Making clients is slow, so they are kept until the credentials change;
    an environment is one tenant's alone, but that is not relied on here: other credentials, other clients.
    """
    session = boto3.Session(**of_tenant)
    return session.client("s3"), session.resource("dynamodb").Table(os.environ["TABLE"])
