locals {
  artifact = "${var.event_source.kind == "pipes" ? "pipes-enricher" : "${var.event_source.kind}-router"}-${var.router.architecture}.zip"
  from_s3  = var.artifacts.directory == null
  zip      = local.from_s3 ? null : "${var.artifacts.directory}/${local.artifact}"

  # How long one Invoke of the slowest backend may take once the function runs. An asynchronous one only waits until Lambda
  # has accepted the event. A pipe's enrichment only waits for its quarantine, and a stream's router with a bridge for its
  # queue.
  backend_seconds = max(try(var.backend.timeout_seconds, 10), [for b in var.backends : b.timeout_seconds]...)
  invoke_seconds  = var.delivery.invocation == "sync" && var.bridge == null ? local.backend_seconds : min(10, local.backend_seconds)

  # A cold start adds at most 10 s, since Lambda does not count the init in the function's timeout [Lambda developer guide
  # "Understanding the Lambda execution environment lifecycle"]; the rest is 1 s for the network and 0.5 s for the router,
  # rounded up. The router starts no Invoke that could not end in time, so with less it would start none. Requesting a
  # tenant's credentials from STS may take 2 s more.
  start_seconds         = var.credentials == null ? 12 : 14
  least_timeout_seconds = local.invoke_seconds + local.start_seconds

  # Lambda stops any function after 900 s [Lambda developer guide "Lambda quotas"].
  timeout_seconds = coalesce(var.router.timeout_seconds, min(900, 2 * local.invoke_seconds + local.start_seconds))

  # The paths at which the service itself writes the sender of a record. An event's account counts only if no one but
  # EventBridge may write the event.
  asserted_senders = {
    sqs         = ["$.attributes.SenderId", "$.body.account"]
    pipes       = ["$.attributes.SenderId", "$.body.account"]
    eventbridge = ["$.account"]
    dynamodb    = ["$.userIdentity.principalId"]
    kinesis     = []
    task        = []
  }[coalesce(var.bridged_from, var.event_source.kind)]

  # A multipart upload has a checksum of checksums (it ends in -<parts>), which Lambda cannot use.
  uploaded_sha256 = one([for sum in data.aws_s3_object.zip[*].checksum_sha256 : sum if length(coalesce(sum, "-")) == 44])

  environment = merge(var.router.environment, { TENANT_ROUTER_CONFIG = local.config })
}

# Terraform detects a new upload by the version or the checksum of the zip in the bucket.
data "aws_s3_object" "zip" {
  count = local.from_s3 ? 1 : 0

  bucket        = var.artifacts.s3_bucket
  key           = join("/", compact([trimsuffix(var.artifacts.s3_prefix, "/"), local.artifact]))
  checksum_mode = "ENABLED"
}

resource "aws_cloudwatch_log_group" "router" {
  name              = "/aws/lambda/${var.name}"
  retention_in_days = var.router.log_retention_days
  kms_key_id        = var.router.log_kms_key_arn
  tags              = var.tags
}

resource "aws_lambda_function" "router" {
  #checkov:skip=CKV_AWS_116: a dead-letter queue takes failed asynchronous events; the router is invoked by its source, which has one of its own
  #checkov:skip=CKV_AWS_50: PassThrough unless asked otherwise: the trace that the records came with is continued, at no cost of its own

  function_name = var.name
  description   = "Delivers each record of its ${var.event_source.kind} source to the backend under the record's own tenant id."
  role          = local.role_arn

  filename          = local.zip
  source_code_hash  = local.from_s3 ? local.uploaded_sha256 : filebase64sha256(local.zip)
  s3_bucket         = one(data.aws_s3_object.zip[*].bucket)
  s3_key            = one(data.aws_s3_object.zip[*].key)
  s3_object_version = local.from_s3 ? try(coalesce(one(data.aws_s3_object.zip[*].version_id)), null) : null

  runtime                        = "provided.al2023"
  handler                        = "bootstrap"
  architectures                  = [var.router.architecture]
  memory_size                    = var.router.memory_mb
  timeout                        = local.timeout_seconds
  reserved_concurrent_executions = coalesce(var.router.reserved_concurrency, -1)
  kms_key_arn                    = var.router.kms_key_arn
  code_signing_config_arn        = var.router.code_signing_config_arn
  tags                           = var.tags

  environment {
    variables = local.environment
  }

  # JSON, so that Lambda's own lines (start, report, timeout) can be searched like the router's.
  logging_config {
    log_format = "JSON"
    log_group  = aws_cloudwatch_log_group.router.name
  }

  tracing_config {
    mode = var.router.tracing
  }

  dynamic "vpc_config" {
    for_each = var.router.vpc[*]

    content {
      subnet_ids         = vpc_config.value.subnet_ids
      security_group_ids = vpc_config.value.security_group_ids
    }
  }

  lifecycle {
    precondition {
      condition     = local.from_s3 || try(fileexists(local.zip), false)
      error_message = "The router's zip is missing: ${coalesce(local.zip, "-")}: build it with ./taskw build (or ./taskw build:all for both architectures), or point artifacts at a release."
    }

    precondition {
      condition     = local.timeout_seconds >= local.least_timeout_seconds && local.timeout_seconds <= 900
      error_message = "The router's timeout is too short or too long for its backend: router.timeout_seconds: use ${local.least_timeout_seconds} (what one invocation takes, a cold start of the backend included) to 900, or shorten backend.timeout_seconds and backends[*].timeout_seconds (the longest is ${local.backend_seconds})."
    }

    precondition {
      condition     = var.delivery.invocation == "sync" || !var.event_source.ordered
      error_message = "Asynchronous invocations do not keep the order: delivery.invocation: use sync for an ordered source [Lambda developer guide \"Asynchronous invocation\"]."
    }

    precondition {
      condition     = var.delivery.invocation == "sync" || alltrue([for arn in concat([try(var.backend.failure_destination, null)], [for b in var.backends : b.failure_destination]) : arn != null])
      error_message = "Records that a backend fails would be lost: backend.failure_destination, backends[*].failure_destination: give every backend a failure destination and name it here, or use delivery.invocation = sync."
    }

    precondition {
      condition     = var.delivery.per_tenant == 1 || !var.event_source.ordered
      error_message = "Concurrent invocations of one tenant do not keep the order: delivery.per_tenant: use 1 for an ordered source."
    }

    precondition {
      condition     = (var.backend == null) == (var.event_source.kind == "pipes")
      error_message = "Every router except a pipe's enrichment needs a backend: backend: ${var.event_source.kind == "pipes" ? "leave it out, since nothing is invoked" : "name the tenant-isolated function"}."
    }

    precondition {
      condition     = var.bridge == null || contains(["kinesis", "dynamodb"], var.event_source.kind)
      error_message = "Only a stream can have a bridge: bridge: leave it out for ${var.event_source.kind}."
    }

    precondition {
      condition     = var.bridged_from == null || (var.event_source.kind == "sqs" && var.event_source.ordered)
      error_message = "A bridge is a FIFO queue: bridged_from: leave it out for any other source."
    }

    precondition {
      condition     = var.delivery.invocation == "sync" || var.event_source.kind != "task"
      error_message = "A task returns the backend's result: delivery.invocation: use sync."
    }

    precondition {
      condition     = length(var.backends) == 0 || var.registry != null
      error_message = "Only a registry assigns tenants to backends: backends: give registry as well, or leave it out."
    }

    precondition {
      condition     = length(var.backends) == 0 || var.bridge == null && var.event_source.kind != "pipes"
      error_message = "This router invokes no backend: backends: leave it out for ${var.event_source.kind == "pipes" ? "pipes" : "the router in front of a bridge; the bridge's own has them"}."
    }

    precondition {
      condition     = alltrue([for p in try(var.registry.principal, null)[*] : contains(local.asserted_senders, p.path) || var.event_source.kind == "task"])
      error_message = "The producer writes this field, and could name any sender: registry.principal: ${length(local.asserted_senders) == 0 ? "leave it out, since this source does not say who sent a record" : "use ${join(" or ", local.asserted_senders)}"}."
    }

    precondition {
      condition     = var.credentials == null || var.bridge == null && var.event_source.kind != "pipes"
      error_message = "This router invokes no backend: credentials: leave it out for ${var.event_source.kind == "pipes" ? "pipes" : "the router in front of a bridge; the bridge's own has them"}."
    }

    precondition {
      condition     = var.credentials == null || var.delivery.invocation == "sync"
      error_message = "Lambda may run an accepted event after hours, when the credentials have expired: credentials: leave it out, or use delivery.invocation = sync."
    }

    precondition {
      # The time of an Invoke with a cold start, plus five minutes during which a session is reused.
      condition     = alltrue([for c in var.credentials[*] : c.session_seconds >= local.backend_seconds + 313])
      error_message = "A tenant's credentials could expire while its backend runs: credentials.session_seconds: use at least ${local.backend_seconds + 313}, or shorten backend.timeout_seconds and backends[*].timeout_seconds (the longest is ${local.backend_seconds})."
    }

    precondition {
      condition     = try(var.registry.suspended, "quarantine") == "quarantine" || !contains(["kinesis", "dynamodb"], var.event_source.kind) || var.bridge != null
      error_message = "One suspended tenant would block its whole shard until its records are discarded: registry.suspended: use quarantine, or add a bridge."
    }

    precondition {
      condition     = length(distinct([for arn in concat(var.backend[*].function, [for b in var.backends : b.function], var.registry[*].table_arn) : split(":", arn)[3]])) <= 1
      error_message = "The router calls only its own region, which is the backend's: backends[*].function, registry.table_arn: use ones in the region of backend.function."
    }

    precondition {
      # [DynamoDB developer guide "Change data capture for DynamoDB Streams"]
      condition     = length(local.images.must_match) == 0
      error_message = "An insertion has no old image and a deletion no new one, so this would reject valid records: tenant_id.must_match: move selectors of images to tenant_id.from, where all present ones must agree."
    }

    precondition {
      condition     = length(setsubtract(local.image_twins, local.image_selectors)) == 0
      error_message = "One image alone misses deletions or insertions, and an item that changes its tenant: tenant_id.from: select the same attribute of $.dynamodb.NewImage and of $.dynamodb.OldImage, with the same capture."
    }

    precondition {
      # In bytes, not characters: base64 encodes three bytes as four characters.
      condition     = sum([for name, value in local.environment : length(base64encode("${name}${value}")) * 3 / 4]) <= 4096
      error_message = "Environment variables exceed 4 KB in total [Lambda developer guide \"Lambda quotas\"]: tenant_id, backends, router.environment: shorten the paths, captures, names or further variables, or configure fewer backends."
    }
  }

  # If the function ran first, Lambda would create the log group without retention. With a VPC, Lambda needs the role's
  # permissions when it creates the function, and again when it removes the network interfaces.
  depends_on = [aws_cloudwatch_log_group.router, aws_iam_role_policy.router]
}
