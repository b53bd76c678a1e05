locals {
  zipped = var.package.image_uri == null
}

resource "aws_cloudwatch_log_group" "backend" {
  name              = "/aws/lambda/${var.name}"
  retention_in_days = var.logs.retention_days
  kms_key_id        = var.logs.kms_key_arn
  tags              = var.tags
}

resource "aws_lambda_function" "backend" {
  #checkov:skip=CKV_AWS_116: asynchronous failures go to failure_destination, which tells more than a dead-letter queue and follows the alias
  #checkov:skip=CKV_AWS_50: PassThrough unless asked otherwise: the trace that the record came with is continued, at no cost of its own

  function_name = var.name
  description   = "Tenant-isolated: each tenant's records run in separate execution environments."
  role          = local.role_arn

  package_type      = local.zipped ? "Zip" : "Image"
  filename          = var.package.filename
  source_code_hash  = var.package.filename == null ? null : filebase64sha256(var.package.filename)
  s3_bucket         = var.package.s3_bucket
  s3_key            = var.package.s3_key
  s3_object_version = var.package.s3_object_version
  image_uri         = var.package.image_uri

  runtime                        = local.zipped ? var.function.runtime : null
  handler                        = local.zipped ? var.function.handler : null
  layers                         = var.function.layers
  architectures                  = [var.function.architecture]
  memory_size                    = var.function.memory_mb
  timeout                        = var.function.timeout_seconds
  reserved_concurrent_executions = coalesce(var.function.reserved_concurrency, -1)
  kms_key_arn                    = var.function.kms_key_arn
  code_signing_config_arn        = var.function.code_signing_config_arn
  publish                        = var.alias != null
  tags                           = var.tags

  tenancy_config {
    tenant_isolation_mode = "PER_TENANT"
  }

  dynamic "environment" {
    for_each = length(var.function.environment) == 0 ? [] : [var.function.environment]

    content {
      variables = environment.value
    }
  }

  logging_config {
    log_format = "JSON"
    log_group  = aws_cloudwatch_log_group.backend.name
  }

  tracing_config {
    mode = var.function.tracing
  }

  dynamic "vpc_config" {
    for_each = var.function.vpc[*]

    content {
      subnet_ids         = vpc_config.value.subnet_ids
      security_group_ids = vpc_config.value.security_group_ids
    }
  }

  lifecycle {
    precondition {
      condition     = var.package.filename == null || try(fileexists(var.package.filename), false)
      error_message = "The backend's zip is missing: ${coalesce(var.package.filename, "-")}: build it first, or correct package.filename."
    }
  }

  # If the function ran first, Lambda would create the log group without retention. With a VPC, Lambda needs the role's
  # permissions when it creates the function, and again when it removes the network interfaces.
  depends_on = [aws_cloudwatch_log_group.backend, aws_iam_role_policy.backend, aws_iam_role_policy.further]
}

resource "aws_lambda_alias" "backend" {
  count = var.alias == null ? 0 : 1

  name             = var.alias
  description      = "The alias that the router invokes."
  function_name    = aws_lambda_function.backend.function_name
  function_version = aws_lambda_function.backend.version
}

resource "aws_lambda_function_event_invoke_config" "backend" {
  count = var.failure_destination == null ? 0 : 1

  function_name                = aws_lambda_function.backend.function_name
  qualifier                    = one(aws_lambda_alias.backend[*].name)
  maximum_retry_attempts       = var.failure_destination.retries
  maximum_event_age_in_seconds = var.failure_destination.maximum_age_seconds

  destination_config {
    on_failure {
      destination = var.failure_destination.arn
    }
  }

  # Lambda rejects a destination that the role may not send to.
  depends_on = [aws_iam_role_policy.backend]
}
