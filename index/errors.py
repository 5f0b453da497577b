"""Every error that Byline raises on purpose, in one small tree.

    BylineError
    ├── SettingsError     a setting that cannot be used, or a misspelt BYLINE_* variable
    ├── FolderError       the articles folder is missing, unreadable or has no articles
    │   └── MassDeletionError   most of what was indexed is not there any more, as if a disk were not mounted
    ├── ArticleError      one file cannot be read as an article (it is listed and skipped)
    ├── ModelError        the embedding model is missing, altered or cannot be loaded
    ├── StorageError      the index is damaged, locked, or its disk is full
    └── QuestionError     the question is empty or too long

Each message says what happened, to which file, and what to do. Errors of libraries are translated
where the library is called.
"""


class BylineError(Exception):
    """Something a person can act on; `str(error)` is one line that says how."""


class SettingsError(BylineError):
    """A setting that cannot be used, or a misspelt BYLINE_* variable."""


class FolderError(BylineError):
    """The articles folder is missing, unreadable or has no articles."""


class MassDeletionError(FolderError):
    """Most of what was indexed is not there any more; it is forgotten only on request."""


class ArticleError(BylineError):
    """One file cannot be read as an article; the rest of the folder is not affected."""


class ModelError(BylineError):
    """The embedding model is missing, altered or cannot be loaded."""


class StorageError(BylineError):
    """The index is damaged, locked by another process, or its disk is full."""


class OutdatedError(StorageError):
    """Another version of Byline made the index; an Assistant that syncs makes it anew."""


class QuestionError(BylineError):
    """The question is empty or too long to be a question."""
