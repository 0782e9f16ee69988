"""One file per word of the command line; each has `main(arguments) -> exit code`."""
