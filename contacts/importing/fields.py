"""The fields a column can fill, and the headings people give them.

The headings of a field stand in the order of preference: where two columns want one
field, the heading that stands first wins and the other column is left unmapped.
They are compared without case, spaces and punctuation.
"""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

LANGUAGES = ("en", "nb", "da", "fi", "nl")


@dataclass(frozen=True)
class FieldSpec:
    """One field: its code, its label, how long its text may be, its usual headings."""

    code: str
    label: str | Promise
    max_length: int
    headings: tuple[str, ...]

    def labels(self) -> tuple[str, ...]:
        """The label in every language of the program: the headings of its exports."""
        said = []
        for language in LANGUAGES:
            with override(language):
                said.append(str(self.label))
        return tuple(said)


def _field(code: str, label: str | Promise, length: int, headings: str) -> FieldSpec:
    usual = tuple(headings.split())
    return FieldSpec(code, label, length, usual if code in usual else (code, *usual))


_ALL = (
    _field(
        "number",
        _("number"),
        20,
        "contact_no contact_number contact_id customer_no customer_number no nr "
        "kontaktnummer kundenummer kundenr klantnummer asiakasnumero",
    ),
    _field("type", _("type"), 20, "contact_type kontakttype tyyppi"),
    _field(
        "company",
        _("company"),
        200,
        "company_name organisation organization organisation_name organization_name "
        "employer account account_name business firm firma firmanavn selskap "
        "virksomhed bedrijf bedrijfsnaam organisatie yritys",
    ),
    _field(
        "company_number",
        _("company number"),
        20,
        "company_no employer_number account_number firmanummer bedrijfsnummer",
    ),
    _field(
        "name",
        _("name"),
        200,
        "full_name contact_name display_name contact navn fulltnavn naam nimi",
    ),
    _field(
        "first_name",
        _("first name"),
        60,
        "given_name first forename fornavn voornaam etunimi förnamn",
    ),
    _field(
        "middle_name",
        _("middle name"),
        60,
        "middle middle_names mellomnavn mellemnavn tussenvoegsel",
    ),
    _field(
        "surname",
        _("surname"),
        60,
        "last_name last family_name etternavn efternavn achternaam sukunimi efternamn",
    ),
    _field(
        "job_title",
        _("job title"),
        100,
        "title position role stilling tittel titel functie titteli",
    ),
    _field(
        "salutation",
        _("salutation"),
        20,
        "salutation_code hilsningskode aanhef puhuttelu",
    ),
    _field(
        "address",
        _("address"),
        100,
        "address_1 address_line_1 street street_address street_1 address1_line1 "
        "mailing_address adresse postadresse gateadresse adres straat osoite adress",
    ),
    _field(
        "address_2",
        _("address 2"),
        100,
        "address_line_2 street_2 address1_line2 suite apartment adresse2 adres2",
    ),
    _field(
        "postcode",
        _("postcode"),
        20,
        "postal_code post_code zip zip_code postnummer postnr postinumero plz",
    ),
    _field(
        "city",
        _("city"),
        50,
        "town place locality poststed by sted stad plaats woonplaats kaupunki "
        "postitoimipaikka ort",
    ),
    _field(
        "county",
        _("county"),
        50,
        "state state_province state_or_province province region county fylke amt "
        "provincie maakunta län",
    ),
    _field(
        "country",
        _("country"),
        100,
        "country_code country_region country_name nation land landkode landcode maa",
    ),
    _field(
        "phone",
        _("phone"),
        30,
        "phone_no phone_number phone_1 telephone telephone_number tel work_phone "
        "business_phone telefon telefonnummer tlf telefoon puhelin",
    ),
    _field(
        "mobile",
        _("mobile phone"),
        30,
        "mobile_phone mobile_no mobile_number cell cell_phone cellphone phone_2 mobil "
        "mobiltelefon mobilnummer mobiel matkapuhelin",
    ),
    _field(
        "email",
        _("e-mail"),
        254,
        "email_address email_1 mail epost epostadresse mailadresse emailadres "
        "sähköposti",
    ),
    _field("email_2", _("e-mail 2"), 254, "email_address_2 second_email epost2"),
    _field(
        "home_page",
        _("home page"),
        255,
        "web website web_site homepage url www hjemmeside nettside nettsted webside "
        "kotisivu verkkosivu",
    ),
    _field(
        "language",
        _("language"),
        100,
        "language_code lang locale språk sprog taal kieli",
    ),
    _field(
        "salesperson",
        _("salesperson"),
        20,
        "salesperson_code owner sales_rep account_manager selger sælger verkoper myyjä",
    ),
    _field("territory", _("territory"), 20, "territory_code distrikt rayon myyntialue"),
    _field(
        "organizational_level",
        _("organizational level"),
        20,
        "organisational_level organizational_level_code level",
    ),
    _field(
        "correspondence_type",
        _("correspondence type"),
        20,
        "preferred_channel channel korrespondansetype",
    ),
    _field("mailing_groups", _("mailing groups"), 1000, "mailing_group"),
    _field("industry_groups", _("industry groups"), 1000, "industry_group"),
    _field("job_responsibilities", _("job responsibilities"), 1000, "responsibility"),
    _field("business_relations", _("business relations"), 1000, "business_relation"),
    _field("exclude_from_segment", _("exclude from segments"), 20, "exclude"),
    _field("privacy_blocked", _("privacy blocked"), 20, "gdpr_blocked"),
    _field("minor", _("minor"), 20, "is_minor"),
    _field("parental_consent_received", _("parental consent received"), 20, "consent"),
)

FIELDS: dict[str, FieldSpec] = {field.code: field for field in _ALL}

# Only a person has these; the database holds companies to it.
NAME_PARTS = ("first_name", "middle_name", "surname")
PERSON_FIELDS = (*NAME_PARTS, "job_title", "organizational_level")
# Kept as typed, several lines on one; other texts have single spaces.
ADDRESS_LINES = ("address", "address_2")
# Codes of set-up tables; whether they exist only the database knows.
CODE_FIELDS = ("salutation", "salesperson", "territory", "organizational_level")
# Several codes in one cell; a row adds to what a contact has and takes nothing away.
LINK_FIELDS = (
    "mailing_groups",
    "industry_groups",
    "job_responsibilities",
    "business_relations",
)
FLAG_FIELDS = (
    "exclude_from_segment",
    "privacy_blocked",
    "minor",
    "parental_consent_received",
)
# Only for those who may change privacy. A file sets these and never lifts them: it
# may be older than somebody's wish.
PRIVACY_FIELDS = ("privacy_blocked", "minor", "parental_consent_received")
ONLY_SET = ("privacy_blocked", "minor")
FOR_PERSONS = (
    *PERSON_FIELDS,
    "company_number",
    "job_responsibilities",
    "minor",
    "parental_consent_received",
)
FOR_COMPANIES = ("industry_groups", "business_relations")
# A constant here would make every row the same contact.
NO_CONSTANT = (
    *("number", "name", "first_name", "surname", "email", "email_2"),
    "company_number",
    *LINK_FIELDS,
    *FLAG_FIELDS,
)
