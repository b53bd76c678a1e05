"""Tests of the acceptance test that need no account and no emulator. `acceptance.on_emulator` runs all of it."""
