from datetime import datetime

from odoo import Command

from .booking_common import FRI, BookingCommon


class RequestCommon(BookingCommon):
    """Deals, time limits and two offices that can be asked."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.resource_calendar_id = cls.calendar
        cls.env["mci.service.level"].search([]).unlink()
        cls.levels = cls.env["mci.service.level"]._mci_create_standard(cls.company)

    @classmethod
    def _ask(cls, lead=None, user=None, needed=FRI, hours=8, line=None, **vals):
        lead = lead or cls.deal
        return lead.with_user(user or cls.seller).mci_ask_support(
            {
                "date_needed": needed.isoformat(),
                "lines": [
                    {
                        "function_id": cls.function_presales.id,
                        "hours": hours,
                        **(line or {}),
                    }
                ],
                **vals,
            }
        )

    @classmethod
    def _add_backup(cls, name="Harbour Office", sequence=10):
        office = cls._mci_create_unit(
            name, name[:4].upper(), "local_office", cls.center_lead, ["engineer"]
        )
        office.backup_sequence = sequence
        cls.team.mci_backup_office_ids = [Command.link(office.id)]
        return office

    @classmethod
    def _command(cls, deal=None):
        """The deal has its center, and a delivery lead who commands."""
        deal = deal or cls.big_deal
        deal.mci_center_id = cls.center
        deal._mci_write_plain({"mci_delivery_lead_id": cls.center_lead.id})
        return deal

    def _messages(self, record, user):
        return self.env["mail.message"].search(
            [
                ("model", "=", record._name),
                ("res_id", "=", record.id),
                ("partner_ids", "in", user.partner_id.ids),
            ]
        )

    def _tomorrow(self, **vals):
        """Values of a booking of Tuesday that has not begun on Monday."""
        return {
            "date_start": datetime(2030, 1, 8, 1, 0),
            "date_stop": datetime(2030, 1, 8, 10, 0),
            **vals,
        }
