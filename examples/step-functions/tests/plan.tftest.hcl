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
    error_message = "The state machine's name is wrong."
  }
}

run "a_malformed_item_ends_no_other" {
  assert {
    condition     = jsondecode(output.definition).States.EachOrder.ItemSelector == { "item.$" = "$$.Map.Item.Value" }
    error_message = "The item does not reach the router whole: ${output.definition}"
  }

  assert {
    condition     = jsondecode(output.definition).States.EachOrder.ItemProcessor.States.DoOrder.Parameters == { FunctionName = "arn:aws:lambda:eu-west-1:111122223333:function:orders-router", "Payload.$" = "$" }
    error_message = "The task invokes the wrong function, or reads paths inside the item: ${output.definition}"
  }

  assert {
    condition     = jsondecode(module.orders_task.router_config).tenant_id.from == [{ path = "$.item.tenant_id" }] && jsondecode(module.orders_task.router_config).task == { payload = "$.item.order" }
    error_message = "The router's paths of tenant and order are wrong: ${module.orders_task.router_config}"
  }

  # The only paths that always exist: the selector's item, Lambda's payload, and an error's whole output.
  assert {
    condition     = toset(regexall("\"[$][^\"]*\"", output.definition)) == toset(["\"$\"", "\"$$.Map.Item.Value\"", "\"$.orders\"", "\"$.Payload\""])
    error_message = "A path may be missing, which is States.Runtime: ${output.definition}"
  }

  assert {
    condition     = !anytrue([for c in jsondecode(output.definition).States.EachOrder.ItemProcessor.States.DoOrder.Catch : contains(keys(c), "ResultPath")])
    error_message = "An error is stored beside the item, where it might not fit."
  }
}

run "only_what_did_not_run_is_retried_and_not_for_ever" {
  assert {
    condition     = !anytrue([for e in flatten([for r in jsondecode(output.definition).States.EachOrder.ItemProcessor.States.DoOrder.Retry : r.ErrorEquals]) : contains(["BackendFailed", "Timeout", "States.Timeout", "States.ALL", "States.TaskFailed"], e)])
    error_message = "Something that may have run is retried."
  }

  assert {
    condition     = [for r in jsondecode(output.definition).States.EachOrder.ItemProcessor.States.DoOrder.Retry : r.MaxAttempts] == [6]
    error_message = "The number of retries is wrong."
  }
}

run "each_error_is_reported_at_its_position" {
  assert {
    condition     = alltrue([for c in jsondecode(output.definition).States.EachOrder.ItemProcessor.States.DoOrder.Catch : contains(keys(jsondecode(output.definition).States.EachOrder.ItemProcessor.States), c.Next)])
    error_message = "An error is caught into a missing state."
  }

  assert {
    condition     = [for c in jsondecode(output.definition).States.EachOrder.ItemProcessor.States.DoOrder.Catch : c.ErrorEquals if c.Next == "NotRun"] == [["BackendThrottled", "BackendMisconfigured", "RegistryUnavailable", "TenantHeld", "Lambda.TooManyRequestsException"]]
    error_message = "Something that may have run is reported as not run."
  }

  assert {
    condition     = [for c in jsondecode(output.definition).States.EachOrder.ItemProcessor.States.DoOrder.Catch : c.ErrorEquals if c.Next == "Refused"] == [["TenantRejected", "TaskInvalid"]]
    error_message = "An error of the item ends in the wrong state."
  }

  assert {
    condition     = { for name in ["Refused", "MayHaveRun", "NotRun"] : name => jsondecode(output.definition).States.EachOrder.ItemProcessor.States[name].Parameters } == { Refused = { "refused.$" = "$" }, MayHaveRun = { "may_have_run.$" = "$" }, NotRun = { "not_run.$" = "$" } }
    error_message = "An error is not reported at its item's position: ${output.definition}"
  }
}
