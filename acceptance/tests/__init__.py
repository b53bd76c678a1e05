"""Tests of acceptance that need no account and no emulator; `acceptance.on_emulator` runs it whole."""
