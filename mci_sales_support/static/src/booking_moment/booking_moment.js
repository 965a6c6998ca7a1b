import {DateTimeField, dateTimeField} from "@web/views/fields/datetime/datetime_field";
import {formatDate} from "@web/views/fields/formatters";
import {registry} from "@web/core/registry";

const DAYS = {date_start: "day_first", date_stop: "day_last"};

/**
 * Start or end of a booking: a day when the booking is for whole days, else a time.
 * The field stays the moment, so lists sort and group by it.
 *
 *     <field name="date_start" widget="mci_booking_moment" />
 */
export class BookingMomentField extends DateTimeField {
    getFormattedValue(valueIndex, numeric = this.props.numeric) {
        const {data} = this.props.record;
        if (!data.has_whole_days) {
            return super.getFormattedValue(valueIndex, numeric);
        }
        return formatDate(data[DAYS[this.props.name]], {numeric});
    }
}

registry.category("fields").add("mci_booking_moment", {
    ...dateTimeField,
    component: BookingMomentField,
    fieldDependencies: [
        {name: "has_whole_days", type: "boolean"},
        {name: "day_first", type: "date"},
        {name: "day_last", type: "date"},
    ],
});
