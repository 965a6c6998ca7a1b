"""Units with their positions, the sales teams they serve, cost centers, customers."""

from odoo import Command

# key: (name, tier, lead, deputy, industries, solutions, positions)
UNITS = {
    "industry": (
        "Industry Delivery Center",
        "delivery_center",
        "center_lead",
        "fatima",
        ("Manufacturing", "Food"),
        ("Machine control", "Plant energy management"),
        (
            ("fatima", "presales", True),
            ("fatima", "delivery", False),
            ("engineer", "presales", False),
            ("wei", "presales", False),
            ("wei", "test", True),
            ("tom", "delivery", True),
            ("tom", "after_sales", True),
            ("center_lead", "presales", False),
        ),
    ),
    "public": (
        "Public Sector Delivery Center",
        "delivery_center",
        "center_lead_2",
        "grace",
        ("Public Administration", "Transportation/Logistics", "Health/Social"),
        ("Network telemetry", "Building automation"),
        (
            ("grace", "presales", True),
            ("luis", "presales", False),
            ("diego", "customization", True),
            ("center_lead_2", "delivery", True),
            ("center_lead_2", "test", True),
        ),
    ),
    "office": (
        "Headquarters Office",
        "local_office",
        "office_lead",
        "nina",
        (),
        (),
        (("office_lead", "presales", True), ("nina", "presales", False)),
    ),
    "office_far": (
        "Western Office",
        "local_office",
        "office_lead_far",
        "ravi",
        (),
        (),
        (("office_lead_far", "presales", True), ("ravi", "presales", False)),
    ),
    "hotline": (
        "Service Hotline",
        "hotline",
        "hotline",
        False,
        (),
        (),
        (("hotline", "presales", True),),
    ),
}
CODES = {
    "industry": "IDC",
    "public": "PSC",
    "office": "HQO",
    "office_far": "WEO",
    "hotline": "HOT",
}
KEY_SOLUTIONS = ("Machine control", "Network telemetry")
# key: (name, leader, deputy, sellers, office, backup)
TEAMS = {
    "near": (
        "Headquarters Sales",
        "sales_manager",
        "seller_2",
        ("seller", "seller_2"),
        "office",
        False,
    ),
    "far": (
        "Western Sales",
        "sales_manager_far",
        "vp",
        ("seller_far",),
        "office_far",
        "office",
    ),
}
# key: (name, city, industry)
CUSTOMERS = {
    "ports": ("Harbourline Ports", "Bristol", "Transportation/Logistics"),
    "steel": ("Thornbury Steelworks", "Sheffield", "Manufacturing"),
    "metro": ("Eastvale Metro", "Newcastle", "Transportation/Logistics"),
    "water": ("Fairhaven Water", "Cardiff", "Public Administration"),
    "brewery": ("Northgate Brewhouse", "Leeds", "Food"),
    "pharma": ("Juniper Remedies", "Cambridge", "Manufacturing"),
    "airport": ("Granite Bay Airport", "Aberdeen", "Transportation/Logistics"),
    "cement": ("Bluestone Kilns", "Derby", "Manufacturing"),
    "dairy": ("Orchard Vale Dairy", "Exeter", "Food"),
    "textile": ("Redfern Weavers", "Bradford", "Manufacturing"),
    "school": ("Meadowlark Schools", "Oxford", "Public Administration"),
    "hospital": ("Alder Valley Hospital", "Swansea", "Health/Social"),
    "paper": ("Silverbrook Papermakers", "Norwich", "Manufacturing"),
    "glass": ("Lumen Glassmakers", "Sunderland", "Manufacturing"),
    "ceramics": ("Pinnacle Ceramics Works", "Stoke", "Manufacturing"),
    "packaging": ("Larkspur Cartons", "Luton", "Manufacturing"),
    "cold": ("Summit Cold Stores", "Plymouth", "Food"),
    "mining": ("Hollow Creek Quarries", "Truro", "Manufacturing"),
    "shipyard": ("Cobalt Cove Shipyard", "Glasgow", "Manufacturing"),
    "council": ("Castle Ridge Council", "Lincoln", "Public Administration"),
    "logistics": ("Tamarind Parcels", "Coventry", "Transportation/Logistics"),
    "rail": ("Westerham Light Rail", "Crewe", "Transportation/Logistics"),
    "foods": ("Kestrel Hill Foods", "Hull", "Food"),
    "utility": ("Brightwater District Energy", "York", "Public Administration"),
    "university": ("Ashdown University", "Brighton", "Public Administration"),
    "partner": ("Stonegate Integrators", "Manchester", False),
    "partner_2": ("Bellmont Plant Services", "Liverpool", False),
}


def tell(story):
    _name_industries(story)
    _create_units(story)
    _create_teams(story)
    _set_up_charging(story)
    _meet_customers(story)


def _name_industries(story):
    """Industries of Odoo, and two of our own where it has none."""
    industries = story.env["res.partner.industry"]
    wanted = {name for row in UNITS.values() for name in row[4]}
    wanted |= {row[2] for row in CUSTOMERS.values() if row[2]}
    known = {industry.name: industry for industry in industries.search([])}
    for name in sorted(wanted - set(known)):
        known[name] = industries.create({"name": name})
    known["Manufacturing"].mci_is_key = True
    story.industries = known


def _create_units(story):
    manager = story.model("mci_manager", "mci.delivery.center")
    names = sorted({name for row in UNITS.values() for name in row[5]})
    solutions = story.model("mci_manager", "mci.solution").create(
        [
            {"name": name, "is_key": name in KEY_SOLUTIONS, "color": number + 1}
            for number, name in enumerate(names)
        ]
    )
    story.solutions = {solution.name: solution.sudo() for solution in solutions}
    for key, (name, tier, lead, deputy, industries, offers, seats) in UNITS.items():
        unit = manager.create(
            {
                "name": name,
                "code": CODES[key],
                "tier": tier,
                "company_id": story.company.id,
                "lead_id": story.users[lead].id,
                "deputy_id": story.users[deputy].id if deputy else False,
                "industry_ids": [story.industries[name].id for name in industries],
                "solution_ids": [story.solutions[name].id for name in offers],
                "seat_ids": [_prepare_seat(story, *seat) for seat in seats],
            }
        )
        story.units[key] = unit.sudo()


def _prepare_seat(story, login, function, is_head):
    return Command.create(
        {
            "resource_id": story.employees[login].resource_id.id,
            "function_id": story.ref(f"function_{function}").id,
            "is_head": is_head,
            "date_from": story.dates.month(-9),
        }
    )


def _create_teams(story):
    env = story.env
    plan = env["account.analytic.plan"].create({"name": "Departments"})
    # Odoo's own first team would stand beside ours with nothing in it.
    env["crm.team"].search(
        [("company_id", "in", (False, story.company.id))]
    ).active = False
    for key, (name, leader, deputy, sellers, office, backup) in TEAMS.items():
        account = env["account.analytic.account"].create(
            {"name": name, "plan_id": plan.id, "company_id": story.company.id}
        )
        story.teams[key] = env["crm.team"].create(
            {
                "name": name,
                "user_id": story.users[leader].id,
                "mci_deputy_id": story.users[deputy].id,
                "company_id": story.company.id,
                "member_ids": [story.users[login].id for login in sellers],
                "mci_office_id": story.units[office].id,
                "mci_backup_office_ids": story.units[backup].ids if backup else [],
                "mci_analytic_account_ids": account.ids,
            }
        )


def _set_up_charging(story):
    company = story.company
    company.action_mci_setup_charging()
    company.mci_showback_until = story.dates.month_end(-3)
    # The method begins in its chapter: nothing before counts.
    company.mci_start_date = story.dates.month(1)


def _meet_customers(story):
    partners = story.env["res.partner"].create(
        [
            {
                "name": name,
                "is_company": True,
                "city": city,
                "country_id": story.env.ref("base.uk").id,
                "industry_id": story.industries[industry].id if industry else False,
                "email": f"office@{key.replace('_', '-')}.example.com",
            }
            for key, (name, city, industry) in CUSTOMERS.items()
        ]
    )
    story.customers = dict(zip(CUSTOMERS, partners, strict=True))
