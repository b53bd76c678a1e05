"""Tests of the demo itself: its emulator, and that its checks can fail.

Run them with `./taskw test -- --only demo`.
"""
