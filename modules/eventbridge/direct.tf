# Direct mode: rule, router. Lambda queues the event in between.

module "router" {
  source = "../router-function"
  count  = local.buffered ? 0 : 1

  name        = "${var.name}-router"
  artifacts   = var.artifacts
  backend     = var.backend
  backends    = var.backends
  registry    = local.registry
  credentials = var.credentials
  tenant_id   = local.tenant_id
  delivery    = var.delivery
  on_reject   = var.on_reject
  log_tenants = var.log_tenants
  router      = var.router
  alarms      = var.alarms
  tags        = var.tags

  event_source = {
    kind    = "eventbridge"
    ordered = false
    # With the router's role, Lambda writes the events that the router did not acknowledge [Lambda developer guide "Capturing
    # records of Lambda asynchronous invocations"].
    poll_statements = concat(
      [{
        Sid      = "WriteUnacknowledgedEvents"
        Effect   = "Allow"
        Action   = ["sqs:SendMessage"]
        Resource = [local.undelivered_arn]
      }],
      [for key in try(var.on_failure.kms_key_arn, null)[*] : {
        Sid      = "EncryptUnacknowledgedEvents"
        Effect   = "Allow"
        Action   = ["kms:GenerateDataKey", "kms:Decrypt"]
        Resource = [key]
      }],
    )
  }
}

resource "aws_lambda_permission" "rule" {
  count = local.buffered ? 0 : 1

  statement_id  = "InvokeForThisRule"
  function_name = module.router[0].function_name
  action        = "lambda:InvokeFunction"
  principal     = "events.amazonaws.com"
  source_arn    = aws_cloudwatch_event_rule.events.arn
}

resource "aws_lambda_function_event_invoke_config" "router" {
  count = local.buffered ? 0 : 1

  function_name                = module.router[0].function_name
  maximum_retry_attempts       = var.delivery_to_router.router_retry_attempts
  maximum_event_age_in_seconds = var.delivery_to_router.router_event_age_seconds

  destination_config {
    on_failure {
      destination = local.undelivered_arn
    }
  }

  # Lambda checks the permissions when the destination is set.
  depends_on = [module.router]
}
