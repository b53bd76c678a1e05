"""The proof that the simulation can fail: bugs sown into the router's rules, each of which it has to find."""
