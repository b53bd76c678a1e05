resource "aws_lambda_event_source_mapping" "stream" {
  event_source_arn                   = var.stream.mapping_arn
  function_name                      = module.router.function_arn
  enabled                            = var.polling.enabled
  starting_position                  = var.polling.starting_position
  starting_position_timestamp        = var.polling.starting_timestamp
  batch_size                         = var.polling.batch_size
  maximum_batching_window_in_seconds = var.polling.window_seconds
  parallelization_factor             = var.polling.parallelization_factor
  maximum_retry_attempts             = var.polling.maximum_retry_attempts
  maximum_record_age_in_seconds      = local.record_age_seconds
  bisect_batch_on_function_error     = var.polling.bisect_on_error
  tags                               = var.tags

  # Without it, Lambda treats every response as success and continues behind the records that the router wants to retry.
  function_response_types = ["ReportBatchItemFailures"]

  destination_config {
    on_failure {
      destination_arn = local.failure.arn
    }
  }

  # The alarms need these metrics of discarded records.
  metrics_config {
    metrics = ["EventCount"]
  }

  dynamic "filter_criteria" {
    for_each = var.polling.filter[*]

    content {
      dynamic "filter" {
        for_each = filter_criteria.value.patterns

        content {
          pattern = filter.value
        }
      }
    }
  }

  lifecycle {
    precondition {
      condition     = (var.on_failure == null) != (var.new_failure_bucket == null)
      error_message = "Records that Lambda discards would be lost: on_failure, new_failure_bucket: give one of them; an S3 bucket keeps the records themselves."
    }

    precondition {
      condition     = alltrue([for arn in concat([var.backend.function], [for q in var.on_reject.quarantine[*] : q.queue_arn], [for q in try(var.bridge.queue, null)[*] : q.arn]) : split(":", arn)[3] == local.region])
      error_message = "The router calls only its own region, which is the stream's: backend.function, on_reject.quarantine.queue_arn, bridge.queue.arn: use ones in the region of the stream."
    }

    precondition {
      condition     = var.bridge == null || !anytrue([for q in var.on_reject.quarantine[*] : q.queue_arn == try(var.bridge.queue.arn, "-")])
      error_message = "The bridge's router would deliver rejected records: on_reject.quarantine: use another queue than the bridge's."
    }

    precondition {
      condition     = var.stream.both_images || !module.router.selects_images
      error_message = "The stream does not hold both images: tenant_id.from, stream.view_type: select the tenant id from $.dynamodb.Keys, or give the table's stream the view type NEW_AND_OLD_IMAGES."
    }

    precondition {
      # A record that has expired can neither be retried nor written to the on-failure destination.
      condition     = local.record_age_seconds <= local.longest_record_age_seconds
      error_message = "Records would expire before they are discarded, without a trace: polling.maximum_record_age_seconds: use at most ${local.longest_record_age_seconds}, an hour less than the stream's retention (stream.retention_hours, new_stream.retention_hours), or keep records longer."
    }
  }

  # Lambda checks the permissions when the mapping is created.
  depends_on = [module.router]
}
