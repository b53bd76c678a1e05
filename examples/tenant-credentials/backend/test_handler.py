"""That the backend uses the invocation's credentials and no others.

Run: python3 -m unittest discover -s examples/tenant-credentials/backend

boto3 comes with Lambda's runtime and need not be here: what stands in for it writes down who asked for what.
"""

import contextlib
import io
import os
import sys
import types
import unittest

ASKED = []
DENIED = set()


class ClientError(Exception):
    operation_name = "PutObject"
    response = {"Error": {"Code": "AccessDenied"}}


class Session:
    def __init__(self, **credentials):
        self.credentials = credentials
        ASKED.append(("session", credentials["aws_access_key_id"]))

    def client(self, _service):
        return self

    def resource(self, _service):
        return self

    def Table(self, _name):
        return self

    def put_object(self, Bucket, Key, Body, ContentType):
        if Key in DENIED:
            raise ClientError
        ASKED.append(("object", self.credentials["aws_access_key_id"], Bucket, Key, Body, ContentType))

    def put_item(self, Item):
        ASKED.append(("item", self.credentials["aws_access_key_id"], Item["tenant_id"], Item["id"]))


exceptions = types.ModuleType("botocore.exceptions")
exceptions.ClientError = ClientError
boto3 = types.ModuleType("boto3")
boto3.Session = Session
sys.modules |= {"boto3": boto3, "botocore": types.ModuleType("botocore"), "botocore.exceptions": exceptions}
os.environ |= {"BUCKET": "orders", "TABLE": "orders"}

import handler  # noqa: E402 (after what stands in for boto3)


def context(tenant, key):
    custom = {"AWS_ACCESS_KEY_ID": key, "AWS_SECRET_ACCESS_KEY": "secret", "AWS_SESSION_TOKEN": "token"}
    return types.SimpleNamespace(tenant_id=tenant, client_context=types.SimpleNamespace(custom=custom))


def event(*orders):
    records = [{"messageId": f"m-{order}", "body": f'{{"tenantId":"blue","id":"{order}"}}'} for order in orders]
    return {"Records": records}


class Handler(unittest.TestCase):
    def setUp(self):
        ASKED.clear()
        DENIED.clear()
        handler.places.cache_clear()

    def test_an_order_is_kept_under_its_tenant_with_the_tenants_credentials(self):
        self.assertEqual(handler.handler(event("1"), context("blue", "KEY-BLUE")), {"batchItemFailures": []})
        body = b'{"tenantId":"blue","id":"1"}'
        self.assertEqual(
            ASKED,
            [
                ("session", "KEY-BLUE"),
                ("object", "KEY-BLUE", "orders", "tenants/blue/1.json", body, "application/json"),
                ("item", "KEY-BLUE", "blue", "1"),
            ],
        )

    def test_clients_are_kept_while_the_credentials_stay_and_not_longer(self):
        for key in ("KEY-1", "KEY-1", "KEY-2"):
            handler.handler(event("1"), context("blue", key))
        self.assertEqual([asked[1] for asked in ASKED if asked[0] == "session"], ["KEY-1", "KEY-2"])
        self.assertEqual([asked[1] for asked in ASKED if asked[0] == "item"], ["KEY-1", "KEY-1", "KEY-2"])

    def test_what_is_denied_is_to_come_again_and_the_others_are_kept(self):
        DENIED.add("tenants/blue/1.json")
        said = io.StringIO()
        with contextlib.redirect_stdout(said):
            answer = handler.handler(event("1", "2"), context("blue", "KEY-BLUE"))
        self.assertEqual(answer, {"batchItemFailures": [{"itemIdentifier": "m-1"}]})
        self.assertEqual(said.getvalue(), '{"message_id": "m-1", "operation": "PutObject", "error": "AccessDenied"}\n')

    def test_without_credentials_nothing_is_done_and_the_error_says_what_to_do(self):
        for without in (None, types.SimpleNamespace(custom=None), types.SimpleNamespace(custom={})):
            with self.assertRaisesRegex(RuntimeError, "give the router's module `credentials`"):
                handler.handler(event("1"), types.SimpleNamespace(tenant_id="blue", client_context=without))
        self.assertEqual(ASKED, [])


if __name__ == "__main__":
    unittest.main()
