"""`./taskw fuzz`: runs the targets of fuzz/ with libFuzzer, with a pinned cargo-fuzz, on the stable toolchain."""
