from datetime import timedelta

from odoo import Command

from .booking_common import FRI, MON, BookingCommon

NEXT_FRI = FRI + timedelta(days=7)


class PlanCommon(BookingCommon):
    """Two open requests of one deal, and plans of the office."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # Two people of 40 hours a week in the office.
        cls.requests = cls._ask(cls.deal, 24, FRI) | cls._ask(cls.deal, 16, FRI)

    @classmethod
    def _ask(cls, deal, hours, needed, user=None, **vals):
        return deal.with_user(user or cls.seller).mci_ask_support(
            {
                "date_needed": needed.isoformat(),
                "lines": [
                    {"function_id": cls.function_presales.id, "hours": hours, **vals}
                ],
            }
        )

    def _plan(self, user=None, **vals):
        plan = (
            self.env["mci.plan"]
            .with_user(user or self.office_lead)
            .create(
                {
                    "date_from": MON,
                    "date_to": NEXT_FRI,
                    "center_ids": [Command.set(self.office.ids)],
                    **vals,
                }
            )
        )
        plan.action_compute()
        return plan

    def _line_of(self, plan, request):
        return plan.line_ids.filtered(lambda row: row.request_id == request)
