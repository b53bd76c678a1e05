# These resources moved into modules/stream-router. Terraform keeps those of a deployment that has them at their old addresses.

moved {
  from = module.router
  to   = module.stream.module.router
}

moved {
  from = module.bridge
  to   = module.stream.module.bridge
}

moved {
  from = module.failures
  to   = module.stream.module.failures
}

moved {
  from = aws_lambda_event_source_mapping.stream
  to   = module.stream.aws_lambda_event_source_mapping.stream
}

moved {
  from = aws_cloudwatch_metric_alarm.stream
  to   = module.stream.aws_cloudwatch_metric_alarm.stream
}
