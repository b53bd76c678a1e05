# A task for one tenant: the state machine invokes the router, and the router invokes the tenant-isolated function.
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
  # Input: { "orders": [ { "tenant_id": …, "order": … }, … ] }. Each order is processed under its own tenant's id. A failed
  # order is reported at its position in the result, and the others continue.
  definition = {
    Comment = "Processes every order under its own tenant's id."
    StartAt = "EachOrder"
    States = {
      EachOrder = {
        Type           = "Map"
        ItemsPath      = "$.orders"
        MaxConcurrency = var.max_concurrency
        # The whole item goes to the router, which reads tenant and order from it or fails the task with a named error. A
        # path of the state machine that is missing in one item would be States.Runtime, which Catch cannot handle: it would
        # end the execution with all its orders [Step Functions developer guide "Handling errors in Step Functions
        # workflows"].
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
              # Longer than the router's own timeout, so that the router's error Timeout is caught.
              TimeoutSeconds = module.orders_task.router_timeout_seconds + 10
              # Retry only what certainly did not run, so that no order is processed twice.
              Retry = module.orders_task.retry
              # The error replaces the input, because it might not fit beside a large item.
              Catch = [
                { ErrorEquals = ["TenantRejected", "TaskInvalid"], Next = "Refused" },
                { ErrorEquals = ["BackendThrottled", "BackendMisconfigured", "RegistryUnavailable", "TenantHeld", "Lambda.TooManyRequestsException"], Next = "NotRun" },
                # BackendFailed, timeouts, Lambda's own errors. States.ALL does not catch a result that is too large [Step
                # Functions developer guide "Handling errors in Step Functions workflows"].
                { ErrorEquals = ["States.DataLimitExceeded"], Next = "MayHaveRun" },
                { ErrorEquals = ["States.ALL"], Next = "MayHaveRun" },
              ]
              End = true
            }
            # The input is wrong, so a retry is useless.
            Refused = {
              Type       = "Pass"
              Parameters = { "refused.$" = "$" }
              End        = true
            }
            # An operator must check whether the order was processed.
            MayHaveRun = {
              Type       = "Pass"
              Parameters = { "may_have_run.$" = "$" }
              End        = true
            }
            # Misconfigured, held, or throttled at every attempt: the order can be sent again.
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

  # Step Functions checks the permissions at the first execution.
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
