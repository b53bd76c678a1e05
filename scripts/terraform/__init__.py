"""Terraform or OpenTofu for the tasks: which binary, where its providers come from, and the checks of all Terraform here.

- `binary`      the binary that every task runs, and whether it is new enough
- `providers`   where hashicorp/aws can be had, and how to run the binary so that it is found
- `mirrors`     the folders in which providers may lie already
- `schema_only` a provider that serves schemas and nothing else, for `validate` and `test`
- `workspace`   the Terraform folders of this repository, and copies of them to work in
- `check`       all checks: python3 -m scripts.terraform.check
"""
