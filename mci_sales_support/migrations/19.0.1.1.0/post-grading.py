"""Deals graded before: what they were graded on, and the partners they name.

By SQL: a hundred thousand deals take seconds, without a message or a write date.
"""

from odoo import SUPERUSER_ID, api


def migrate(cr, version):
    cr.execute("DROP INDEX IF EXISTS crm_lead__mci_grade_id_index")
    _fill_graded_amounts(cr)
    _register_partners(cr)
    env = api.Environment(cr, SUPERUSER_ID, {})
    env["mci.partner.registration"]._mci_name_all_approvers()


def _fill_graded_amounts(cr):
    """The best that is known: the grading amount of the day of the upgrade."""
    cr.execute(
        "UPDATE crm_lead SET mci_graded_amount = mci_grading_amount,"
        " mci_graded_evidence = mci_amount_evidence"
        " WHERE mci_grade_id IS NOT NULL AND mci_graded_amount IS NULL"
    )


def _register_partners(cr):
    """Open partner-led deals that name their partner go on booking for half a year."""
    cr.execute(
        """
        INSERT INTO mci_partner_registration (
            partner_id, customer_id, commercial_customer_id, lead_id, company_id, date,
            date_to, state, requester_id, create_uid, create_date, write_uid,
            write_date)
        SELECT lead.mci_registered_partner_id, lead.partner_id,
               customer.commercial_partner_id, lead.id,
               COALESCE(lead.company_id, team.company_id, salesman.company_id,
                        (SELECT MIN(id) FROM res_company)),
               lead.create_date::date, (now() + interval '6 months')::date, 'accepted',
               lead.user_id, 1, now() AT TIME ZONE 'UTC', 1, now() AT TIME ZONE 'UTC'
          FROM crm_lead lead
          JOIN res_partner customer ON customer.id = lead.partner_id
     LEFT JOIN crm_team team ON team.id = lead.team_id
     LEFT JOIN res_users salesman ON salesman.id = lead.user_id
         WHERE lead.mci_partner_led
           AND lead.mci_registered_partner_id IS NOT NULL
           AND lead.mci_registered_partner_id <> lead.partner_id
           AND lead.won_status = 'pending'
           AND NOT EXISTS (SELECT 1 FROM mci_partner_registration registration
                            WHERE registration.lead_id = lead.id)
        """
    )
