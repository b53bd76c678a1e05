"""The XML description of an alarm has all fields that were put."""

import unittest
from xml.etree import ElementTree

from demo.emulator import alarms


class Described(unittest.TestCase):
    def described(self, **alarm) -> ElementTree.Element:
        return ElementTree.fromstring(f"<Alarm>{alarms.xml(alarm)}</Alarm>")

    def test_xml_has_every_field_and_lists_as_members(self):
        found = self.described(Period=60, ActionsEnabled=True, Dimensions=[{"Name": "QueueName", "Value": "a & b"}], Unit=None)
        self.assertEqual((found.findtext("Period"), found.findtext("ActionsEnabled")), ("60", "true"))
        self.assertEqual(found.findtext("Dimensions/member/Value"), "a & b")
        self.assertIsNone(found.find("Unit"))

    def test_time_has_the_xml_format(self):
        self.assertEqual(self.described(StateUpdatedTimestamp=0).findtext("StateUpdatedTimestamp"), "1970-01-01T00:00:00Z")

    def test_request_parameters_get_their_json_names(self):
        parameters = alarms.parameters({"AlarmNames.member.1": ["a"], "AlarmNames.member.2": ["b"], "MaxRecords": ["5"]})
        self.assertEqual(parameters, {"AlarmNames": ["a", "b"], "MaxRecords": "5"})
