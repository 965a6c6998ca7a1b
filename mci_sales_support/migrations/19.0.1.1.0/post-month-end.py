"""Month end of 19.0.1.1.0: activities of its own types, dates of running disputes (C5).

The answer of the payer ends activities of the type *Accept a statement*; those made
before were plain to-dos and would stay for ever. A dispute is reminded of, and ages,
from its date, which its history knows.
"""


def migrate(cr, version):
    cr.execute(
        """
        UPDATE mail_activity activity SET activity_type_id = own.res_id
          FROM ir_model_data own, ir_model_data plain, mci_statement statement
         WHERE own.module = 'mci_sales_support'
           AND own.name = 'mail_activity_type_statement_accept'
           AND plain.module = 'mail' AND plain.name = 'mail_activity_data_todo'
           AND activity.res_model = 'mci.statement'
           AND activity.res_id = statement.id AND statement.state = 'sent'
           AND activity.activity_type_id = plain.res_id
           AND activity.automated
        """
    )
    cr.execute(
        """
        UPDATE mci_charge charge SET disputed_date = event.date
          FROM (SELECT charge_id, max(date) AS date FROM mci_charge_event
                 WHERE kind = 'dispute' GROUP BY charge_id) event
         WHERE event.charge_id = charge.id AND charge.disputed_date IS NULL
        """
    )
