from datetime import timedelta

from odoo import fields

from ..common import MciCommon


class CollaborateCommon(MciCommon):
    """A deal of the seller with hours done by two engineers, ready to close."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.today = fields.Date.today()
        cls.company.mci_start_date = cls.today - timedelta(days=30)
        cls.stage_won = cls.env["crm.stage"].search([("is_won", "=", True)], limit=1)
        cls.deal = cls._create_deal("Port cranes")
        cls._work(cls.deal, "engineer", 20.0)
        cls._work(cls.deal, "engineer_2", 10.0)

    @classmethod
    def _create_deal(cls, name="Deal", grade="c", **vals):
        lead = cls.env["crm.lead"].create(
            {
                "name": name,
                "type": "opportunity",
                "partner_id": cls.customer.id,
                "team_id": cls.team.id,
                "user_id": cls.seller.id,
                "expected_revenue": 100000.0,
                **vals,
            }
        )
        cls._set_grade(lead, grade)
        return lead

    @classmethod
    def _set_grade(cls, leads, grade):
        leads._mci_write_plain(
            {"mci_grade_id": cls.env.ref(f"mci_sales_support.grade_{grade}").id}
        )

    @classmethod
    def _work(cls, lead, role, hours, day=None):
        """A booking that was done, without the way there."""
        day = day or cls.today - timedelta(days=5)
        start = fields.Datetime.to_datetime(day)
        booking = (
            cls.env["mci.booking"]
            ._mci_unlock()
            .create(
                {
                    "lead_id": lead.id,
                    "center_id": cls.center.id,
                    "function_id": cls.function_presales.id,
                    "resource_id": cls.resources[role].id,
                    "date_start": start,
                    "date_stop": start + timedelta(hours=9),
                    "hours": hours,
                }
            )
        )
        booking.sudo()._mci_unlock().day_ids.unlink()
        cls.env["mci.booking.day"]._mci_unlock().create(
            {
                "booking_id": booking.id,
                "date": day,
                "hours": hours,
                "hours_done": hours,
            }
        )
        cls.env.flush_all()
        cls.env.cr.execute(
            "UPDATE mci_booking SET state = 'done', hours_done = %s WHERE id = %s",
            (hours, booking.id),
        )
        cls.env.invalidate_all()
        return booking

    @classmethod
    def _win(cls, leads):
        leads.write({"stage_id": cls.stage_won.id})
        return leads

    def _form(self, lead, role):
        """The form about the person of ``role``."""
        return lead.mci_evaluation_ids.filtered(
            lambda form: form.resource_id == self.resources[role]
        )

    def _fill(self, form, rating="5"):
        form.line_ids.with_user(form.evaluator_id).write({"rating": rating})
        return form.with_user(form.evaluator_id)
