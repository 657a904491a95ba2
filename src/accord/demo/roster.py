"""The forty people of Northlight Partners."""

from __future__ import annotations

from dataclasses import dataclass

ADMIN, ACCOUNT, PROJECT, FINANCE, MEMBER = (
    "administrator",
    "account_manager",
    "project_manager",
    "finance",
    "member",
)
PARTNERS, DELIVERY, DESIGN, WEB, DATA, PLANT, OPERATIONS = (
    "Client partners",
    "Delivery",
    "Design and research",
    "Web and apps",
    "Data and cloud",
    "Plant and automation",
    "Operations",
)


@dataclass(frozen=True, slots=True)
class Colleague:
    """One line of the roster. ``level`` 1 to 5 sets the rates; without ``roles`` there is no sign-in (freelancers)."""

    name: str
    mailbox: str
    title: str
    team: str
    level: int
    years: float  # with the firm since
    skills: str = ""
    roles: tuple[str, ...] = (MEMBER,)
    calendar: str = "berlin"


ROSTER = (
    Colleague(
        "Katharina Brandt-Oyelaran",
        "katharina.brandt-oyelaran",
        "Managing partner",
        PARTNERS,
        5,
        11,
        roles=(ADMIN, ACCOUNT, FINANCE),
    ),
    Colleague("Leonie Achterberg", "leonie.achterberg", "Client partner", PARTNERS, 4, 7.5, roles=(ACCOUNT,)),
    Colleague("Daniel Okafor", "daniel.okafor", "Client partner", PARTNERS, 4, 5.2, roles=(ACCOUNT,)),
    Colleague("Mirjam van der Linde", "mirjam.vanderlinde", "Account manager", PARTNERS, 3, 3.6, roles=(ACCOUNT,)),
    Colleague(
        "Ruairí Gallagher",
        "ruairi.gallagher",
        "Account manager, UK and Ireland",
        PARTNERS,
        3,
        2.4,
        roles=(ACCOUNT,),
        calendar="leeds",
    ),
    Colleague(
        "Tomasz Zieliński", "tomasz.zielinski", "Senior project manager", DELIVERY, 4, 6.8, "pm analyst", (PROJECT,)
    ),
    Colleague(
        "Henrike Mühlenbruch",
        "henrike.muehlenbruch",
        "Head of delivery",
        DELIVERY,
        5,
        9.1,
        "pm analyst",
        (PROJECT, ACCOUNT),
    ),
    Colleague(
        "Aleksandra Nowakowska",
        "aleksandra.nowakowska",
        "Project manager",
        DELIVERY,
        3,
        4.4,
        "pm analyst qa",
        (PROJECT,),
        "wroclaw",
    ),
    Colleague("Yusuf Demirci", "yusuf.demirci", "Project manager", DELIVERY, 3, 3.1, "pm analyst", (PROJECT,)),
    Colleague(
        "Charlotte Beaumont",
        "charlotte.beaumont",
        "Project manager",
        DELIVERY,
        3,
        1.7,
        "pm analyst train",
        (PROJECT,),
        "four days",
    ),
    Colleague("Oluwaseun Adebayo", "oluwaseun.adebayo", "Business analyst", DELIVERY, 3, 5.5, "analyst train qa"),
    Colleague(
        "Svenja Löwenstein-Ritter",
        "svenja.loewenstein-ritter",
        "Requirements engineer",
        DELIVERY,
        3,
        8.0,
        "analyst qa train",
        calendar="mornings",
    ),
    Colleague("Nora Fjeldstad", "nora.fjeldstad", "Head of design", DESIGN, 4, 7.0, "ux ui", (MEMBER, PROJECT)),
    Colleague(
        "Piotr Szymański", "piotr.szymanski", "Senior interaction designer", DESIGN, 3, 4.9, "ux ui", calendar="wroclaw"
    ),
    Colleague("Ngozi Eze", "ngozi.eze", "Visual designer", DESIGN, 2, 2.2, "ui copy"),
    Colleague(
        "Johanna Ter-Petrosyan",
        "johanna.ter-petrosyan",
        "User researcher",
        DESIGN,
        3,
        6.1,
        "ux analyst",
        calendar="four days",
    ),
    Colleague("Lucía Ferreiro Castaño", "lucia.ferreiro", "Content designer", DESIGN, 2, 5.0, "copy train"),
    Colleague(
        "Bo Lindqvist", "bo.lindqvist", "Brand designer (freelance)", DESIGN, 4, 4.6, "ui copy", (), "three days"
    ),
    Colleague("Efe Yıldırım", "efe.yildirim", "Senior software developer", WEB, 3, 5.8, "be fe"),
    Colleague(
        "Magdalena Kwiatkowska",
        "magdalena.kwiatkowska",
        "Lead developer",
        WEB,
        4,
        8.3,
        "be fe cloud",
        (MEMBER, PROJECT),
        "wroclaw",
    ),
    Colleague("Rohan Krishnamurthy", "rohan.krishnamurthy", "Software developer", WEB, 3, 3.9, "fe mob"),
    Colleague("Finn-Ole Carstensen", "finn-ole.carstensen", "Software developer", WEB, 2, 2.0, "fe qa"),
    Colleague("Zuzana Hrubá", "zuzana.hruba", "App developer", WEB, 3, 4.7, "mob fe"),
    Colleague("Marek Ostrowski", "marek.ostrowski", "Senior software developer", WEB, 3, 6.4, "be", calendar="wroclaw"),
    Colleague("Amira Haddad", "amira.haddad", "Software developer", WEB, 2, 0.9, "be fe"),
    Colleague(
        "Tobias Rauschenberger", "tobias.rauschenberger", "Test engineer", WEB, 3, 7.2, "qa", calendar="tuesday on"
    ),
    Colleague(
        "Ximena Ruiz Tagle", "ximena.ruiz-tagle", "App developer (freelance)", WEB, 4, 4.3, "mob be", (), "three days"
    ),
    Colleague(
        "Hendrik Scheffler", "hendrik.scheffler", "Lead data engineer", DATA, 4, 6.0, "data be", (MEMBER, PROJECT)
    ),
    Colleague("Wanjiru Kamau", "wanjiru.kamau", "Data scientist", DATA, 3, 3.3, "data analyst"),
    Colleague("Antonín Blažek", "antonin.blazek", "Cloud engineer", DATA, 3, 5.1, "cloud sec"),
    Colleague(
        "Dr. Farzaneh Moradi", "farzaneh.moradi", "Security consultant", DATA, 4, 4.8, "sec cloud", calendar="four days"
    ),
    Colleague("Jean-Luc Ndiaye", "jean-luc.ndiaye", "Cloud engineer", DATA, 2, 1.2, "cloud data"),
    Colleague(
        "Rüdiger Pfannkuch",
        "ruediger.pfannkuch",
        "Head of plant automation",
        PLANT,
        5,
        10.2,
        "auto elec pm",
        (PROJECT, MEMBER),
    ),
    Colleague("Grażyna Sobczak", "grazyna.sobczak", "Automation engineer", PLANT, 3, 5.6, "auto", calendar="wroclaw"),
    Colleague("Jörn Thiessen", "joern.thiessen", "Electrical designer", PLANT, 3, 7.7, "elec mech"),
    Colleague("Abdulrahman Al-Sayed", "abdulrahman.al-sayed", "Commissioning engineer", PLANT, 3, 4.5, "auto elec"),
    Colleague(
        "Lieselotte Wegener",
        "lieselotte.wegener",
        "Mechanical engineer (freelance)",
        PLANT,
        4,
        6.6,
        "mech",
        (),
        "three days",
    ),
    Colleague("Kenji Watanabe-Schulz", "kenji.watanabe-schulz", "Automation engineer", PLANT, 2, 1.9, "auto mech"),
    Colleague("Ingrid Halvorsen", "ingrid.halvorsen", "Head of operations", OPERATIONS, 4, 8.8, roles=(ADMIN,)),
    Colleague(
        "Margarethe Vogt-Nakamura",
        "margarethe.vogt-nakamura",
        "Finance manager",
        OPERATIONS,
        3,
        6.3,
        roles=(FINANCE,),
        calendar="short days",
    ),
)

# One sign-in of each role, whose pages hold the most stories.
SHOWN = {
    ADMIN: "ingrid.halvorsen",
    ACCOUNT: "leonie.achterberg",
    PROJECT: "tomasz.zielinski",
    FINANCE: "margarethe.vogt-nakamura",
    MEMBER: "efe.yildirim",
}

# Those whom stories name.
LEONIE, DANIEL, MIRJAM, RUAIRI = "leonie.achterberg", "daniel.okafor", "mirjam.vanderlinde", "ruairi.gallagher"
TOMASZ, HENRIKE, ALEKSANDRA, YUSUF, CHARLOTTE, RUEDIGER = (
    "tomasz.zielinski",
    "henrike.muehlenbruch",
    "aleksandra.nowakowska",
    "yusuf.demirci",
    "charlotte.beaumont",
    "ruediger.pfannkuch",
)
EFE = "efe.yildirim"
