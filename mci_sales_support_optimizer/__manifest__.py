{
    "name": "Sales Support: Optimizer",
    "summary": "Plans all open requests with OR-Tools, and proves how good they are",
    "version": "19.0.1.0.0",
    "category": "Sales/CRM",
    "author": "MCI Sales Support contributors",
    "license": "LGPL-3",
    "depends": ["mci_sales_support"],
    "external_dependencies": {"python": ["ortools"]},
    "data": [
        "data/mci_plan_data.xml",
        "views/mci_plan_views.xml",
    ],
}
