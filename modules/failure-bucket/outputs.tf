output "destination" {
  description = "The settings that a source module needs of the bucket: pass it as `on_failure = module.<this>.destination`."
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
