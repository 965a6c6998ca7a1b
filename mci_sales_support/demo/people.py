"""People: users with their roles, employees, skills, absences."""

from datetime import datetime, time, timedelta

from odoo import Command

from .story import ZONE

SELLER = "sales_team.group_sale_salesman"
MANAGER = "sales_team.group_sale_manager"
ENGINEER = "mci_sales_support.group_engineer"
LEAD = "mci_sales_support.group_center_lead"

# login: (name, department, job, manager, level, groups)
PEOPLE = {
    "vp": ("Victoria Hale", "Management", "Vice President Sales", "", "", MANAGER),
    "sales_manager": (
        "Monica Brandt",
        "Headquarters Sales",
        "Sales Manager",
        "vp",
        "",
        MANAGER,
    ),
    "sales_manager_far": (
        "Daniel Okafor",
        "Western Sales",
        "Sales Manager",
        "vp",
        "",
        MANAGER,
    ),
    "seller": (
        "Sofia Marino",
        "Headquarters Sales",
        "Account Manager",
        "sales_manager",
        "",
        SELLER,
    ),
    "seller_2": (
        "Marcus Lind",
        "Headquarters Sales",
        "Account Manager",
        "sales_manager",
        "",
        SELLER,
    ),
    "seller_far": (
        "Frank Weston",
        "Western Sales",
        "Account Manager",
        "sales_manager_far",
        "",
        SELLER,
    ),
    "center_lead": (
        "Clara Jensen",
        "Solutions",
        "Center Lead",
        "vp",
        "level_4",
        LEAD,
    ),
    "center_lead_2": (
        "Paul Novak",
        "Solutions",
        "Center Lead",
        "vp",
        "level_4",
        LEAD,
    ),
    "office_lead": (
        "Olivia Grant",
        "Field Offices",
        "Office Lead",
        "vp",
        "level_3",
        LEAD,
    ),
    "office_lead_far": (
        "Oscar Lindgren",
        "Field Offices",
        "Office Lead",
        "vp",
        "level_3",
        LEAD,
    ),
    "hotline": (
        "Hanna Vogel",
        "Service Hotline",
        "Hotline Lead",
        "vp",
        "level_1",
        LEAD,
    ),
    "engineer": (
        "Emil Andersson",
        "Solutions",
        "Presales Engineer",
        "center_lead",
        "level_2",
        ENGINEER,
    ),
    "fatima": (
        "Fatima Haddad",
        "Solutions",
        "Principal Solution Architect",
        "center_lead",
        "level_4",
        ENGINEER,
    ),
    "wei": (
        "Wei Zhang",
        "Testing",
        "Senior Test Engineer",
        "center_lead",
        "level_3",
        ENGINEER,
    ),
    "tom": (
        "Tom Becker",
        "Delivery",
        "Senior Delivery Manager",
        "center_lead",
        "level_3",
        ENGINEER,
    ),
    "grace": (
        "Grace Kim",
        "Solutions",
        "Senior Solution Architect",
        "center_lead_2",
        "level_3",
        ENGINEER,
    ),
    "luis": (
        "Luis Ortega",
        "Delivery",
        "Delivery Engineer",
        "center_lead_2",
        "level_2",
        ENGINEER,
    ),
    "diego": (
        "Diego Fuentes",
        "Delivery",
        "Software Developer",
        "center_lead_2",
        "level_2",
        ENGINEER,
    ),
    "nina": (
        "Nina Petrova",
        "Field Offices",
        "Presales Engineer",
        "office_lead",
        "level_2",
        ENGINEER,
    ),
    "ravi": (
        "Ravi Menon",
        "Field Offices",
        "Presales Engineer",
        "office_lead_far",
        "level_2",
        ENGINEER,
    ),
    "accountant": (
        "Anna Keller",
        "Finance",
        "Accountant",
        "vp",
        "",
        "account.group_account_invoice,account.group_account_readonly"
        ",hr_timesheet.group_hr_timesheet_approver",
    ),
    "hr": (
        "Helen Moore",
        "Human Resources",
        "HR Officer",
        "vp",
        "",
        "hr.group_hr_user",
    ),
    "mci_manager": (
        "Martin Cole",
        "Management",
        "Sales Support Administrator",
        "vp",
        "",
        "mci_sales_support.group_manager",
    ),
}
LANGUAGES = {"wei": "zh_CN"}
# What an hour of somebody costs, about; each a little more or less than the level.
HOURLY_COSTS = {"level_1": 44.0, "level_2": 60.0, "level_3": 82.0, "level_4": 112.0}

SKILLS = (
    "Control systems",
    "Energy management",
    "Process automation",
    "Public infrastructure",
    "Test automation",
)
LEVELS = (("Aware", 25), ("Skilled", 60), ("Expert", 100))
# login: ((skill, level), …)
KNOWS = {
    "fatima": (("Control systems", "Expert"), ("Process automation", "Expert")),
    "center_lead": (("Process automation", "Expert"),),
    "engineer": (("Control systems", "Skilled"), ("Energy management", "Aware")),
    "wei": (("Test automation", "Expert"), ("Control systems", "Skilled")),
    "tom": (("Process automation", "Skilled"), ("Energy management", "Skilled")),
    "grace": (("Public infrastructure", "Expert"), ("Energy management", "Skilled")),
    "luis": (("Public infrastructure", "Skilled"),),
    "nina": (("Control systems", "Skilled"),),
    "ravi": (("Energy management", "Skilled"),),
    "office_lead": (("Control systems", "Skilled"),),
    "office_lead_far": (("Energy management", "Expert"),),
}


def tell(story):
    story.company.name = "Meridian Automation"
    for language in ("en_US", *LANGUAGES.values()):
        story.env["res.lang"]._activate_lang(language)
    _set_working_time(story)
    _hire(story)
    _teach(story)
    _certify(story)
    _take_leave(story)


def _set_working_time(story):
    calendar = story.env["resource.calendar"].create(
        {"name": "Meridian 40 hours", "tz": ZONE, "company_id": story.company.id}
    )
    story.company.resource_calendar_id = calendar
    story.env["resource.calendar.leaves"].create(
        {
            "name": "Company day",
            "calendar_id": calendar.id,
            "company_id": story.company.id,
            "date_from": story.moment(story.dates.holiday, 0),
            "date_to": story.moment(story.dates.holiday + timedelta(days=1), 0)
            - timedelta(seconds=1),
        }
    )


def _hire(story):
    env, calendar = story.env, story.company.resource_calendar_id
    names = sorted({row[1] for row in PEOPLE.values()})
    departments = dict(
        zip(
            names,
            env["hr.department"].create([{"name": name} for name in names]),
            strict=True,
        )
    )
    users = env["res.users"].create(
        [_prepare_user(story, login, row) for login, row in PEOPLE.items()]
    )
    story.users = dict(zip(PEOPLE, users, strict=True))
    employees = env["hr.employee"].create(
        [
            {
                "name": name,
                "user_id": story.users[login].id,
                "company_id": story.company.id,
                "department_id": departments[department].id,
                "job_title": job,
                "work_email": f"{login}@meridian.example.com",
                "resource_calendar_id": calendar.id,
                "tz": ZONE,
                "contract_date_start": story.dates.month(-24),
            }
            for login, (name, department, job, *_rest) in PEOPLE.items()
        ]
    )
    story.employees = dict(zip(PEOPLE, employees, strict=True))
    for number, (login, (*_person, manager, level, _)) in enumerate(PEOPLE.items()):
        employee = story.employees[login]
        if manager:
            employee.parent_id = story.employees[manager]
        if level:
            employee.resource_id.mci_level_id = story.ref(level)
            employee.hourly_cost = HOURLY_COSTS[level] + number % 5 - 2


def _prepare_user(story, login, row):
    name, *_rest, groups = row
    # As Odoo gives to new users: everybody may export what he reads.
    xmlids = ["base.group_user", "base.group_allow_export", *groups.split(",")]
    # With Odoo's bot installed, its greeting covers the whole screen of a phone.
    quiet = {"odoobot_state": "disabled"}
    if "odoobot_state" not in story.env["res.users"]._fields:
        quiet = {}
    return {
        **quiet,
        "name": name,
        "login": login,
        "password": login,
        "email": f"{login}@meridian.example.com",
        "company_id": story.company.id,
        "company_ids": [Command.set(story.company.ids)],
        "group_ids": [Command.set([story.env.ref(xmlid).id for xmlid in xmlids])],
        "lang": LANGUAGES.get(login, "en_US"),
        "tz": ZONE,
        "notification_type": "inbox",
    }


def _teach(story):
    skill_type = _create_skill_type(story, "Presales skills", SKILLS, LEVELS)
    skills = {skill.name: skill for skill in skill_type.skill_ids}
    levels = {level.name: level for level in skill_type.skill_level_ids}
    story.env["hr.employee.skill"].create(
        [
            {
                "employee_id": story.employees[login].id,
                "skill_type_id": skill_type.id,
                "skill_id": skills[skill].id,
                "skill_level_id": levels[level].id,
                "valid_from": story.dates.month(-12),
            }
            for login, known in KNOWS.items()
            for skill, level in known
        ]
    )


def _certify(story):
    """Two certificates: one holds, one ran out last month."""
    dates = story.dates
    certificate = _create_skill_type(
        story,
        "Certificates",
        ("Functional safety engineer",),
        (("Certified", 100),),
        is_certification=True,
    )
    story.env["hr.employee.skill"].create(
        [
            {
                "employee_id": story.employees[login].id,
                "skill_type_id": certificate.id,
                "skill_id": certificate.skill_ids.id,
                "skill_level_id": certificate.skill_level_ids.id,
                "valid_from": dates.month(-25),
                "valid_to": valid_to,
            }
            for login, valid_to in (
                ("fatima", dates.month(10)),
                ("engineer", dates.month(-1)),
            )
        ]
    )


def _create_skill_type(story, name, skills, levels, **vals):
    return story.env["hr.skill.type"].create(
        {
            "name": name,
            "skill_ids": [Command.create({"name": skill}) for skill in skills],
            "skill_level_ids": [
                Command.create(
                    {
                        "name": level,
                        "level_progress": progress,
                        "default_level": level == levels[0][0],
                    }
                )
                for level, progress in levels
            ],
            **vals,
        }
    )


def _take_leave(story):
    """Luis is away next week, Tuesday to Thursday."""
    first = story.dates.next_monday + timedelta(days=1)
    last = first + timedelta(days=2)
    resource = story.employees["luis"].resource_id
    story.env["resource.calendar.leaves"].create(
        {
            "name": "Annual leave",
            "resource_id": resource.id,
            "calendar_id": resource.calendar_id.id,
            "company_id": story.company.id,
            "date_from": datetime.combine(first, time(0)),
            "date_to": datetime.combine(last, time(23, 59, 59)),
        }
    )
    story.set_away("luis", first, last)
