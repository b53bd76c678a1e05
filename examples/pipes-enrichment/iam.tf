# The pipe's role may read the source, invoke the enrichment and write to the target.

resource "aws_iam_role" "pipe" {
  name = "${var.name}-pipe"

  assume_role_policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = ["sts:AssumeRole"], Principal = { Service = ["pipes.amazonaws.com"] } }]
  })
}

resource "aws_iam_role_policy" "pipe" {
  name = "pipe"
  role = aws_iam_role.pipe.name

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid      = "ReadSource"
        Effect   = "Allow"
        Action   = ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"]
        Resource = [aws_sqs_queue.incoming.arn]
      },
      {
        Sid      = "WriteTarget"
        Effect   = "Allow"
        Action   = ["sqs:SendMessage"]
        Resource = [module.router.queue_arn]
      },
    ]
  })
}

resource "aws_iam_role_policy" "pipe_enrichment" {
  name   = "enrichment"
  role   = aws_iam_role.pipe.name
  policy = module.enrichment.invoke_policy_json
}
