mock_provider "aws" {}

run "resources_of_the_same_run_can_be_adopted" {
  command = plan

  module {
    source = "./tests/fixtures/one_run"
  }

  assert {
    condition     = output.router_function_names == ["orders-router", "orders-bridge-router"]
    error_message = "The routers are not planned."
  }
}
