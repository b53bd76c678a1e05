"""Terraform or OpenTofu for the tasks: the binary, its providers, and the checks of all Terraform code.

- `binary`      finds the binary that every task runs, and checks its version
- `providers`   finds hashicorp/aws, and the settings with which Terraform finds it
- `mirrors`     folders that may already hold providers
- `schema_only` a provider that only serves schemas, for `validate` and `test`
- `workspace`   the Terraform folders of this repository, and working copies of them
- `upgrade`     plans a deployment of an older version, which must be kept
- `check`       all checks: python3 -m scripts.terraform.check
"""
