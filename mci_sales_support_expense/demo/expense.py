"""One more chapter of the demo story: an engineer's night at the customer's."""

from odoo import fields

DEAL = "Harbour crane control"
LOGINS = ("engineer", "accountant")
TEXT = "Night in the port hotel, measuring the radio link"
AMOUNT = 184.5


def tell(env):
    """Submitted, approved and posted by its people, then charged to the deal.

    Nothing where the story was not told, or where no books are kept.
    """
    deal = env["crm.lead"].search([("name", "=", DEAL)], limit=1)
    users = {
        user.login: user for user in env["res.users"].search([("login", "in", LOGINS)])
    }
    if not deal or len(users) < len(LOGINS) or not deal.company_id.chart_template:
        return
    engineer, accountant = (users[login] for login in LOGINS)
    lead = deal.mci_center_id.lead_id
    engineer.employee_id.expense_manager_id = lead
    accountant.group_ids += env.ref("hr_expense.group_hr_expense_user")
    expense = (
        env["hr.expense"].with_user(engineer).create(_prepare(env, deal, engineer))
    )
    expense.action_submit()
    expense.with_user(lead)._do_approve(False)
    _post(expense.with_user(accountant))


def _prepare(env, deal, engineer):
    product = env["product.product"].create(
        {"name": "Travel & Accommodation", "type": "service", "can_be_expensed": True}
    )
    return {
        "name": TEXT,
        "employee_id": engineer.employee_id.id,
        "product_id": product.id,
        "total_amount_currency": AMOUNT,
        "tax_ids": [],
        "date": fields.Date.context_today(engineer),
        "mci_lead_id": deal.id,
    }


def _post(expense):
    action = expense.action_post()
    if action:
        wizard = expense.env[action["res_model"]].with_context(**action["context"])
        wizard.browse(action["res_id"]).action_post_entry()
