"""Proves that the simulation can fail: bugs are seeded into the router's rules, and the simulation must find each one."""
