"""What is compared of a contact, brought into a form that can be compared."""

import re
import unicodedata
from dataclasses import dataclass, field
from functools import cached_property

# Letters that do not fall apart into a letter and an accent.
SPELT = str.maketrans({"æ": "ae", "ø": "o", "œ": "oe", "ł": "l", "đ": "d", "ð": "d"})
LEGAL_FORMS = frozenset(
    "as asa ans da enf ks sa ab hb kb aps is ivs amba oy oyj ky ry gmbh ag kg ohg ug "
    "ev ltd limited plc llp llc inc incorporated corp corporation co company bv nv "
    "vof cv srl spa sarl sas sl lda kft sro zoo".split()
)
JOINING = frozenset("and og och ja und en et y the".split())
# Who has an address there says nothing about where they work.
PUBLIC_MAIL = frozenset(
    "gmail.com googlemail.com outlook.com hotmail.com live.com msn.com yahoo.com "
    "icloud.com me.com mac.com aol.com gmx.net gmx.de web.de proton.me protonmail.com "
    "online.no".split()
)


def fold(text: str) -> str:
    """Return `text` without case, accents and punctuation, one space between words."""
    plain = text.casefold().translate(SPELT)
    if not plain.isascii():
        apart = unicodedata.normalize("NFKD", plain)
        plain = "".join(one for one in apart if not unicodedata.combining(one))
    plain = re.sub(r"\b([a-z])[/.]([a-z])\b[/.]?", r"\1\2", plain)
    return " ".join(re.sub(r"['’`´]", "", plain).translate(_APART).split())


class _Apart(dict[int, str | None]):
    """Every sign that is no letter and no digit stands for a space."""

    def __missing__(self, code: int) -> str | None:
        sign = chr(code)
        self[code] = sign if sign.isalnum() else " "
        return self[code]


_APART = _Apart()


def core_name(name: str) -> str:
    """Return the name of a company without its legal form: "Foss AS" is "foss"."""
    words = fold(name).split()
    core = [word for word in words if word not in LEGAL_FORMS | JOINING]
    return " ".join(core or words)


def sound(word: str) -> str:
    """Return how a folded word sounds, roughly: Kristian and Christian are one."""
    heard = word.replace("ph", "f").replace("th", "t").replace("ch", "k")
    heard = heard.replace("ck", "k").replace("aa", "a").replace("hj", "j")
    heard = heard.translate(str.maketrans("cqwzy", "kkvsi"))
    heard = re.sub(r"(.)\1+", r"\1", heard)
    return heard[:1] + re.sub(r"[aeiouh]", "", heard[1:])


def domain_of(address: str) -> str:
    """Return the domain of an e-mail address or home page; "" if it tells nothing."""
    host = re.sub(r"^[a-z]+://", "", address.strip().lower()).rpartition("@")[2]
    host = re.split(r"[/:?#]", host, maxsplit=1)[0].removeprefix("www.")
    return "" if "." not in host or host in PUBLIC_MAIL else host


@dataclass(frozen=True)
class Facts:
    """The values of one contact; what follows from them is worked out once.

    `company` is the key of a person's employer. `phones` are E.164.
    """

    is_company: bool
    name: str
    emails: tuple[str, ...] = ()
    phones: tuple[str, ...] = ()
    address: str = ""
    postcode: str = ""
    city: str = ""
    company: int | None = None
    home_page: str = ""
    first_name: str = ""
    surname: str = ""
    mail: frozenset[str] = field(init=False)
    numbers: frozenset[str] = field(init=False)

    def __post_init__(self) -> None:
        mail = frozenset(one.strip().casefold() for one in self.emails if one.strip())
        object.__setattr__(self, "mail", mail)
        object.__setattr__(self, "numbers", frozenset(filter(None, self.phones)))

    @cached_property
    def core(self) -> str:
        """A company without its legal form; the words of a person in order."""
        if self.is_company:
            return core_name(self.name)
        return " ".join(sorted(fold(self.name).split()))

    @cached_property
    def place(self) -> str:
        return fold(self.city)

    @cached_property
    def zip(self) -> str:
        return fold(self.postcode).replace(" ", "")

    @cached_property
    def street(self) -> str:
        return fold(self.address)

    @cached_property
    def domains(self) -> frozenset[str]:
        found = {domain_of(self.home_page), *map(domain_of, self.mail)}
        return frozenset(found - {""})

    @cached_property
    def sounds(self) -> tuple[str, str]:
        """How the first letter and the last name of a person sound."""
        words = fold(self.name).split()
        last = fold(self.surname).split()[-1:] or words[-1:]
        first = fold(self.first_name).split()[:1] or words[:1]
        if not last or not first:
            return "", ""
        return sound(first[0])[:1], sound(last[0])
