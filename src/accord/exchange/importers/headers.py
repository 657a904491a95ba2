"""Headers under which other programs export what we call by our own names, by kind of file and field.

Google Contacts (old and new), Outlook, HubSpot, Salesforce, Pipedrive, and the ERP systems of German-speaking firms
(DATEV, Lexware, SAP Business One and their like). They are compared without case, accents, blanks and signs.
"""

from __future__ import annotations

_COMPANY = (
    *("kunde", "kundenname", "firma", "firmenname", "firmierung", "unternehmen", "unternehmensname", "mandant"),
    *("debitor", "debitorname", "organization - name", "account name: account name", "associated company"),
)
_COMPANY_ID = (
    *("kundennummer", "kundennr", "kunden nr", "kunden-id", "kdnr", "kd nr", "debitorennummer", "debitorennr"),
    *("debitor nr", "debitornummer", "personenkonto", "adressnummer", "mandantennummer", "account id"),
    *("associated company ids", "associated company id", "associated company ids (primary)", "organization - id"),
)
_CURRENCY = ("währung", "waehrung", "währungscode", "wkz", "währungskennzeichen", "deal currency", "currency iso code")
_PHONES = ("telefon", "telefonnummer", "tel nr", "telefon geschäftlich", "telefon (geschäftlich)", "rufnummer")
_NOTES = ("notiz", "notizen", "bemerkung", "bemerkungen", "anmerkung", "anmerkungen", "kommentar", "beschreibung")

HEADERS: dict[str, dict[str, tuple[str, ...]]] = {
    "accounts": {
        "name": _COMPANY,
        "external_id": _COMPANY_ID,
        "industry": ("branche", "wirtschaftszweig"),
        "lead_source": ("herkunft", "leadquelle", "lead-quelle", "kontaktquelle", "akquisequelle"),
        "segment": ("kundengruppe", "kundenart", "kundentyp", "kategorie"),
        "status": ("kundenstatus", "lead status"),
        "tier": ("klasse", "kundenklasse", "abc-klasse", "abc kunde", "stufe"),
        "owner": (
            *("company owner", "kundenbetreuer", "betreuer", "vertreter", "verkäufer", "zuständig"),
            *("ansprechpartner intern", "account owner: full name", "organization - owner"),
        ),
        "parent": ("muttergesellschaft", "konzern", "konzernmutter", "parent company", "parent account: account name"),
        "annual_revenue": ("jahresumsatz", "umsatz", "annual revenue"),
        "employees": ("mitarbeiter", "mitarbeiterzahl", "anzahl mitarbeiter", "beschäftigte"),
        "website": (
            *("website url", "company domain name", "webseite", "homepage", "internet", "internetadresse", "web page"),
            "website 1 - value",
        ),
        "phone": (*_PHONES, "business phone", "phone 1 - value", "main phone", "zentrale"),
        "street": ("strasse", "straße", "straße und hausnummer", "anschrift", "street address", "business street"),
        "postcode": (
            *(
                "postleitzahl",
                "business postal code",
                "billing zip/postal code",
                "billing zip",
                "address 1 - postal code",
            ),
        ),
        "city": ("ort", "stadt", "business city", "address 1 - city"),
        "country": ("land", "staat", "country/region", "business country/region", "business country"),
        "client_since": ("kunde seit", "kundenbeginn", "vertragsbeginn", "angelegt am", "became a customer date"),
        "currency": _CURRENCY,
        "description": _NOTES,
    },
    "contacts": {
        "external_id": ("contact id", "kontakt-id", "kontaktnummer", "ansprechpartner nr", "person - id"),
        "name": (
            *("ansprechpartner", "ansprechpartnerin", "kontakt", "kontaktperson", "vollständiger name", "display name"),
            *("person - name", "file as"),
        ),
        "first_name": ("vorname", "given name"),
        "last_name": ("nachname", "familienname", "zuname"),
        "account": (
            *_COMPANY,
            "organization 1 - name",
            "organization name",
            "primary company",
            "person - organization",
        ),
        "account_id": _COMPANY_ID,
        "email": (
            *("e-mail 1 - value", "e-mail-adresse", "mailadresse", "e-mail (geschäftlich)", "e-mail geschäftlich"),
            *("person - email - work", "primary email"),
        ),
        "other_email": (
            *(
                "e-mail 2 - value",
                "e-mail 2 address",
                "e-mail 2",
                "e-mail privat",
                "e-mail (privat)",
                "e-mail-adresse 2",
            ),
            *("person - email - home", "additional email addresses", "work email 2"),
        ),
        "phone": (*_PHONES, "phone 1 - value", "company main phone", "primary phone", "person - phone - work"),
        "mobile": (
            *("mobil", "mobiltelefon", "handy", "handynummer", "mobilnummer", "mobile phone number"),
            "person - phone - mobile",
        ),
        "other_phone": (
            *("phone 2 - value", "business phone 2", "telefon privat", "telefon 2", "telefon (privat)"),
            "person - phone - home",
        ),
        "title": (
            *("organization 1 - title", "organization title", "position", "funktion", "stellung", "berufsbezeichnung"),
            "person - job title",
        ),
        "reports_to": ("manager's name", "vorgesetzter", "vorgesetzte", "reports to: full name"),
        "since": ("seit", "im unternehmen seit"),
        "notes": _NOTES,
    },
    "opportunities": {
        "external_id": ("opportunity id", "deal - id", "chancen-id", "vorgangsnummer", "angebotsnummer"),
        "account": (*_COMPANY, "deal - organization", "primary associated company"),
        "account_id": _COMPANY_ID,
        "stage": ("phase", "stufe", "verkaufsphase", "vertriebsphase", "verkaufsstufe", "deal - stage"),
        "name": ("verkaufschance", "chance", "bezeichnung", "betreff", "titel", "deal - title"),
        "service": ("produkt", "leistung", "dienstleistung", "product name"),
        "amount": (
            *(
                "wert",
                "betrag",
                "auftragswert",
                "angebotswert",
                "volumen",
                "deal - value",
                "amount in company currency",
            ),
        ),
        "currency": (*_CURRENCY, "deal - currency of value", "amount currency"),
        "probability": (
            *("wahrscheinlichkeit", "wahrscheinlichkeit in %", "abschlusswahrscheinlichkeit", "deal probability"),
            "deal - probability",
        ),
        "opened_on": ("erstellt am", "angelegt am", "eröffnet am", "deal - deal created"),
        "expected_on": (
            *("erwarteter abschluss", "erwartetes abschlussdatum", "voraussichtlicher abschluss"),
            "deal - expected close date",
        ),
        "closed_on": ("abschlussdatum", "abgeschlossen am", "geschlossen am", "deal - won time"),
        "owner": ("verantwortlich", "verantwortlicher", "verkäufer", "betreuer", "deal - owner"),
        "reason": ("verlustgrund", "grund", "closed lost reason", "closed won reason", "deal - lost reason"),
    },
    "exchange_rates": {
        "starts_on": ("datum", "gültig ab"),
        "currency": ("währung", "waehrung"),
        "rate": ("kurs", "wechselkurs"),
    },
    "invoices": {
        "number": (
            *(
                "rechnungsnummer",
                "rechnungsnr",
                "rechnung nr",
                "rechnung",
                "re nr",
                "belegnummer",
                "belegnr",
                "beleg nr",
            ),
            *("belegfeld 1", "dokumentnummer", "invoice #"),
        ),
        "issued_on": ("rechnungsdatum", "belegdatum", "datum", "ausgestellt am", "buchungsdatum", "created date"),
        "customer_id": _COMPANY_ID,
        "customer": (*_COMPANY, "rechnungsempfänger", "bill to", "customer name", "contact name"),
        "unit_price": ("einzelpreis", "stückpreis", "preis", "e-preis", "einzelpreis netto", "unit amount"),
        "quantity": ("menge", "anzahl", "stück", "stunden"),
        "amount": (
            *(
                "nettobetrag",
                "netto",
                "betrag",
                "betrag netto",
                "rechnungsbetrag",
                "gesamtpreis",
                "summe",
                "summe netto",
            ),
            *("nettosumme", "positionsbetrag", "umsatz", "line amount", "subtotal"),
        ),
        "code": ("artikelnummer", "artikelnr", "artikel nr", "art nr", "leistungsnummer", "inventory item code"),
        "description": ("bezeichnung", "beschreibung", "leistung", "artikel", "artikelbezeichnung", "buchungstext"),
        "currency": _CURRENCY,
        "due_on": (
            "fällig am",
            "faellig am",
            "fällig",
            "fälligkeit",
            "fälligkeitsdatum",
            "zahlbar bis",
            "zahlungsziel",
        ),
        "paid_on": (
            "bezahlt am",
            "zahlungsdatum",
            "zahlungseingang",
            "beglichen am",
            "ausgeglichen am",
            "fully paid on date",
        ),
        "status": ("zahlungsstatus", "rechnungsstatus", "belegstatus"),
        "country": ("land",),
    },
}
