"""Names of people, streets and towns, and how an e-mail address is made of them."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from random import Random

FIRST = {
    "de": "Annegret Bernd Birgit Christoph Claudia Dagmar Dirk Elke Franziska Friedrich Gerlinde Hannes Henrike Jens "
    "Jörg Juliane Jürgen Karin Käthe Lars Lena-Marie Lothar Malte Mareike Matthias Nele Norbert Petra Rainer "
    "Ruth Sabine "
    "Sönke Stefanie Sven Theresa Thorsten Ulrike Uwe Volker Wiebke",
    "en": "Abigail Adaeze Alistair Beatrice Callum Charlotte Declan Eleanor Fiona Gareth Harriet Imogen Jamal Kwame "
    "Margaret Nigel Olivia Priya Rhys Rosalind Samir Sebastian Siobhán Tariq Vanessa Winston",
    "fr": "Amélie Baptiste Céline Clément Élodie Étienne Fabrice Geneviève Hélène Jean-Baptiste Loïc Margaux Mathilde "
    "Noémie Olivier Rémi Solène Thibault Yannick",
    "nl": "Anneke Bram Carolien Diederik Floor Gijs Hanneke Jeroen Liesbeth Maarten Marijke Pieter Roos Sjoerd Wouter",
    "pl": "Agnieszka Bartosz Elżbieta Grzegorz Jadwiga Katarzyna Krzysztof Łukasz Małgorzata Paweł Przemysław Wojciech "
    "Zofia Żaneta",
    "it": "Alessandra Beatrice Carlo Davide Donatella Elisabetta Federico Gianluca Giulia Ilaria Lorenzo Matteo "
    "Niccolò "
    "Ottavia Silvia Vittorio",
    "es": "Álvaro Begoña Cristóbal Dolores Íñigo Íñaki Inés José Lucía Maite Montserrat Nuria Rocío Santiago Xavier",
    "no": "Anders Astrid Bjørn Camilla Eirik Frøydis Håkon Ingeborg Kjersti Lars-Erik Mette Øystein Ragnhild Sigrid "
    "Sverre Torbjørn Åse",
    "cz": "Bohumila Dagmar Františka Jiří Kateřina Luboš Markéta Ondřej Radomír Růžena Štěpán Tomáš Vojtěch Zdeněk",
}
LAST = {
    "de": "Achenbach Altmeyer Baumgärtner Bockelmann Brandstätter Dürrschmidt Eichinger Fassbender Feldhaus Grünewald "
    "Hackenberg Hölscher Jakobeit Kaltenbrunner Kirschstein Kötter Lindenthal Löffelholz Mühlenkamp Niedermayr "
    "Oberländer Pfannenschmidt Quast Rößler Schäferhoff Schmitz-Wenzel Stüwe Tönnies Unterberger Vollmer "
    "von der Heydte Wüstenhagen Zimmermann",
    "en": "Abernathy Adeyemi Ashworth Blackwood Chakraborty Cholmondeley Featherstone Fitzgerald Hargreaves "
    "Kettleborough "
    "Mbeki McAllister Montgomery-Jones Nwachukwu O'Sullivan Okonkwo Pemberton Rahman Thistlethwaite Whitcombe Wu",
    "fr": "Beauchamp Chevallier d'Aubigny de La Tour Delacroix Desrosiers Fournier Guérin Lefèbvre Marchand "
    "Moreau-Prévost "
    "Pelletier Rousseau Saint-Germain Vaillancourt",
    "nl": "Bakker de Vries Dijkstra Hoekstra Kuipers Schaap ter Horst van den Berg van der Meulen van 't Hof Vermeulen "
    "Zijlstra",
    "pl": "Błaszczykowski Dąbrowska Gołębiowski Jabłoński Kowalczyk Krzyżanowska Mazurkiewicz Szczepańska "
    "Wróblewski Zając",
    "it": "Bevilacqua Castiglioni De Luca Della Rovere Ferrari Ghirlandaio Lombardi Montanari Quattrocchi Santoro",
    "es": "Aguirre Echeverría de la Fuente García Ibáñez Muñoz Navarro Ortega Peñalver Urrutia Vázquez",
    "no": "Aasen Bjørkelund Dahl Engebretsen Gjerstad Haugland Kristoffersen Lindqvist Nygård Østby Sørensen "
    "Thorvaldsen",
    "cz": "Černý Dvořák Havlíčková Horáček Křížová Novotný Procházka Růžička Svobodová Šťastný",
}
# Names from further off, with the letters an address is written in.
AFAR = (
    ("Γιώργος Παπαδόπουλος", "giorgos.papadopoulos"),
    ("Олена Шевченко", "olena.shevchenko"),
    ("佐藤 健一", "kenichi.sato"),
    ("Nguyễn Thị Minh Anh", "minhanh.nguyen"),
    ("Trần Quốc Bảo", "bao.tran"),
    ("Ayşegül Karaosmanoğlu", "aysegul.karaosmanoglu"),
    ("Mehmet Yıldız", "mehmet.yildiz"),
    ("Ioana-Ștefania Brătianu", "ioana.bratianu"),
    ("Sai Venkata Subramaniam Ramanathan", "sai.ramanathan"),
    ("Fatoumata Diallo", "fatoumata.diallo"),
    ("Søren Kierkegaard-Holm", "soren.holm"),
    ("王 丽华", "lihua.wang"),
    ("Δέσποινα Καραγιάννη", "despoina.karagianni"),
    ("Jón Þórðarson", "jon.thordarson"),
    ("Siiri Mäkeläinen-Väänänen", "siiri.makelainen"),
    ("Yaw Boateng Asante", "yaw.asante"),
    ("Bo Ek", "bo.ek"),
    ("Marija Živković", "marija.zivkovic"),
)

CULTURE = {
    "Germany": "de",
    "Austria": "de",
    "Switzerland": "de",
    "United Kingdom": "en",
    "United States": "en",
    "France": "fr",
    "Netherlands": "nl",
    "Poland": "pl",
    "Italy": "it",
    "Spain": "es",
    "Norway": "no",
    "Denmark": "no",
    "Sweden": "no",
    "Czechia": "cz",
    "Ireland": "en",
    "Belgium": "nl",
}

# Town, its postcode's beginning and telephone prefix.
TOWNS: dict[str, list[tuple[str, str, str]]] = {
    "Germany": [
        ("Hameln", "317", "05151"),
        ("Lüneburg", "213", "04131"),
        ("Göttingen", "370", "0551"),
        ("Würzburg", "970", "0931"),
        ("Görlitz", "028", "03581"),
        ("Münster", "481", "0251"),
        ("Reutlingen", "727", "07121"),
        ("Wolfenbüttel", "383", "05331"),
        ("Kempten (Allgäu)", "874", "0831"),
        ("Stralsund", "184", "03831"),
        ("Mülheim an der Ruhr", "454", "0208"),
        ("Eberswalde", "162", "03334"),
        ("Freiberg", "095", "03731"),
        ("Suhl", "985", "03681"),
    ],
    "Austria": [("Linz", "40", "0732"), ("Dornbirn", "68", "05572"), ("Graz", "80", "0316")],
    "Switzerland": [("Winterthur", "84", "052"), ("St. Gallen", "90", "071"), ("Biel/Bienne", "25", "032")],
    "United Kingdom": [
        ("Leeds", "LS1 4", "0113"),
        ("Bristol", "BS1 6", "0117"),
        ("Newcastle upon Tyne", "NE1 3", "0191"),
    ],
    "United States": [("Milwaukee, WI", "532", "414"), ("Grand Rapids, MI", "495", "616")],
    "France": [("Clermont-Ferrand", "630", "04 73"), ("Saint-Nazaire", "446", "02 40"), ("Besançon", "250", "03 81")],
    "Netherlands": [("Deventer", "741", "0570"), ("'s-Hertogenbosch", "521", "073"), ("Leeuwarden", "891", "058")],
    "Poland": [("Bydgoszcz", "85-0", "52"), ("Zielona Góra", "65-0", "68"), ("Rzeszów", "35-0", "17")],
    "Italy": [("Reggio nell'Emilia", "421", "0522"), ("Bergamo", "241", "035"), ("Bolzano/Bozen", "391", "0471")],
    "Spain": [("Donostia-San Sebastián", "200", "943"), ("Zaragoza", "500", "976")],
    "Norway": [("Tromsø", "90", "77"), ("Ålesund", "60", "70")],
    "Denmark": [("Aarhus", "80", "86"), ("Sønderborg", "64", "74")],
    "Sweden": [("Örebro", "702", "019"), ("Västerås", "722", "021")],
    "Czechia": [("Hradec Králové", "500", "495"), ("Plzeň", "301", "377")],
    "Ireland": [("Cork", "T12 ", "021")],
    "Belgium": [("Mechelen", "28", "015")],
}
DIALLING = {
    "Germany": "+49",
    "Austria": "+43",
    "Switzerland": "+41",
    "United Kingdom": "+44",
    "United States": "+1",
    "France": "+33",
    "Netherlands": "+31",
    "Poland": "+48",
    "Italy": "+39",
    "Spain": "+34",
    "Norway": "+47",
    "Denmark": "+45",
    "Sweden": "+46",
    "Czechia": "+420",
    "Ireland": "+353",
    "Belgium": "+32",
}
STREETS = {
    "de": (
        "Am Alten Güterbahnhof",
        "Bürgermeister-Smidt-Straße",
        "Gewerbering Süd",
        "Hafenstraße",
        "Lindenallee",
        "Röntgenstraße",
        "Werner-von-Siemens-Straße",
        "Zum Wasserturm",
    ),
    "en": ("Canal Wharf", "Foundry Lane", "Queen Anne's Parade", "Station Approach", "Victoria Mills"),
    "fr": ("allée des Tilleuls", "boulevard de la République", "quai de la Loire", "rue des Forgerons"),
    "nl": ("Handelskade", "Molenweg", "Oude Gracht", "Stationsplein"),
    "pl": ("ul. Fabryczna", "ul. Jana III Sobieskiego", "al. Niepodległości"),
    "it": ("corso Giuseppe Garibaldi", "via dell'Industria", "viale della Libertà"),
    "es": ("avenida de la Constitución", "calle de la Estación"),
    "no": ("Havnegata", "Kongens gate", "Strandveien"),
    "cz": ("Dlouhá", "náměstí Míru", "Průmyslová"),
}
_LETTERS = str.maketrans(
    {
        "ß": "ss",
        "ø": "o",
        "Ø": "o",
        "ł": "l",
        "Ł": "l",
        "đ": "d",
        "æ": "ae",
        "ı": "i",
        "Þ": "th",
        "ð": "d",
        "ä": "ae",
        "ö": "oe",
        "ü": "ue",
        "Ä": "ae",
        "Ö": "oe",
        "Ü": "ue",
    }
)


def ascii_name(text: str) -> str:
    """Lower-case letters, digits and dashes for addresses: ``Löffelholz & Söhne`` gives ``loeffelholz-soehne``."""
    plain = unicodedata.normalize("NFKD", text.translate(_LETTERS)).encode("ascii", "ignore").decode().lower()
    words = "".join(c if c.isalnum() else " " for c in plain.replace("'", "")).split()
    return "-".join(words)


@dataclass(frozen=True, slots=True)
class Somebody:
    """A full name and what stands before the @."""

    name: str
    mailbox: str

    @property
    def first(self) -> str:
        return self.name.split()[0]


def somebody(chance: Random, country: str) -> Somebody:
    """A person as one meets them in ``country``: mostly from there, sometimes not."""
    if chance.random() < 0.06:
        return Somebody(*chance.choice(AFAR))
    culture = CULTURE[country] if chance.random() < 0.85 else chance.choice(sorted(FIRST))
    first, last = chance.choice(FIRST[culture].split()), chance.choice(_families(culture))
    if chance.random() < 0.05:
        last = f"{last}-{chance.choice(_families(culture))}"
    title = "Dr. " if culture == "de" and chance.random() < 0.08 else ""
    return Somebody(f"{title}{first} {last}", f"{ascii_name(first)}.{ascii_name(last)}")


def family(chance: Random, culture: str) -> str:
    """A family name."""
    return chance.choice(_families(culture))


def _families(culture: str) -> list[str]:
    """The names of a culture; particles ("van den", "de la") belong to the word after them."""
    names: list[str] = []
    held: list[str] = []
    for word in LAST[culture].split():
        held.append(word)
        if (word[0].isupper() and word not in ("De", "Della", "La")) or word.startswith("d'"):
            names.append(" ".join(held))
            held = []
    return names


def address(chance: Random, country: str, town: str = "") -> dict[str, str]:
    """Street, postcode, town and telephone that belong together."""
    places = TOWNS[country]
    name, code, prefix = next((p for p in places if p[0] == town), None) or chance.choice(places)
    culture = CULTURE[country]
    number = chance.randint(1, 140)
    street = chance.choice(STREETS[culture])
    trailing = "".join(str(chance.randint(0, 9)) for _ in range(_missing_digits(country, code)))
    if country in ("United Kingdom", "Ireland"):
        trailing += chance.choice(("AB", "DT", "HX", "QP"))
    before = culture in ("en", "fr")
    return {
        "street": f"{number} {street}" if before else f"{street} {number}",
        "postcode": code + trailing,
        "city": name,
        "country": country,
        "phone": f"{DIALLING[country]} {prefix.lstrip('0')} {chance.randint(20, 99)} {chance.randint(100, 999)}"
        f"-{chance.randint(0, 99)}",
    }


def _missing_digits(country: str, code: str) -> int:
    length = {"Austria": 4, "Switzerland": 4, "Norway": 4, "Denmark": 4, "Belgium": 4, "Netherlands": 4, "Poland": 6}
    if country in ("United Kingdom", "Ireland"):
        return 0
    return max(0, length.get(country, 5) - len(code))
