"""Proves that each control of docs/security.md matters: without the control, its test fails."""
