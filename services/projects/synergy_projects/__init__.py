"""Projects and tasks: one event stream a project, and the read models written with it."""
