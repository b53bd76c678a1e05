module "router" {
  source = "../router-function"

  name         = "${var.name}-router"
  artifacts    = var.artifacts
  backend      = var.backend
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

  # What a state machine may do about each error: what did not run may be tried again, what may have run only if it may run twice.
  retry = [
    {
      ErrorEquals     = ["BackendThrottled", "Lambda.TooManyRequestsException", "Lambda.ServiceException", "Lambda.AWSLambdaException", "Lambda.SdkClientException"]
      IntervalSeconds = 2
      BackoffRate     = 2
      MaxAttempts     = 6
      MaxDelaySeconds = 60
      JitterStrategy  = "FULL"
    },
  ]
}
