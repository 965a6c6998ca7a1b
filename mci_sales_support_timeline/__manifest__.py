{
    "name": "Sales Support: Timeline",
    "summary": "Bookings on a timeline by person: move and stretch them by dragging",
    "version": "19.0.1.0.0",
    "category": "Sales/CRM",
    "author": "MCI Sales Support contributors",
    "license": "AGPL-3",
    "depends": ["mci_sales_support", "web_timeline"],
    "data": ["views/mci_booking_views.xml"],
    "assets": {
        "web.assets_backend": [
            "mci_sales_support_timeline/static/src/**/*",
        ],
    },
    "auto_install": True,
}
