output "destination" {
  description = "What a source module needs to know of the bucket: give it as `on_failure = module.<this>.destination`."
  value = {
    arn         = aws_s3_bucket.failed.arn
    kms_key_arn = var.kms_key_arn
  }
}

output "bucket_name" {
  description = "Name of the bucket."
  value       = aws_s3_bucket.failed.bucket
}

output "bucket_arn" {
  description = "ARN of the bucket."
  value       = aws_s3_bucket.failed.arn
}
