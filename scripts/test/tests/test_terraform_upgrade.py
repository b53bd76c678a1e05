"""The check of an upgrade finds whatever would be destroyed."""

import json
import unittest

from scripts.terraform import upgrade, workspace


def plan(*actions: str) -> str:
    return json.dumps({"resource_changes": [{"address": "aws_lambda_event_source_mapping.stream", "change": {"actions": actions}}]})


class Upgrade(unittest.TestCase):
    def test_moved_changed_and_new_resources_are_no_problem(self) -> None:
        for action in ("no-op", "update", "create"):
            self.assertEqual(upgrade.lost(plan(action)), [])

    def test_destroyed_replaced_and_forgotten_resources_are_reported(self) -> None:
        for actions in (("delete",), ("delete", "create"), ("create", "delete"), ("forget",)):
            (problem,) = upgrade.lost(plan(*actions))
            self.assertIn(f"aws_lambda_event_source_mapping.stream would not be kept ({', '.join(actions)})", problem)

    def test_state_holds_every_module_that_moved(self) -> None:
        state = json.loads((workspace.REPOSITORY / upgrade.FOLDER / "state.json").read_text())
        found = {resource["module"].removeprefix("module.tenant_router.") for resource in state["resources"]}
        for source in ('module.kinesis["clicks"]', 'module.dynamodb_streams["items"]'):
            for part in ("", ".module.router", ".module.bridge[0]", ".module.bridge[0].module.router", ".module.failures[0]"):
                self.assertIn(source + part, found)


if __name__ == "__main__":
    unittest.main()
