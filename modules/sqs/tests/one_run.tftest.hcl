mock_provider "aws" {}

run "a_queue_of_the_same_run_can_be_adopted" {
  command = plan

  module {
    source = "./tests/fixtures/one_run"
  }

  assert {
    condition     = output.router_function_name == "orders-router"
    error_message = "The router is not planned."
  }
}
