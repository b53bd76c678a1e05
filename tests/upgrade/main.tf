# A deployment that an older version created: its state is state.json. scripts/terraform/upgrade.py plans it with this version,
# and nothing is applied.

provider "aws" {
  region                      = "eu-west-1"
  access_key                  = "none"
  secret_key                  = "none"
  skip_credentials_validation = true
  skip_metadata_api_check     = true
  skip_requesting_account_id  = true
}

module "tenant_router" {
  source = "../.."

  name      = "shop"
  artifacts = { directory = "../fixtures/artifacts" }
  backend   = { existing = { function = "arn:aws:lambda:eu-west-1:000000000000:function:shop:live" } }

  kinesis = {
    clicks = {
      consumer  = { create = true }
      bridge    = {}
      tenant_id = { from = [{ path = "$.kinesis.partitionKey" }] }
    }
  }

  dynamodb_streams = {
    items = {
      stream    = { arn = "arn:aws:dynamodb:eu-west-1:000000000000:table/items/stream/2026-11-24T00:00:00.000", view_type = "KEYS_ONLY" }
      bridge    = {}
      tenant_id = { from = [{ path = "$.dynamodb.Keys.pk.S" }] }
    }
  }
}
