variable "name" {
  description = "Names everything that is created. Small letters, digits and -, since the bucket's name begins with it."
  type        = string
  default     = "orders"
}

variable "backend_zip" {
  description = "The backend's zip, made of backend/handler.py as the README says."
  type        = string
  default     = "../../dist/tenant-credentials-backend.zip"
}

variable "artifacts_directory" {
  description = "Folder with sqs-router-<architecture>.zip, as ./taskw build leaves it."
  type        = string
  default     = "../../dist"
}

variable "architecture" {
  description = "Architecture of the functions: arm64 or x86_64. Default: the one that was built; arm64 if both were."
  type        = string
  default     = null
}
