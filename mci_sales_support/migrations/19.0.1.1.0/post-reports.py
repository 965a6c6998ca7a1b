"""The office of the sales team joins the story of a charge (C3).

Nothing kept it before: what the team's office is today is the best there is.
"""


def migrate(cr, version):
    cr.execute(
        """
        UPDATE mci_charge charge SET office_id = team.mci_office_id
          FROM crm_team team
         WHERE team.id = charge.team_id AND charge.office_id IS NULL
           AND team.mci_office_id IS NOT NULL
        """
    )
