terraform {
  required_version = ">= 1.9"

  required_providers {
    aws = {
      source = "hashicorp/aws"
      # tenancy_config came with 6.23.
      version = ">= 6.23"
    }
  }
}
