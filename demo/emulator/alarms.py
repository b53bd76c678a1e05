"""Returns complete descriptions of alarms to clients of CloudWatch's older XML protocol, such as Terraform's provider.

MiniStack stores all properties of an alarm, but returns only some of them as XML. Every second plan would want to change the alarm.
"""

import json
import time
from xml.sax.saxutils import escape

from ministack.services import cloudwatch

from demo.emulator.patching import replace

ASKED_ONCE = ("AlarmNamePrefix", "StateValue", "MaxRecords", "NextToken")
ASKED_OFTEN = ("AlarmNames", "AlarmTypes")


def install() -> None:
    replace(cloudwatch, "_describe_alarms", ["params", "cbor_data", "is_cbor", "is_json"], describe)


def describe(original, params, cbor_data, is_cbor, is_json=False):
    if is_cbor or is_json:
        return original(params, cbor_data, is_cbor, is_json)
    status, _headers, body = original(params, parameters(params), False, True)
    content = json.loads(body)
    if status != 200:
        return original(params, cbor_data, is_cbor, is_json)
    return cloudwatch._xml(200, "DescribeAlarmsResponse", f"<DescribeAlarmsResult>{xml(content)}</DescribeAlarmsResult>")


def parameters(params: dict) -> dict:
    """The request's parameters, as they are named in JSON."""
    once = {name: cloudwatch._p(params, name) for name in ASKED_ONCE}
    often = {name: list(members(params, name)) for name in ASKED_OFTEN}
    return {name: value for name, value in (once | often).items() if value}


def members(params: dict, name: str):
    place = 1
    while value := cloudwatch._p(params, f"{name}.member.{place}"):
        yield value
        place += 1


def xml(value, name: str = "") -> str:
    match value:
        case dict():
            return "".join(f"<{key}>{xml(part, key)}</{key}>" for key, part in value.items() if part is not None)
        case list():
            return "".join(f"<member>{xml(part)}</member>" for part in value)
        case bool():
            return str(value).lower()
        case _ if name.endswith("Timestamp"):
            return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(float(value)))
        case _:
            return escape(str(value))
