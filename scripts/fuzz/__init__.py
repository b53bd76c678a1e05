"""`./taskw fuzz`: the targets of fuzz/ under libFuzzer, with a pinned cargo-fuzz, on the stable toolchain."""
