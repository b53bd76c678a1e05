# A task for one tenant: a state machine invokes it, and it invokes the tenant-isolated function.
module "orders_task" {
  source = "../../modules/step-functions-task"

  name      = var.name
  artifacts = { directory = var.artifacts_directory }
  router    = { architecture = var.architecture }

  backend = {
    function        = var.backend_arn
    timeout_seconds = var.backend_timeout_seconds
  }

  # A task's input is { "item": … }, whatever the item is: see EachOrder.
  tenant_id = { from = [{ path = "$.item.tenant_id" }] }
  payload   = "$.item.order"
}

locals {
  # Input: { "orders": [ { "tenant_id": …, "order": … }, … ] }. Each order is done under its own tenant's id; one that fails is
  # told in its place of the result, and the others go on.
  definition = {
    Comment = "Does every order under its own tenant's id."
    StartAt = "EachOrder"
    States = {
      EachOrder = {
        Type           = "Map"
        ItemsPath      = "$.orders"
        MaxConcurrency = var.max_concurrency
        # The item goes to the router whole, which finds tenant and order in it or fails the task by name. A path of the state
        # machine's own that leads nowhere in one item would be States.Runtime, which no Catch takes: it ends the execution,
        # with everybody's orders [Step Functions developer guide "Handling errors in Step Functions workflows"].
        ItemSelector = { "item.$" = "$$.Map.Item.Value" }
        ItemProcessor = {
          ProcessorConfig = { Mode = "INLINE" }
          StartAt         = "DoOrder"
          States = {
            DoOrder = {
              Type     = "Task"
              Resource = "arn:aws:states:::lambda:invoke"
              Parameters = {
                FunctionName = module.orders_task.router_function_arn
                "Payload.$"  = "$"
              }
              ResultSelector = { "done.$" = "$.Payload" }
              # Longer than the router's own, so that its Timeout is what is caught.
              TimeoutSeconds = module.orders_task.router_timeout_seconds + 10
              # Only what certainly did not run: an order must not be done twice.
              Retry = module.orders_task.retry
              # The error takes the input's place: beside a large item it might not fit.
              Catch = [
                { ErrorEquals = ["TenantRejected", "TaskInvalid"], Next = "Refused" },
                { ErrorEquals = ["BackendThrottled", "BackendMisconfigured", "RegistryUnavailable", "TenantHeld", "Lambda.TooManyRequestsException"], Next = "NotRun" },
                # BackendFailed, timeouts, Lambda's own errors. States.ALL does not catch an answer that is too large
                # [Step Functions developer guide "Handling errors in Step Functions workflows"].
                { ErrorEquals = ["States.DataLimitExceeded"], Next = "MayHaveRun" },
                { ErrorEquals = ["States.ALL"], Next = "MayHaveRun" },
              ]
              End = true
            }
            # The input is wrong: trying again is of no use.
            Refused = {
              Type       = "Pass"
              Parameters = { "refused.$" = "$" }
              End        = true
            }
            # Someone has to look whether the order was done.
            MayHaveRun = {
              Type       = "Pass"
              Parameters = { "may_have_run.$" = "$" }
              End        = true
            }
            # Misconfigured, held, or throttled until the attempts were used up: the order can be sent again.
            NotRun = {
              Type       = "Pass"
              Parameters = { "not_run.$" = "$" }
              End        = true
            }
          }
        }
        End = true
      }
    }
  }
}

resource "aws_sfn_state_machine" "orders" {
  #checkov:skip=CKV_AWS_284: X-Ray is the account's choice; the router hands a trace on
  #checkov:skip=CKV_AWS_285: an execution's history holds tenants' payloads, so it is not copied into a log

  name       = var.name
  role_arn   = aws_iam_role.state_machine.arn
  definition = jsonencode(local.definition)

  # Step Functions tries the permissions out at the first execution.
  depends_on = [aws_iam_role_policy.state_machine]
}

resource "aws_iam_role" "state_machine" {
  name = "${var.name}-state-machine"

  assume_role_policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = ["sts:AssumeRole"], Principal = { Service = ["states.amazonaws.com"] } }]
  })
}

resource "aws_iam_role_policy" "state_machine" {
  name   = "invoke-task-router"
  role   = aws_iam_role.state_machine.name
  policy = module.orders_task.invoke_policy_json
}
