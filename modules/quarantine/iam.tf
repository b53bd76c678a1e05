# The permissions that an operator needs for the quarantine. They allow reading tenants' records, so grant them to few.

locals {
  keys = distinct([for key in [var.kms_key_arn, one(var.large_records[*].kms_key_arn)] : key if key != null])

  operator_policy = jsonencode({
    Version = "2012-10-17"
    Statement = concat(
      [{
        Sid    = "OperateQuarantine"
        Effect = "Allow"
        Action = [
          "sqs:ChangeMessageVisibility",
          "sqs:DeleteMessage",
          "sqs:GetQueueAttributes",
          "sqs:GetQueueUrl",
          "sqs:ReceiveMessage",
        ]
        Resource = [aws_sqs_queue.quarantine.arn]
      }],
      [for bucket in module.large_records : {
        # tenantctl deletes an object together with the message that names it, so that tenants' data is not kept longer than
        # needed.
        Sid      = "HandleLargeRecords"
        Effect   = "Allow"
        Action   = ["s3:DeleteObject", "s3:GetObject"]
        Resource = ["${bucket.bucket_arn}/*"]
      }],
      # Without it, S3 answers AccessDenied for an object that no longer exists.
      [for bucket in module.large_records : {
        Sid      = "FindLargeRecords"
        Effect   = "Allow"
        Action   = ["s3:ListBucket"]
        Resource = [bucket.bucket_arn]
      }],
      [for keys in [local.keys] : {
        Sid      = "DecryptQuarantine"
        Effect   = "Allow"
        Action   = ["kms:Decrypt"]
        Resource = keys
      } if length(keys) > 0],
    )
  })
}
