terraform {
  required_version = ">= 1.9"

  required_providers {
    aws = {
      source = "hashicorp/aws"
      # 6.23 introduced tenancy_config.
      version = ">= 6.23"
    }
  }
}
