"""Forms with many fields: those that matter first, the others in groups to unfold."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from django import forms
from django.utils.functional import Promise


@dataclass(frozen=True)
class FieldGroup:
    """Fields that belong together; `filled` are the names of those with a value."""

    title: Promise
    fields: list[forms.BoundField]
    filled: list[str]

    @property
    def is_open(self) -> bool:
        return any(field.errors for field in self.fields)


class FoldedFields:
    """A form whose `folded_names` are the fields of each group, by its title."""

    folded_names: ClassVar[dict[Promise, tuple[str, ...]]] = {}

    @property
    def first(self) -> list[forms.BoundField]:
        """The fields that matter first."""
        folded = {name for names in self.folded_names.values() for name in names}
        return [field for field in self.visible_fields() if field.name not in folded]

    @property
    def folded(self) -> Iterator[FieldGroup]:
        """The others, folded: each group says which of its values are set."""
        for title, names in self.folded_names.items():
            fields = [self[name] for name in names if name in self.fields]
            filled = [
                str(field.label) for field in fields if self._is_filled(field.name)
            ]
            if fields:
                yield FieldGroup(title, fields, filled)

    def _is_filled(self, name: str) -> bool:
        value = self.initial.get(name)
        if value is False:  # beside a yes and an open one it is an answer
            return isinstance(self.fields[name], forms.NullBooleanField)
        return value not in (None, "")
