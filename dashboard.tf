# One dashboard with two rows for each router: the results of its records with their reasons; then the waiting records, the
# router itself and its duration.

data "aws_region" "current" {}

locals {
  widget_defaults = { region = data.aws_region.current.region, view = "timeSeries", period = 60 }

  # Every queue that a router reads, by the key under which the router is shown.
  read_queues = merge(
    { for key, source in module.sqs : key => source.queue_name },
    { for key, source in module.eventbridge : key => reverse(split(":", source.queue_arn))[0] if var.eventbridge[key].mode == "buffered" },
    { for key, source in local.bridged : "${key}-bridge" => reverse(split(":", local.streams[key].bridge_queue_arn))[0] },
  )

  queue_metrics = { for key, queue in local.read_queues : key => [
    ["AWS/SQS", "ApproximateNumberOfMessagesVisible", "QueueName", queue, { label = "waiting" }],
    ["AWS/SQS", "ApproximateAgeOfOldestMessage", "QueueName", queue, { label = "oldest, s", yAxis = "right" }],
  ] }

  direct = { for key, source in module.eventbridge : key => source if var.eventbridge[key].mode == "direct" }

  # How far each router is behind its source, and how many records were discarded.
  behind = merge(
    local.queue_metrics,
    { for key, source in module.sqs : key => concat(local.queue_metrics[key], [
      ["AWS/SQS", "ApproximateNumberOfMessagesVisible", "QueueName", source.dead_letter_queue_name, { label = "dead letters" }],
    ]) },
    { for key, source in local.streams : key => [
      ["AWS/Lambda", "IteratorAge", "FunctionName", source.router_function_name, { label = "behind, ms" }],
      ["AWS/Lambda", "OnFailureDestinationDeliveredEventCount", "EventSourceMappingUUID", source.event_source_mapping_id, { label = "given up", stat = "Sum", yAxis = "right" }],
    ] },
    { for key, source in local.direct : key => [
      ["AWS/Lambda", "AsyncEventAge", "FunctionName", source.router_function_name, { label = "oldest, ms" }],
      ["AWS/Lambda", "AsyncEventsDropped", "FunctionName", source.router_function_name, { label = "given up", stat = "Sum", yAxis = "right" }],
    ] },
  )

  # The router's metrics have the function's name as a dimension, like Lambda's.
  source_widgets = flatten([for key, function in local.router_names : [
    {
      title = "${key}: records"
      stat  = "Sum"
      metrics = [for metric in [contains(keys(local.bridged), key) ? "Bridged" : "Answered", "Queued", "Quarantined", "Retried"] :
        ["TenantRouter", metric, "function", function]
      ]
    },
    {
      title   = "${key}: rejected, by reason"
      stat    = "Sum"
      metrics = [[{ expression = "SEARCH('{TenantRouter,function,reason} MetricName=\"Rejected\" function=\"${function}\"', 'Sum', 60)" }]]
    },
    {
      title   = "${key}: retried, by cause"
      stat    = "Sum"
      metrics = [[{ expression = "SEARCH('{TenantRouter,function,cause} MetricName=\"Retried\" function=\"${function}\"', 'Sum', 60)" }]]
    },
    {
      title   = "${key}: waiting, oldest, discarded"
      stat    = "Maximum"
      metrics = local.behind[key]
    },
    {
      title = "${key}: router and its invocations of the backend"
      stat  = "Sum"
      metrics = concat(
        [for metric in ["Errors", "Throttles"] : ["AWS/Lambda", metric, "FunctionName", function]],
        [for metric in concat(["Misconfigured", "Invokes", "InvokesNotRun"], var.registry == null ? [] : ["RegistryFailed"]) : ["TenantRouter", metric, "function", function]],
      )
    },
    {
      title = "${key}: time for a batch"
      stat  = "p99"
      metrics = [
        ["TenantRouter", "BatchDuration", "function", function, { stat = "p50", label = "half of the batches" }],
        ["TenantRouter", "BatchDuration", "function", function, { label = "99 of 100 batches" }],
      ]
    },
  ]])

  quarantine_widgets = length(module.quarantine) == 0 ? [] : [
    {
      title = "Quarantine"
      stat  = "Maximum"
      metrics = [for quarantine in module.quarantine :
        ["AWS/SQS", "ApproximateNumberOfMessagesVisible", "QueueName", quarantine.queue_name]
      ]
    },
  ]

  widgets = concat(local.source_widgets, local.quarantine_widgets)
}

resource "aws_cloudwatch_dashboard" "this" {
  count = var.dashboard ? 1 : 0

  dashboard_name = "${var.name}-tenant-router"

  # Three widgets to a row: CloudWatch's grid is 24 units wide [CloudWatch "Dashboard body structure and syntax"].
  dashboard_body = jsonencode({
    widgets = [for index, widget in local.widgets : {
      type       = "metric"
      x          = 8 * (index % 3)
      y          = 6 * floor(index / 3)
      width      = 8
      height     = 6
      properties = merge(local.widget_defaults, widget)
    }]
  })
}
