"""Forms that start from the query string."""

from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpRequest


class CheckedPrefill:
    """A relation in the query string is a key or is left out.

    Django hands it to the widgets as it is, and those that look rows up fail.
    """

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        initial = super().get_changeform_initial_data(request)
        for field in self.opts.fields:
            if field.is_relation and not _is_key(field, initial.get(field.name, 0)):
                del initial[field.name]
        return initial


def _is_key(field: Any, value: Any) -> bool:
    try:
        field.target_field.to_python(value)
    except ValidationError:
        return False
    return True
