terraform {
  required_version = ">= 1.9"

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 6.23, < 7.0"
    }
  }
}

# Region and credentials come from the environment: AWS_REGION, AWS_PROFILE or keys.
provider "aws" {}
