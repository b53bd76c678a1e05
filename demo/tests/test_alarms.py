"""An alarm is described in XML as whole as it was put."""

import unittest
from xml.etree import ElementTree

from demo.emulator import alarms


class Described(unittest.TestCase):
    def described(self, **alarm) -> ElementTree.Element:
        return ElementTree.fromstring(f"<Alarm>{alarms.xml(alarm)}</Alarm>")

    def test_every_field_is_there_with_lists_as_members(self):
        told = self.described(Period=60, ActionsEnabled=True, Dimensions=[{"Name": "QueueName", "Value": "a & b"}], Unit=None)
        self.assertEqual((told.findtext("Period"), told.findtext("ActionsEnabled")), ("60", "true"))
        self.assertEqual(told.findtext("Dimensions/member/Value"), "a & b")
        self.assertIsNone(told.find("Unit"))

    def test_a_moment_is_told_as_xml_has_it(self):
        self.assertEqual(self.described(StateUpdatedTimestamp=0).findtext("StateUpdatedTimestamp"), "1970-01-01T00:00:00Z")

    def test_parameters_of_the_request_are_read_as_they_are_in_json(self):
        asked = alarms.asked({"AlarmNames.member.1": ["a"], "AlarmNames.member.2": ["b"], "MaxRecords": ["5"]})
        self.assertEqual(asked, {"AlarmNames": ["a", "b"], "MaxRecords": "5"})
