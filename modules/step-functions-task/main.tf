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

  # Step Functions invokes the router with the state machine's role; the router has no source to read.
  event_source = {
    kind            = "task"
    ordered         = false
    poll_statements = []
  }
}

locals {
  # [Step Functions developer guide "IAM policies for calling Lambda"]. The task must also name the function without a
  # qualifier.
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

  # Errors after which the backend certainly did not run.
  retry = [merge({ ErrorEquals = ["BackendThrottled", "RegistryUnavailable", "Lambda.TooManyRequestsException"] }, local.backoff)]

  # Errors after which the backend may have run: Lambda's own errors, a crash of the router (out of memory, out of time), a
  # failed backend, and a missing response. For a crashed function, a task may see Lambda.Unknown, as in the guide, or the
  # errorType of the Runtime or the Sandbox [Step Functions developer guide "Handle Lambda service exceptions"].
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
