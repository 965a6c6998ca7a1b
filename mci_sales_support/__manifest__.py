{
    "name": "Sales Support",
    "summary": "Match presales people to the best deals, charge every hour, "
    "and hold one person accountable (MCI method)",
    "version": "19.0.1.0.0",
    "category": "Sales/CRM",
    "author": "MCI Sales Support contributors",
    "license": "LGPL-3",
    "depends": [
        "crm",
        "hr_timesheet",
        "hr_skills",
        "account",
        "project_account",
    ],
    "data": [
        "security/mci_groups.xml",
        "views/mci_menus.xml",
        # Integrate
        "security/integrate/ir.model.access.csv",
        "security/integrate/integrate_security.xml",
        "data/integrate/mci_function_data.xml",
        "data/integrate/mci_level_data.xml",
        # Match: grades
        # Match: bookings
        # Charge
        # Collaborate
    ],
    "demo": [],
    "assets": {
        "web.assets_backend": [
            "mci_sales_support/static/src/**/*",
        ],
    },
    "pre_init_hook": "pre_init_hook",
    "post_init_hook": "post_init_hook",
    "uninstall_hook": "uninstall_hook",
    "application": True,
}
