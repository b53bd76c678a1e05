"""EventBridge invokes functions asynchronously, with the function's own retries and its on-failure destination
[EventBridge user guide, "Event bus targets"; Lambda developer guide, "Invoking a Lambda function
asynchronously"]. MiniStack only invokes once.
"""

import json
import logging

from ministack.services import eventbridge, lambda_svc

from demo.emulator.patching import replace


def install() -> None:
    replace(eventbridge, "_dispatch_to_lambda", ["arn", "payload"], dispatch)


def dispatch(_original, arn: str, payload: str) -> None:
    function, config, name = lambda_svc._get_func_record_for_ref(arn)
    if not function or not config:
        logging.error("an event is lost: %s: there is no such function", name)
        return
    lambda_svc.invoke_async_with_retry(lambda_svc._execution_record_for_config(function, config), json.loads(payload))
