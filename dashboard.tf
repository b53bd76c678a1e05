# One dashboard. For each source, two rows: what became of its records and why; then its queue, its router and the time taken.

data "aws_region" "current" {}

locals {
  widget_defaults = { region = data.aws_region.current.region, view = "timeSeries", period = 60 }

  # What the router counts is kept by the name of its function, like what Lambda counts.
  source_widgets = flatten([for key, source in module.sqs : [
    {
      title = "${key}: records"
      stat  = "Sum"
      metrics = [for metric in ["Answered", "Queued", "Quarantined", "Retried"] :
        ["TenantRouter", metric, "function", source.router_function_name]
      ]
    },
    {
      title   = "${key}: rejected, by reason"
      stat    = "Sum"
      metrics = [[{ expression = "SEARCH('{TenantRouter,function,reason} MetricName=\"Rejected\" function=\"${source.router_function_name}\"', 'Sum', 60)" }]]
    },
    {
      title   = "${key}: retried, by cause"
      stat    = "Sum"
      metrics = [[{ expression = "SEARCH('{TenantRouter,function,cause} MetricName=\"Retried\" function=\"${source.router_function_name}\"', 'Sum', 60)" }]]
    },
    {
      title = "${key}: waiting, oldest, dead letters"
      stat  = "Maximum"
      metrics = [
        ["AWS/SQS", "ApproximateNumberOfMessagesVisible", "QueueName", source.queue_name, { label = "waiting" }],
        ["AWS/SQS", "ApproximateAgeOfOldestMessage", "QueueName", source.queue_name, { label = "oldest, s", yAxis = "right" }],
        ["AWS/SQS", "ApproximateNumberOfMessagesVisible", "QueueName", source.dead_letter_queue_name, { label = "dead letters" }],
      ]
    },
    {
      title = "${key}: router and its invocations of the backend"
      stat  = "Sum"
      metrics = concat(
        [for metric in ["Errors", "Throttles"] : ["AWS/Lambda", metric, "FunctionName", source.router_function_name]],
        [for metric in ["Misconfigured", "Invokes", "InvokesNotRun"] : ["TenantRouter", metric, "function", source.router_function_name]],
      )
    },
    {
      title = "${key}: time for a batch"
      stat  = "p99"
      metrics = [
        ["TenantRouter", "BatchDuration", "function", source.router_function_name, { stat = "p50", label = "half of the batches" }],
        ["TenantRouter", "BatchDuration", "function", source.router_function_name, { label = "99 of 100 batches" }],
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
