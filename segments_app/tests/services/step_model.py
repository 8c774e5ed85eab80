"""What steps do to a segment, said once more with plain lists and sets.

The model knows nothing of intervals, cursors or SQL: it keeps the list of lines after
every step, and the recipe of a segment as a list of functions on sets.
"""

from collections import Counter
from dataclasses import dataclass, field
from typing import Any, Self

BY_HAND = ("add_by_hand", "remove_by_hand")
COMBINING = ("union", "intersection", "difference")
NAMING = (*BY_HAND, *COMBINING)  # the kinds that name their contacts


def where(name: str, value: str) -> dict[str, str]:
    return {"field": name, "op": "is", "value": value}


@dataclass(eq=False)
class Who:
    """A contact: a company is its own organisation, an independent person has none."""

    name: str
    organisation: Self | None = None
    key: int = 0
    city: str = ""
    language: str = ""
    privacy_blocked: bool = False
    minor: bool = False
    exclude_from_segment: bool = False

    def reason(self, *, ignore_exclusion: bool = False) -> str:
        """Why it is kept out of segments; empty if it is not."""
        if self.privacy_blocked:
            return "privacy_blocked"
        if self.minor:
            return "minor"
        excluded = self.exclude_from_segment and not ignore_exclusion
        return "excluded" if excluded else ""

    @property
    def place(self) -> Any:
        """By company, then type, then name (segments.md 3.4.6)."""
        is_company = self.organisation is self
        employer = "" if is_company or not self.organisation else self.organisation.name
        return (employer, not is_company, self.name)


CRITERIA: dict[str, tuple[Any, Any]] = {
    "in Oslo": (where("city", "Oslo"), lambda who: who.city == "Oslo"),
    "not in Oslo": ({"not": where("city", "Oslo")}, lambda who: who.city != "Oslo"),
    "Danish or in Moss": (
        {"any": [where("language", "da"), where("city", "Moss")]},
        lambda who: who.language == "da" or who.city == "Moss",
    ),
    "of a Danish company": (
        {"has": "company", "where": where("language", "da")},
        lambda who: who.organisation and who.organisation.language == "da",
    ),
    "everybody": (None, lambda who: True),
}


@dataclass(frozen=True)
class Element:
    """One step as it was asked.

    `option` is `ignore_exclusion` where it adds, else `entire_companies`. A
    combination's kind is its operation, its `members` whoever was in the source.
    """

    step: int
    kind: str
    criteria: str = ""
    option: bool = False
    members: frozenset[Who] = frozenset()

    @property
    def options(self) -> dict[str, bool]:
        options = {"all_contacts": True} if self.criteria == "everybody" else {}
        if self.option:
            adds = self.kind in ("add", "union")
            name = "ignore_exclusion" if adds else "entire_companies"
            options[name] = True
        return options

    def after(
        self, chosen: set[Who], everybody: list[Who], *, all_enter: bool = False
    ) -> set[Who]:
        """The set once this is done to it; `all_enter` asks nobody's eligibility."""
        if self.kind in ("remove_by_hand", "difference"):
            return chosen - self.members
        if self.kind == "intersection":
            return chosen & self.members
        found = self._found(everybody)
        if self.kind == "reduce":
            return chosen - found
        if self.kind == "refine":
            return chosen & found
        ignore = self.kind in ("add", "union") and self.option
        return chosen | {
            who for who in found if all_enter or not who.reason(ignore_exclusion=ignore)
        }

    def _found(self, everybody: list[Who]) -> set[Who]:
        if self.kind in NAMING:
            return set(self.members)
        found = {who for who in everybody if CRITERIA[self.criteria][1](who)}
        if self.option and self.kind != "add":
            hit = {who.organisation for who in found} - {None}
            found |= {who for who in everybody if who.organisation in hit}
        return found


@dataclass
class Step:
    """The segment after a step: who is on it, its recipe, and what the step did.

    Steps taken as one have the position of the first of them.
    """

    lines: list[Who]
    recipe: list[Element]
    entered: int
    left: int
    kept_out: dict[str, int]
    taken_with: int | None = None


@dataclass
class Model:
    """What was written for somebody is no matter of steps, but of being on any."""

    everybody: list[Who]
    steps: list[Step] = field(default_factory=list)
    cursor: int = 0
    texts: dict[Who, str] = field(default_factory=dict)

    @property
    def lines(self) -> list[Who]:
        return self.steps[self.cursor - 1].lines if self.cursor else []

    @property
    def recipe(self) -> list[Element]:
        return self.steps[self.cursor - 1].recipe if self.cursor else []

    @property
    def on_it(self) -> set[Who]:
        return set(self.lines)

    def chosen(self, recipe: list[Element], *, all_enter: bool = False) -> set[Who]:
        """Who is on a segment with this recipe today."""
        chosen: set[Who] = set()
        for element in recipe:
            chosen = element.after(chosen, self.everybody, all_enter=all_enter)
        return chosen

    def take(self, element: Element) -> None:
        """Take one step more, on those who are on the segment."""
        asked = element.after(set(), self.everybody, all_enter=True)
        ignore = element.kind in ("add", "union") and element.option
        reasons = {who: who.reason(ignore_exclusion=ignore) for who in asked}
        kept = [why or "already_in" for who, why in reasons.items() if why]
        kept += ["already_in" for who in asked & self.on_it if not reasons[who]]
        after = element.after(self.on_it, self.everybody)
        self._become(after, [*self.recipe, element], kept)

    def clear(self) -> None:
        """Everybody leaves, and what was asked counts no more."""
        self._become(set(), [], [])

    def as_one(self, since: int) -> None:
        """The steps from this one to the cursor were taken as one."""
        if self.cursor > since:
            for step in self.steps[since - 1 : self.cursor]:
                step.taken_with = since

    def go_back(self) -> None:
        first = self.steps[self.cursor - 1].taken_with or self.cursor
        self.cursor = first - 1

    def redo(self) -> None:
        self.cursor += 1
        first = self.steps[self.cursor - 1].taken_with
        together = [step.taken_with for step in self.steps[self.cursor :]]
        self.cursor += together.count(first) if first else 0

    def replay(self, recipe: list[Element]) -> None:
        """Take these steps again on today's data, as one step."""
        after = self.chosen(recipe)
        refused = self.chosen(recipe, all_enter=True) - after
        self._become(after, recipe, [who.reason() for who in refused])

    def _become(self, after: set[Who], recipe: list[Element], kept: list[str]) -> None:
        stay = [who for who in self.lines if who in after]
        new = sorted(after - self.on_it, key=lambda who: who.place)
        step = Step(
            lines=[*stay, *new],
            recipe=recipe,
            entered=len(new),
            left=len(self.lines) - len(stay),
            kept_out=dict(Counter(kept)),
        )
        self.steps[self.cursor :] = [step]
        self.cursor = len(self.steps)
        ever = {who for step in self.steps for who in step.lines}
        self.texts = {who: text for who, text in self.texts.items() if who in ever}
