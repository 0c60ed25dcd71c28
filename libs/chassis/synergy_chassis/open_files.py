"""How many files and connections a process may have open."""

import resource


def allow_open_files(wanted: int) -> None:
    """Raise this process's own limit of open files to `wanted`, or as far as it may; never lower it."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        allowed = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
        resource.setrlimit(resource.RLIMIT_NOFILE, (allowed, hard))
