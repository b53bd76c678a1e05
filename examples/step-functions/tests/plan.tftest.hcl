mock_provider "aws" {
  mock_resource "aws_iam_role" {
    defaults = { arn = "arn:aws:iam::111122223333:role/orders-router" }
  }

  mock_resource "aws_lambda_function" {
    defaults = { arn = "arn:aws:lambda:eu-west-1:111122223333:function:orders-router" }
  }
}

variables {
  backend_arn         = "arn:aws:lambda:eu-west-1:111122223333:function:orders:live"
  artifacts_directory = "../../modules/step-functions-task/tests/fixtures/artifacts"
}

run "it_can_be_planned" {
  command = plan

  assert {
    condition     = aws_sfn_state_machine.orders.name == "orders"
    error_message = "The state machine has another name."
  }
}

run "each_item_is_a_task_of_its_own_tenant_and_nothing_that_may_have_run_is_retried" {
  assert {
    condition     = jsondecode(output.definition).States.EachOrder.ItemProcessor.States.DoOrder.Parameters == { FunctionName = "arn:aws:lambda:eu-west-1:111122223333:function:orders-router", Payload = { "tenant_id.$" = "$.tenant_id", "payload.$" = "$.order" } }
    error_message = "The task invokes something else: ${output.definition}"
  }

  assert {
    condition     = !anytrue([for e in flatten([for r in jsondecode(output.definition).States.EachOrder.ItemProcessor.States.DoOrder.Retry : r.ErrorEquals]) : contains(["BackendFailed", "Timeout", "States.Timeout", "States.ALL", "States.TaskFailed"], e)])
    error_message = "Something that may have run is tried again."
  }

  assert {
    condition     = alltrue([for c in jsondecode(output.definition).States.EachOrder.ItemProcessor.States.DoOrder.Catch : contains(keys(jsondecode(output.definition).States.EachOrder.ItemProcessor.States), c.Next)])
    error_message = "An error is caught into a state that is not there."
  }

  assert {
    condition     = [for c in jsondecode(output.definition).States.EachOrder.ItemProcessor.States.DoOrder.Catch : c.ErrorEquals if c.Next == "NotRun"] == [["BackendThrottled", "BackendMisconfigured", "RegistryUnavailable", "TenantHeld", "Lambda.TooManyRequestsException"]]
    error_message = "Something that may have run is said not to have."
  }
}
