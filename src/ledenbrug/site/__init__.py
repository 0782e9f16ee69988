"""What turns the applications into one running installation: settings, command line, database supervisor."""
