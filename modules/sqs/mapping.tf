resource "aws_lambda_event_source_mapping" "queue" {
  event_source_arn                   = local.queue.arn
  function_name                      = module.router.function_arn
  enabled                            = var.polling.enabled
  batch_size                         = var.polling.batch_size
  maximum_batching_window_in_seconds = var.polling.window_seconds
  tags                               = var.tags

  # Without it, Lambda treats every response as success and deletes the records that the router wants to retry.
  function_response_types = ["ReportBatchItemFailures"]

  dynamic "scaling_config" {
    for_each = var.polling.maximum_concurrency[*]

    content {
      maximum_concurrency = scaling_config.value
    }
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
      condition     = local.created || alltrue([for value in values(var.new_queue) : value == null])
      error_message = "A queue cannot be both adopted and created: queue, new_queue: leave one of them out."
    }

    precondition {
      condition     = local.created || endswith(local.queue.arn, ".fifo") == var.fifo
      error_message = "The type of the queue does not match: fifo: set it to true if and only if the name in queue.arn ends in .fifo."
    }

    precondition {
      condition     = local.visibility_seconds >= local.least_visibility_seconds
      error_message = "Records could be received again while the router still works on them: queue.visibility_timeout_seconds, new_queue.visibility_timeout_seconds: use at least ${local.least_visibility_seconds}, six times router.timeout_seconds plus polling.window_seconds, or shorten router.timeout_seconds."
    }

    precondition {
      condition     = local.visibility_seconds <= 43200
      error_message = "The visibility timeout is longer than 12 hours: queue.visibility_timeout_seconds, new_queue.visibility_timeout_seconds: use at most 43200."
    }

    precondition {
      condition     = local.max_receive_count >= 5 && local.max_receive_count <= 1000
      error_message = "Throttling alone could move good records to the dead-letter queue: queue.dead_letter_queue.max_receive_count, new_queue.max_receive_count: use 5 to 1000 [Lambda developer guide \"Using Lambda with Amazon SQS\"]."
    }

    precondition {
      condition     = local.created || endswith(local.queue.dead_letter_arn, ".fifo") == var.fifo
      error_message = "SQS redrives FIFO to FIFO and standard to standard only: queue.dead_letter_queue.arn: name a queue of the same type as queue.arn."
    }

    precondition {
      condition     = local.created || local.queue.dead_letter_arn != local.queue.arn
      error_message = "A queue cannot be its own dead-letter queue: queue.dead_letter_queue.arn: name another queue."
    }

    precondition {
      condition     = !var.fifo || alltrue([for q in var.on_reject.quarantine[*] : endswith(q.queue_arn, ".fifo")])
      error_message = "A standard quarantine would lose the order of a FIFO queue's records: on_reject.quarantine: use a FIFO quarantine (modules/quarantine with fifo = true)."
    }

    precondition {
      condition     = alltrue([for q in var.on_reject.quarantine[*] : q.queue_arn != local.queue.arn])
      error_message = "The router would read its own rejected records again: on_reject.quarantine: use another queue than the source."
    }

    precondition {
      condition     = alltrue([for arn in concat([var.backend.function], [for q in var.on_reject.quarantine[*] : q.queue_arn]) : split(":", arn)[3] == split(":", local.queue.arn)[3]])
      error_message = "The router calls only its own region, which is the queue's: backend.function, on_reject.quarantine.queue_arn: use ones in the region of the queue."
    }

    precondition {
      condition     = !var.fifo || (var.polling.batch_size <= 10 && var.polling.window_seconds == 0)
      error_message = "A FIFO queue delivers at most ten records, without a window: polling.batch_size, polling.window_seconds: use 1 to 10, and 0 [Lambda developer guide \"Using Lambda with Amazon SQS\"]."
    }

    precondition {
      condition     = try(var.router.reserved_concurrency >= coalesce(var.polling.maximum_concurrency, 0), true)
      error_message = "Lambda would throttle the router, and its batches would use up their retries: router.reserved_concurrency: use at least polling.maximum_concurrency."
    }
  }

  # Lambda checks the permissions when the mapping is created.
  depends_on = [module.router]
}
