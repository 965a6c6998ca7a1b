{
    "name": "Sales Support: Expenses",
    "summary": "Expenses of employees are charged to the deal they were made for",
    "version": "19.0.1.0.0",
    "category": "Sales/CRM",
    "author": "MCI Sales Support contributors",
    "license": "LGPL-3",
    "depends": ["mci_sales_support", "hr_expense"],
    "data": ["views/hr_expense_views.xml"],
    "auto_install": True,
    "post_init_hook": "post_init_hook",
    "uninstall_hook": "uninstall_hook",
}
