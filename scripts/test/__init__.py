"""`./taskw test`: runs every suite, shows the output, and adds up what really ran."""
