"""Everything with the run's name or tag is found, and nothing that belongs to others."""

import unittest

from acceptance.leftovers import LISTED, by_name, by_tag, entries, without_stale
from acceptance.tests.clients import Client, target

RUN = "accept-0a1b2c"


def listing(kind: str, name: str) -> dict[str, Client]:
    """Clients that list one resource of a kind, and none of any other kind."""
    clients: dict[str, Client] = {}
    for each, service, operation, _, answer, field in LISTED:
        entry = name if field is None else {field: name}
        clients.setdefault(service, Client()).answers[operation] = {answer: [entry] if each == kind else []}
    return clients


# The form of each kind's name in a listing, if it is not just the name.
NAMES = {
    "log group": "/aws/lambda/{}",
    "queue": "https://sqs.eu-west-1.amazonaws.com/123456789012/{}",
    "event source mapping": "arn:aws:lambda:eu-west-1:123456789012:function:{}",
}


class ByName(unittest.TestCase):
    def found(self, kind: str, name: str) -> list[str]:
        return by_name(target(**listing(kind, NAMES.get(kind, "{}").format(name))), RUN)

    def test_each_kind_is_found_by_the_run_name(self):
        for kind, *_ in LISTED:
            found = self.found(kind, f"{RUN}-orders-router")
            self.assertEqual([each.startswith(f"{kind} ") for each in found], [True], kind)

    def test_resources_of_others_are_not_found(self):
        for kind, *_ in LISTED:
            for name in ("orders-router", "accept-999999-orders", f"my-{RUN}"):
                self.assertEqual(self.found(kind, name), [], kind)

    def test_every_page_is_read(self):
        pages = {None: {"Rules": [1], "NextToken": "more"}, "more": {"Rules": [2]}}
        client = Client(list_rules=lambda NextToken=None, **_: pages[NextToken])
        self.assertEqual(list(entries(client, "list_rules", "Rules", {"NamePrefix": RUN})), [1, 2])


class Pages:
    def __init__(self, *pages):
        self.pages = pages

    def get_paginator(self, _operation):
        return self

    def paginate(self, **asked):
        self.asked = asked
        return self.pages


class ByTag(unittest.TestCase):
    def test_all_pages_of_the_tag_are_read(self):
        pages = Pages(*({"ResourceTagMappingList": [{"ResourceARN": arn}]} for arn in ("arn:aws:sqs:r:a:one", "arn:aws:s3:::two")))
        self.assertEqual(by_tag(target(resourcegroupstaggingapi=pages), RUN), ["arn:aws:sqs:r:a:one", "arn:aws:s3:::two"])
        self.assertEqual(pages.asked["TagFilters"], [{"Key": "tenant-router-acceptance", "Values": [RUN]}])

    def test_resources_only_in_the_tag_index_are_stale(self):
        tagged = ["arn:aws:sqs:eu-west-1:1:gone", "arn:aws:states:eu-west-1:1:stateMachine:gone"]
        self.assertEqual(without_stale(tagged, []), ([], tagged))

    def test_nothing_is_stale_while_a_name_is_left(self):
        self.assertEqual(without_stale(["arn:aws:sqs:eu-west-1:1:x"], ["queue x"]), (["arn:aws:sqs:eu-west-1:1:x"], []))

    def test_resources_without_a_listing_are_never_stale(self):
        self.assertEqual(without_stale(["arn:aws:ec2:eu-west-1:1:instance/i-1"], []), (["arn:aws:ec2:eu-west-1:1:instance/i-1"], []))
