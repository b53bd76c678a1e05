"""Tests of the demo itself: of the emulator it runs on, and that its checks can fail.

Run with `./taskw test -- --only demo`.
"""
