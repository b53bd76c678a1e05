"""`./taskw fuzz`: runs the targets of verification/fuzz/ with libFuzzer, with a pinned cargo-fuzz, on the stable toolchain."""
