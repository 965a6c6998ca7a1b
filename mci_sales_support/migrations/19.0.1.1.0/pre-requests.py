"""When old requests were answered and begun is read from their bookings.

By SQL, before Odoo sees the new columns: it would say that all were answered today.
"""


def migrate(cr, version):
    cr.execute(
        "ALTER TABLE mci_request"
        " ADD COLUMN IF NOT EXISTS responded_date timestamp,"
        " ADD COLUMN IF NOT EXISTS started_date timestamp"
    )
    cr.execute(
        """
        UPDATE mci_request request
           SET responded_date = CASE WHEN request.outcome = 'refused'
                                     THEN LEAST(answer.answered, request.close_date)
                                     ELSE answer.answered
                                END,
               started_date = answer.started
          FROM (SELECT asked.id,
                       MIN(COALESCE(booking.decided_date, booking.request_date,
                                    booking.create_date))
                       FILTER (WHERE booking.state IN
                               ('held', 'confirmed', 'done', 'refused')) AS answered,
                       MIN(booking.date_start)
                       FILTER (WHERE booking.state IN ('confirmed', 'done')) AS started
                  FROM mci_request asked
             LEFT JOIN mci_booking booking ON booking.request_id = asked.id
              GROUP BY asked.id) answer
         WHERE answer.id = request.id
           AND request.responded_date IS NULL
           AND request.started_date IS NULL
        """
    )
