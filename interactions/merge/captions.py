"""What people call the merge fields, in five languages, in our names and in Word's.

Fixed, and not taken from the translations of the program: a document travels
between people who use it in different languages. What a list of recipients made in
Word or Outlook calls its columns is here too.
"""

# Field by field: English, Norwegian, Danish, Finnish and Dutch names.
CAPTIONS = {
    "contact_mail_address": (
        *("Mail address", "Mail address (several lines)", "Address block"),
        *("Mailing address", "Adresseblokk", "Postadresse (flere linjer)"),
        *("Postadresse", "Adresseblok", "Osoitelohko", "Postiosoite"),
        *("Postiosoite (useita rivejä)", "Adresblok", "Postadres"),
        "Postadres (meerdere regels)",
    ),
    "contact_no": (
        *("Contact number", "Contact No.", "Customer number", "Customer No."),
        *("Number", "No.", "Kontaktnummer", "Kundenummer", "Kundenr", "Nummer", "Nr"),
        *("Yhteyshenkilön numero", "Asiakasnumero", "Numero", "Contactnummer"),
        "Klantnummer",
    ),
    "contact_company_name": (
        *("Company", "Company of the contact", "Organization", "Organisation"),
        *("Firma", "Firmanavn", "Kontaktens firma", "Bedrift", "Selskap"),
        *("Virksomhed", "Kontaktens virksomhed", "Virksomhedsnavn", "Yritys"),
        *("Yrityksen nimi", "Yhteyshenkilön yritys", "Bedrijf", "Bedrijfsnaam"),
        *("Bedrijf van het contact", "Organisatie"),
    ),
    "contact_name": (
        *("Name", "Full name", "Name of the contact", "Contact", "Navn"),
        *("Fullt navn", "Fulde navn", "Kontaktens navn", "Nimi", "Koko nimi"),
        *("Yhteyshenkilön nimi", "Naam", "Volledige naam", "Naam van het contact"),
    ),
    "contact_first_name": (
        *("First name", "Given name", "Forename", "Fornavn", "Etunimi", "Voornaam"),
    ),
    "contact_surname": (
        *("Surname", "Last name", "Family name", "Etternavn", "Efternavn"),
        *("Sukunimi", "Achternaam"),
    ),
    "contact_address": (
        *("Address", "Address 1", "Address line 1", "Street", "Street address"),
        *("Address of the contact", "Business street", "Adresse", "Adresse 1"),
        *("Adresselinje 1", "Gateadresse", "Vejnavn", "Kontaktens adresse", "Osoite"),
        *("Osoite 1", "Osoiterivi 1", "Katuosoite", "Yhteyshenkilön osoite"),
        *("Adres", "Adres 1", "Adresregel 1", "Straat", "Adres van het contact"),
    ),
    "contact_address_2": (
        *("Address 2", "Address line 2", "Address 2 of the contact", "Adresse 2"),
        *("Business street 2", "Adresselinje 2", "Kontaktens adresse 2", "Osoite 2"),
        *("Osoiterivi 2", "Yhteyshenkilön osoite 2", "Adres 2", "Adresregel 2"),
        "Adres 2 van het contact",
    ),
    "contact_post_code": (
        *("Postcode", "Postal code", "ZIP", "ZIP code", "Postcode of the contact"),
        *("ZIP/Postal code", "Business postal code", "Postnummer", "Postnr"),
        *("Kontaktens postnummer", "Postinumero", "Yhteyshenkilön postinumero"),
        "Postcode van het contact",
    ),
    "contact_city": (
        *("City", "Town", "City of the contact", "Business city", "Poststed", "Sted"),
        *("Kontaktens poststed", "By", "Kontaktens by", "Kaupunki", "Paikkakunta"),
        *("Postitoimipaikka", "Yhteyshenkilön kaupunki", "Plaats", "Woonplaats"),
        "Plaats van het contact",
    ),
    "contact_county": (
        *("County", "State", "State/Province", "Province", "Region"),
        *("County of the contact", "Business state", "Fylke", "Kontaktens fylke"),
        *("Kontaktens region", "Maakunta", "Yhteyshenkilön maakunta", "Provincie"),
        "Provincie van het contact",
    ),
    "contact_country_name": (
        *("Country", "Country or region", "Country/Region", "Country of the contact"),
        *("Contact country/region name", "Business country/region", "Land"),
        *("Land eller område", "Land/område", "Kontaktens land", "Maa"),
        *("Maa tai alue", "Yhteyshenkilön maa", "Land of regio", "Land/regio"),
        "Land van het contact",
    ),
    "contact_job_title": (
        *("Job title", "Position", "Job title of the contact", "Stilling"),
        *("Stillingstittel", "Stillingsbetegnelse", "Kontaktens stilling"),
        *("Tehtävänimike", "Yhteyshenkilön tehtävänimike", "Functie"),
        *("Functietitel", "Functie van het contact"),
    ),
    "contact_phone_no": (
        *("Phone", "Phone No.", "Phone number", "Telephone", "Work phone"),
        *("Business phone", "Phone of the contact", "Telefon", "Telefonnummer"),
        *("Telefon arbeid", "Telefon (arbejde)", "Kontaktens telefon", "Puhelin"),
        *("Puhelinnumero", "Työpuhelin", "Yhteyshenkilön puhelin", "Telefoon"),
        *("Telefoonnummer", "Telefoon werk", "Telefoon van het contact"),
    ),
    "contact_mobile_phone_no": (
        *("Mobile", "Mobile phone", "Mobile phone No.", "Cell phone", "Mobil"),
        *("Mobiltelefon", "Mobilnummer", "Matkapuhelin", "Mobiel"),
        "Mobiele telefoon",
    ),
    "contact_email": (
        *("E-mail", "E-mail address", "Mail", "E-mail of the contact", "E-post"),
        *("E-postadresse", "Kontaktens e-post", "Kontaktens e-mail"),
        *("E-mail-adresse", "Mailadresse", "Sähköposti", "Sähköpostiosoite"),
        *("Yhteyshenkilön sähköposti", "E-mailadres", "E-mail van het contact"),
    ),
    "contact_home_page": (
        *("Home page", "Website", "Web page", "Hjemmeside", "Nettside", "Nettsted"),
        *("Webside", "Kotisivu", "Verkkosivu", "Webpagina"),
    ),
    "formal_salutation": (
        *("Salutation", "Formal salutation", "Greeting", "Greeting line"),
        *("Hilsen", "Formell hilsen", "Hilsningslinje", "Starthilsen"),
        *("Formel starthilsen", "Hilsenlinje", "Puhuttelu", "Muodollinen puhuttelu"),
        *("Tervehdysrivi", "Aanhef", "Formele aanhef", "Begroetingsregel"),
    ),
    "informal_salutation": (
        *("Informal salutation", "Uformell hilsen", "Uformel starthilsen"),
        *("Epämuodollinen puhuttelu", "Informele aanhef"),
    ),
    "salesperson_code": (
        "Salesperson code",
        *("Selgerkode", "Sælgerkode", "Myyjän koodi", "Verkoperscode"),
    ),
    "salesperson_name": (
        *("Salesperson", "Name of the salesperson", "Selger", "Selgerens navn"),
        *("Sælger", "Sælgerens navn", "Myyjä", "Myyjän nimi", "Verkoper"),
        "Naam van de verkoper",
    ),
    "salesperson_job_title": (
        *("Job title of the salesperson", "Selgerens stilling"),
        *("Sælgerens stilling", "Myyjän tehtävänimike", "Functie van de verkoper"),
    ),
    "salesperson_phone_no": (
        *("Salesperson phone", "Phone of the salesperson", "Selgerens telefon"),
        *("Sælgerens telefon", "Myyjän puhelin", "Telefoon van de verkoper"),
    ),
    "salesperson_email": (
        *("E-mail of the salesperson", "Selgerens e-post", "Sælgerens e-mail"),
        *("Myyjän sähköposti", "E-mail van de verkoper"),
    ),
    "document_date": (
        *("Date", "Date of the letter", "Dato", "Brevets dato", "Päivämäärä"),
        *("Päiväys", "Kirjeen päivämäärä", "Datum", "Datum van de brief"),
    ),
    "sequence_no": (
        *("Sequence number", "Number of the letter in its run", "Løpenummer"),
        *("Løbenummer", "Järjestysnumero", "Volgnummer", "Brevets nummer i kjøringen"),
        *("Brevets nummer i kørslen", "Kirjeen numero ajossa"),
        "Nummer van de brief in de run",
    ),
    "response_code": (
        *("Response code", "Response code of the letter", "Reply code", "Svarkode"),
        *("Brevets svarkode", "Vastauskoodi", "Kirjeen vastauskoodi", "Antwoordcode"),
        *("Antwoordcode van de brief", "Reactiecode", "Reactiecode van de brief"),
    ),
    "campaign_no": (
        *("Campaign number", "Campaign No.", "Kampanjenummer", "Kampagnenummer"),
        *("Kampanjan numero", "Campagnenummer"),
    ),
    "campaign_description": (
        *("Campaign", "Kampanje", "Kampagne", "Kampanja", "Campagne"),
    ),
    "segment_no": (
        *("Segment number", "Segment No.", "Segmentnummer", "Målgruppenummer"),
        "Segmentin numero",
    ),
    "description": ("Description", "Beskrivelse", "Kuvaus", "Omschrijving"),
    "subject": ("Subject", "Emne", "Aihe", "Onderwerp"),
    "personal_text": (
        *("Personal text", "Personlig tekst", "Henkilökohtainen teksti"),
        "Persoonlijke tekst",
    ),
    "company_name": (
        *("Our name", "Our company", "Vårt navn", "Vores navn", "Oma nimemme"),
        "Onze naam",
    ),
    "company_address": (
        *("Our address", "Vår adresse", "Vores adresse", "Osoitteemme", "Ons adres"),
    ),
    "company_address_2": (
        *("Our address 2", "Vår adresse 2", "Vores adresse 2", "Osoitteemme 2"),
        "Ons adres 2",
    ),
    "company_post_code": (
        *("Our postcode", "Vårt postnummer", "Vores postnummer", "Postinumeromme"),
        "Onze postcode",
    ),
    "company_city": (
        *("Our city", "Vårt poststed", "Vores by", "Kaupunkimme", "Onze plaats"),
    ),
    "company_county": (
        *("Our county", "Vårt fylke", "Vores region", "Maakuntamme"),
        "Onze provincie",
    ),
    "company_country_name": (
        *("Our country", "Company country/region name", "Vårt land", "Vores land"),
        *("Maamme", "Ons land"),
    ),
    "company_phone_no": (
        *("Our phone", "Vår telefon", "Vores telefon", "Puhelimemme"),
        "Onze telefoon",
    ),
    "company_email": (
        *("Our e-mail", "Vår e-post", "Vores e-mail", "Sähköpostimme", "Onze e-mail"),
    ),
    "company_home_page": (
        *("Our home page", "Vår hjemmeside", "Vores hjemmeside", "Kotisivumme"),
        "Onze website",
    ),
    "company_registration_no": (
        *("Our registration number", "Vårt organisasjonsnummer"),
        *("Vores registreringsnummer", "Rekisteröintinumeromme"),
        "Ons registratienummer",
    ),
    "company_vat_no": (
        *("Our VAT number", "Company VAT registration No.", "Vårt mva-nummer"),
        *("Vores momsnummer", "ALV-numeromme", "Ons btw-nummer"),
    ),
    "company_bank_account": (
        *("Our bank account", "Company bank account No.", "Vår bankkonto"),
        *("Vores bankkonto", "Pankkitilimme", "Onze bankrekening"),
    ),
}

# The Mr. or Ms. of a list of recipients, which no field of ours has.
COURTESY_TITLES = frozenset(
    ("title", "courtesytitle", "titel", "tittel", "titteli", "beleefdheidstitel")
)
