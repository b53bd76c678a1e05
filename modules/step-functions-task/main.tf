module "router" {
  source = "../router-function"

  name         = "${var.name}-router"
  artifacts    = var.artifacts
  backend      = var.backend
  backends     = var.backends
  registry     = var.registry
  credentials  = var.credentials
  tenant_id    = var.tenant_id
  task_payload = var.payload
  router       = var.router
  alarms       = var.alarms
  tags         = var.tags

  # Step Functions invokes the router with the state machine's role; the router itself reads nothing.
  event_source = {
    kind            = "task"
    ordered         = false
    poll_statements = []
  }
}

locals {
  # [Step Functions developer guide "IAM policies for calling Lambda"]. The function is named without a qualifier, and so it is in the task.
  invoke_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid      = "InvokeTaskRouter"
      Effect   = "Allow"
      Action   = ["lambda:InvokeFunction"]
      Resource = [module.router.function_arn]
    }]
  })

  backoff = { IntervalSeconds = 2, BackoffRate = 2, MaxAttempts = 6, MaxDelaySeconds = 60, JitterStrategy = "FULL" }

  # What certainly did not run.
  retry = [merge({ ErrorEquals = ["BackendThrottled", "RegistryUnavailable", "Lambda.TooManyRequestsException"] }, local.backoff)]

  # What Lambda's own errors, the router's death (out of memory, out of time), a failed backend and an answer that did not
  # come have in common: the backend may have run. A function that dies is Lambda.Unknown in the guide, and its errorType,
  # the names of the Runtime and the Sandbox, where Lambda tells one; any of the three may be what a task sees
  # [Step Functions developer guide "Handle Lambda service exceptions"].
  retry_twice = [merge({ ErrorEquals = concat(local.retry[0].ErrorEquals, [
    "Lambda.ClientExecutionTimeoutException",
    "Lambda.ServiceException",
    "Lambda.AWSLambdaException",
    "Lambda.SdkClientException",
    "Lambda.Unknown",
    "Runtime.ExitError",
    "Sandbox.Timedout",
    "BackendFailed",
    "Timeout",
    "States.Timeout",
  ]) }, local.backoff)]
}
