"""The proof that each control of docs/security.md is what holds: taken out, its test fails."""
