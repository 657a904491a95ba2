"""The clients without a story: made by chance from what companies are called in their country and trade."""

from __future__ import annotations

from collections import Counter
from random import Random

from accord.demo.briefs import ClientBrief, RetainerBrief
from accord.demo.names import CULTURE, TOWNS, family
from accord.demo.roster import DANIEL, LEONIE, MIRJAM, RUAIRI
from accord.demo.stories import STORIES
from accord.demo.world import World

# Trade, and how a company of it may be called. {f} is a family, {g} another, {t} the town.
TRADES: dict[str, tuple[tuple[str, str], ...]] = {
    "Public sector": (
        ("City administration", "{t:city}"),
        ("Public transport", "{t:transport}"),
        ("University", "{t:university}"),
        ("Water board", "{t:water}"),
    ),
    "Manufacturing": (
        ("Mechanical engineering", "{f} {machines} {legal}"),
        ("Drives and gears", "{brothers} {f} {drives} {legal}"),
        ("Plastics", "{f} & {g} {plastics} {legal}"),
        ("Food", "{f} {food} {legal}"),
        ("Tools", "{f} {tools} {legal}"),
    ),
    "Retail": (
        ("Outdoor shops", "Waldgang Outdoor {legal}"),
        ("Builders' merchants", "{f} {timber} {legal}"),
        ("Online pharmacies", "{f} & {g} {pharmacy} {legal}"),
        ("Fashion", "Maison {f} {legal}"),
        ("Bookshops", "{f} {books} {legal}"),
    ),
    "SaaS": (
        ("Scheduling software", "Shiftwise {legal}"),
        ("Property software", "Kontorama {legal}"),
        ("Fleet software", "Haulbase {legal}"),
        ("School software", "Lernfaden {legal}"),
        ("Laboratory software", "Pipettia {legal}"),
        ("Legal software", "Clausula Technologies {legal}"),
    ),
    "Health": (
        ("Hospital", "{t:hospital}"),
        ("Dental laboratories", "{f} {dental} {legal}"),
        ("Care homes", "{t:care}"),
        ("Health insurance", "{t:insurance}"),
    ),
    "Energy": (
        ("Wind farms", "Windpark {t} {legal}"),
        ("District heating", "{t:heating}"),
        ("Charging stations", "Voltara Charging {legal}"),
        ("Solar installation", "{f} Solar {legal}"),
    ),
    "Finance": (
        ("Savings bank", "{t:bank}"),
        ("Insurance broker", "{f}, {g} & Partner {legal}"),
        ("Leasing", "{f} Leasing {legal}"),
        ("Asset management", "{f} Capital {legal}"),
    ),
}
# Words by language: German, English, and for all others English with the forms of their law.
WORDS = {
    "machines": {
        "de": "Maschinenbau",
        "it": "Officine Meccaniche",
        "pl": "Fabryka Maszyn",
        "fr": "Constructions mécaniques",
        "cz": "Strojírny",
        "es": "Maquinaria Industrial",
        "nl": "Machinefabriek",
    },
    "drives": {"de": "Antriebstechnik", "it": "Trasmissioni", "pl": "Napędy", "fr": "Transmissions", "cz": "Pohony"},
    "plastics": {"de": "Kunststofftechnik", "it": "Materie Plastiche", "pl": "Tworzywa", "fr": "Plasturgie"},
    "food": {
        "de": "Feinkost-Manufaktur",
        "it": "Salumificio",
        "pl": "Zakłady Mięsne",
        "fr": "Conserverie",
        "no": "Sjømat",
    },
    "tools": {"de": "Präzisionswerkzeuge", "it": "Utensili", "pl": "Narzędzia", "fr": "Outillage", "cz": "Nástroje"},
    "timber": {"de": "Holz- und Baustoffhandel", "nl": "Houthandel", "fr": "Bois et Matériaux"},
    "pharmacy": {"de": "Versandapotheke", "nl": "Apotheek", "it": "Farmacia"},
    "books": {"de": "Buchhandlungen", "nl": "Boekhandel", "no": "Bokhandel", "cz": "Knihkupectví"},
    "dental": {"de": "Dentaltechnik", "it": "Odontotecnica"},
    "brothers": {"de": "Gebr.", "it": "Fratelli", "pl": "Bracia", "fr": "Frères", "cz": "Bratři", "nl": "Gebroeders"},
}
ENGLISH = {
    "machines": "Engineering",
    "drives": "Drive Systems",
    "plastics": "Polymers",
    "food": "Fine Foods",
    "tools": "Tooling",
    "timber": "Timber Merchants",
    "pharmacy": "Pharmacy",
    "books": "Books",
    "dental": "Dental",
    "brothers": "",
}
TOWN_NAMES = {
    "city": {
        "de": "Stadt {t} – Amt für Informationstechnik und Digitalisierung",
        "en": "{t} City Council",
        "nl": "Gemeente {t}",
        "no": "{t} kommune",
        "fr": "Métropole de {t}",
    },
    "transport": {
        "de": "Verkehrsbetriebe {t} AG",
        "en": "{t} Transit Authority",
        "pl": "Miejskie Przedsiębiorstwo Komunikacyjne {t}",
    },
    "university": {
        "de": "Hochschule {t} – University of Applied Sciences",
        "en": "University of {t}",
        "it": "Università degli Studi di {t}",
    },
    "water": {"de": "Abwasserzweckverband {t} und Umland", "nl": "Waterschap {t}", "en": "{t} Water"},
    "hospital": {
        "de": "St.-Vincenz-Krankenhaus {t} gGmbH",
        "fr": "Centre hospitalier de {t}",
        "en": "{t} Royal Infirmary",
    },
    "care": {"de": "Diakonische Altenhilfe {t} gGmbH", "en": "{t} Care Homes"},
    "insurance": {"de": "BKK {t} Betriebskrankenkasse KdöR", "en": "{t} Health Plan"},
    "heating": {"de": "Fernwärme {t} GmbH", "no": "{t} Fjernvarme AS", "en": "{t} District Energy"},
    "bank": {"de": "Sparkasse {t}", "en": "{t} Credit Union", "es": "Caja Rural de {t}"},
}
LEGAL = {
    "Germany": ("GmbH", "GmbH & Co. KG", "AG", "SE", "e.K."),
    "Austria": ("GmbH", "Ges.m.b.H. & Co KG"),
    "Switzerland": ("AG", "GmbH"),
    "United Kingdom": ("Ltd", "plc", "LLP"),
    "United States": ("Inc.", "LLC"),
    "France": ("S.A.S.", "S.A.R.L."),
    "Netherlands": ("B.V.", "N.V."),
    "Poland": ("Sp. z o.o.", "S.A."),
    "Italy": ("S.p.A.", "S.r.l."),
    "Spain": ("S.L.", "S.A."),
    "Norway": ("AS",),
    "Denmark": ("A/S", "ApS"),
    "Sweden": ("AB",),
    "Czechia": ("s.r.o.", "a.s."),
    "Ireland": ("DAC",),
    "Belgium": ("NV", "BV"),
}
CURRENCY = {"United Kingdom": "GBP", "Switzerland": "CHF", "United States": "USD"}
COUNTRIES = ("Germany",) * 13 + tuple(sorted(LEGAL))
ABOUT = (
    "They rely on us for {service}; decisions are made quickly and in person.",
    "A careful buyer: three quotes for everything, then loyal for years. Mostly {service}.",
    "Small budget, high expectations. So far {service}, with more to come if it pays off.",
    "Came through a referral. They order {service} every year, usually in autumn.",
    "Strong in-house IT; they come to us for {service} when they lack capacity or expertise.",
    "Owner-managed. What the family decides over dinner reaches us by phone the next morning; most recently {service}.",
)
SERVICE_WORDS = {
    "Public sector": "accessible websites",
    "Manufacturing": "plant controls and interfaces",
    "Retail": "shop and stock integration",
    "SaaS": "product design and cloud operation",
    "Health": "patient-facing apps",
    "Energy": "portals and load data",
    "Finance": "security reviews and reporting",
}
PROSPECTS, CLIENTS, FORMER = 8, 42, 10


def client_briefs(world: World) -> list[ClientBrief]:
    """The stories, and as many others as make up eight prospects, 42 clients and ten former clients."""
    chance = world.rng("market")
    briefs = list(STORIES)
    for status, total in (("client", CLIENTS), ("former", FORMER), ("prospect", PROSPECTS)):
        told = sum(b.status == status for b in STORIES)
        for _ in range(round((total - told) * world.scale)):
            briefs.append(_brief(chance, status, briefs))
    return briefs


def _brief(chance: Random, status: str, taken: list[ClientBrief]) -> ClientBrief:
    names = {b.name for b in taken}
    used = Counter(b.industry for b in taken)
    while True:
        # Trades that we know least come first, so that no trade crowds out the others.
        trades = [(used[industry], segment, industry, form) for segment in TRADES for industry, form in TRADES[segment]]
        _, segment, industry, pattern = min(chance.sample(trades, 5))
        country = (
            "Germany" if segment in ("Public sector", "Health") and chance.random() < 0.8 else chance.choice(COUNTRIES)
        )
        town = chance.choice(TOWNS[country])[0]
        name = _name(chance, pattern, country, town)
        # A coined name is one company, whatever its legal form.
        if name not in names and ("{f}" in pattern or "{t" in pattern or not _coined(name, names)):
            break
    tier = chance.choices(("A", "B", "C"), (0.1, 0.4, 0.5))[0]
    since = round(chance.uniform(0.9, 9.0), 2)
    lost = 0
    if status == "former":
        since = round(chance.uniform(3.2, 7.0), 2)
        lost = chance.randint(120, round(min(since - 1.2, 3.0) * 365))
    retainers: tuple[RetainerBrief, ...] = ()
    if status == "client" and tier in "AB" and chance.random() < 0.42:
        ends_in = chance.randint(14, 350)
        terms = min(3, max(1, int(since + ends_in / 365 - 0.2)))
        first = chance.choice((1900, 2300, 2800, 3400, 4200, 5100))
        retainers = (RetainerBrief(tuple(first * (100 + 7 * n) // 1000 * 10 for n in range(terms)), ends_in),)
    owner = (
        RUAIRI
        if country in ("United Kingdom", "Ireland", "United States")
        else chance.choice((LEONIE, DANIEL, MIRJAM, DANIEL, MIRJAM))
    )
    return ClientBrief(
        key=f"m{len(taken)}",
        name=name,
        segment=segment,
        industry=industry,
        country=country,
        city=town,
        status=status,
        tier="" if status == "prospect" else tier,
        currency=CURRENCY.get(country, "EUR"),
        employees=round(chance.lognormvariate(5.4, 1.1)),
        owner=owner,
        weight={"A": 2.2, "B": 1.3, "C": 0.8}[tier],
        tilt=chance.choice((0.7, 0.9, 1.0, 1.3)),
        since=since,
        lost=lost,
        late_payer=chance.choice((-3, 0, 2, 4, 4, 6, 9, 14)),
        retainers=retainers,
        description=chance.choice(ABOUT).format(service=SERVICE_WORDS[segment]),
    )


def _coined(name: str, names: set[str]) -> bool:
    first = name.split()[0]
    return any(other.split()[0] == first for other in names)


def _name(chance: Random, pattern: str, country: str, town: str) -> str:
    culture = CULTURE[country]
    if pattern.startswith("{t:"):
        forms = TOWN_NAMES[pattern[3:-1]]
        return forms.get(culture, forms.get("en", forms["de"])).format(t=town.split(",")[0])
    words = {word: forms.get(culture, ENGLISH[word]) for word, forms in WORDS.items()}
    one, two = family(chance, culture), family(chance, culture)
    name = pattern.format(f=one, g=two, t=town.split(",")[0], legal=chance.choice(LEGAL[country]), **words)
    return " ".join(name.split())
