from datetime import date

from odoo.exceptions import UserError

from ..common import MciCommon


class OwnershipCommon(MciCommon):
    """A deal of the seller that the North center delivers, and marked stages."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["crm.stage"].search([]).write({"mci_phase": False})
        cls.stages = cls.env["crm.stage"].create(
            [
                {
                    "name": name,
                    "sequence": sequence,
                    "team_ids": [(4, cls.team.id)],
                    "mci_phase": phase,
                    "is_won": phase is False,
                }
                for name, sequence, phase in (
                    ("Analyse", 900, "analyse"),
                    ("Bid", 910, "bid"),
                    ("Negotiate", 920, "negotiate"),
                    ("Signed", 930, False),
                )
            ]
        )
        cls.analyse, cls.bid, cls.negotiate, cls.signed = cls.stages
        cls.deal = cls._create_deal("Port cranes")

    @classmethod
    def _create_deal(cls, name, grade="a", **vals):
        lead = cls.env["crm.lead"].create(
            {
                "name": name,
                "type": "opportunity",
                "partner_id": cls.customer.id,
                "team_id": cls.team.id,
                "user_id": cls.seller.id,
                "stage_id": cls.analyse.id,
                **vals,
            }
        )
        tier = "delivery_center" if grade in "ab" else "local_office"
        lead._mci_write_plain(
            {
                "mci_grade_id": cls.env.ref(f"mci_sales_support.grade_{grade}").id,
                "mci_gate_grade_id": cls.env.ref(f"mci_sales_support.grade_{grade}").id,
                "mci_tier": tier,
            }
        )
        return lead

    @classmethod
    def _command(cls, deal=None):
        """The center commands the deal, its lead is the delivery lead."""
        deal = deal or cls.deal
        deal.mci_center_id = cls.center
        deal.with_user(cls.center_lead).mci_name_delivery_lead(cls.center_lead.id)
        return deal

    def _mci_level(self, rule, level):
        self.env["mci.rule.level"].create(
            {
                "rule": rule,
                "company_id": self.company.id,
                "level": level,
                "date_from": date(2020, 1, 1),
            }
        )

    def _offer(self, user, deal=None, by=None, role="owner"):
        deal = (deal or self.deal).with_user(by or self.seller)
        return self.env["mci.ownership"].browse(
            deal.mci_offer_handover(user.id, role, "Please take it")
        )

    def _active(self, deal=None, role="owner"):
        return (deal or self.deal).mci_ownership_ids.filtered(
            lambda row: row.role == role and row.state == "active"
        )

    def assertRefused(self, text, error=UserError):
        return self.assertRaisesRegex(error, text)
