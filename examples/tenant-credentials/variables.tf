variable "name" {
  description = "Prefix of all names. Lower-case letters, digits and -, since the bucket's name begins with it."
  type        = string
  default     = "orders"
}

variable "backend_zip" {
  description = "The backend's zip, made from backend/handler.py as the README describes."
  type        = string
  default     = "../../dist/tenant-credentials-backend.zip"
}

variable "artifacts_directory" {
  description = "Folder with sqs-router-<architecture>.zip, which ./taskw build creates."
  type        = string
  default     = "../../dist"
}

variable "architecture" {
  description = "Architecture of the functions: arm64 or x86_64. Default: the one that was built; arm64 if both are there."
  type        = string
  default     = null
}
