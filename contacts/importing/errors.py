"""What can be wrong with a whole file; a bad row is refused, not raised."""


class ImportProblem(Exception):
    """The file, a mapping or a default cannot be used; the text says why."""


class NothingKnown(ImportProblem):
    """No column fills a name or a key: somebody has to say what the columns are."""
