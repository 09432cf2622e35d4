"""How a job can end other than well."""


class JobFailed(Exception):
    """A final failure, told to the person in one sentence; it is not tried again."""


class LostLease(Exception):
    """Another worker took this job over: stop at once, write nothing."""


class Cancelled(Exception):
    """The person asked to stop this job."""
