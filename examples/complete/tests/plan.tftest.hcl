mock_provider "aws" {
  mock_data "aws_region" {
    defaults = { region = "eu-west-1" }
  }
}

variables {
  artifacts_directory = "tests/fixtures/artifacts"
  architecture        = "arm64"
}

run "every_source_can_be_planned_before_anything_exists" {
  command = plan

  assert {
    condition     = keys(output.router_function_names) == ["clicks", "items", "items-bridge", "news", "orders", "payments"]
    error_message = "Unexpected routers: ${jsonencode(output.router_function_names)}"
  }

  assert {
    condition     = output.dashboard_name == "shop-tenant-router" && output.table_name == "shop-items" && output.bus_name == "shop"
    error_message = "The outputs are wrong."
  }

  assert {
    condition     = output.registry_table == "shop-tenants" && output.premium_log_group == "/aws/lambda/shop-premium"
    error_message = "The registry or the premium tenants' backend is wrong."
  }
}
