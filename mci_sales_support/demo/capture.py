"""How hours and costs come in: steps, a no-show, a forgotten report, a bill.

And one deal that has spent more than its budget.
"""

from odoo import Command

from .story import Plan

TEXT = "Load test of the crane control, two days at the customer's"


def tell(story):
    story.company.mci_hours_step = 0.25
    _wait_in_vain(story)
    _forget_to_report(story)
    _fall_ill(story)
    _order_a_load_test(story)
    _spend_more_than_given(story)


def answer(story):
    """The owners answer what was typed without a booking: two accept, one does not."""
    charges = story.env["mci.charge"].search([("consent", "=", "asked")])
    for charge in charges:
        charge = charge.with_user(charge.consent_user_id)
        if charge.lead_id == story.deals["brewery"]:
            charge.action_dissent("Nobody on the deal asked for a spare part list.")
        else:
            charge.action_consent()


def _wait_in_vain(story):
    """The customer did not come: no timesheet, the deal pays the agreed price."""
    day = story.dates.nth(-1, 18)
    [plan] = story.book([Plan("brewery", "wei", "industry", day, 3, until="confirmed")])
    story.act("wei", plan.booking).action_no_show(
        "customer", "Waited an hour at the gate; the plant manager was abroad."
    )


def _forget_to_report(story):
    """Nobody reports it: the cut-off of last month does, as booked."""
    day = story.dates.nth(-1, 14)
    story.book(
        [Plan("crane", "tom", "industry", day, 8, 1, "delivery", until="confirmed")]
    )


def _fall_ill(story):
    """Nobody was sent instead: the cut-off leaves it to the head of the unit."""
    day = story.dates.nth(-1, 15)
    [plan] = story.book(
        [Plan("crane", "tom", "industry", day, 4, 1, "delivery", until="confirmed")]
    )
    story.act("tom", plan.booking).action_decline("In bed with a fever.")


def _order_a_load_test(story):
    """A subcontractor's bill is charged to the deal at cost."""
    bill = story.model("accountant", "account.move").create(
        {
            "move_type": "in_invoice",
            "journal_id": _get_purchase_journal(story).id,
            "partner_id": _get_subcontractor(story).id,
            "invoice_date": story.dates.nth(-1, 16),
            "date": story.dates.nth(-1, 16),
            "invoice_line_ids": [
                Command.create(
                    {
                        "name": TEXT,
                        "quantity": 2,
                        "price_unit": 640.0,
                        "tax_ids": [Command.clear()],
                        "mci_lead_id": story.deals["crane"].id,
                        "mci_center_id": story.units["industry"].id,
                    }
                )
            ],
        }
    )
    bill.action_post()


def _spend_more_than_given(story):
    """A small deal above its budget: soft control warns, the work goes on."""
    day = story.dates.workday(-13)
    story.book(
        [
            Plan("ceramics", "nina", "office", day, 16, 2, brief="Second press line"),
            Plan(
                "ceramics", "office_lead", "office", day, 8, brief="Second press line"
            ),
        ]
    )


def _get_purchase_journal(story):
    """The company's own, or one of a company without a chart of accounts."""
    journals = story.env["account.journal"].with_company(story.company)
    journal = journals.search(
        [("type", "=", "purchase"), ("company_id", "=", story.company.id)], limit=1
    )
    if not journal.default_account_id:
        cost = _create_account(story, "Subcontractors", "698100", "expense")
        journal = journals.create(
            {
                "name": "Vendor Bills",
                "code": "SUBC",
                "type": "purchase",
                "company_id": story.company.id,
                "default_account_id": cost.id,
            }
        )
    return journal


def _get_subcontractor(story):
    partners = story.env["res.partner"].with_company(story.company)
    partner = partners.create({"name": "Northern Load Testing", "is_company": True})
    if not partner.property_account_payable_id:
        partner.property_account_payable_id = _create_account(
            story, "Payables", "298100", "liability_payable"
        )
    return partner


def _create_account(story, name, code, kind):
    accounts = story.env["account.account"].with_company(story.company)
    return accounts.create(
        {
            "name": name,
            "code": accounts._search_new_account_code(code),
            "account_type": kind,
            "reconcile": kind == "liability_payable",
        }
    )
