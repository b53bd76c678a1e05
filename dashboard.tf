# One dashboard: what the routers did, then each source from its queue to its dead letters.

data "aws_region" "current" {}

locals {
  widget_defaults = { region = data.aws_region.current.region, view = "timeSeries", period = 60 }

  overview_widgets = [
    {
      title = "Records of all SQS routers in this account"
      stat  = "Sum"
      metrics = [for metric in ["Answered", "Queued", "Quarantined", "Retried"] :
        ["TenantRouter", metric, "source", "sqs"]
      ]
    },
    {
      title   = "Rejected, by reason"
      stat    = "Sum"
      metrics = [[{ expression = "SEARCH('{TenantRouter,source,reason} MetricName=\"Rejected\" source=\"sqs\"', 'Sum', 60)" }]]
    },
    {
      title   = "Retried, by cause"
      stat    = "Sum"
      metrics = [[{ expression = "SEARCH('{TenantRouter,source,cause} MetricName=\"Retried\" source=\"sqs\"', 'Sum', 60)" }]]
    },
  ]

  source_widgets = flatten([for key, source in module.sqs : [
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
      title = "${key}: router"
      stat  = "Sum"
      metrics = [for metric in ["Invocations", "Errors", "Throttles"] :
        ["AWS/Lambda", metric, "FunctionName", source.router_function_name]
      ]
    },
    {
      title   = "${key}: time for a batch"
      stat    = "p99"
      metrics = [["AWS/Lambda", "Duration", "FunctionName", source.router_function_name]]
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

  widgets = concat(local.overview_widgets, local.source_widgets, local.quarantine_widgets)
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
