/* License AGPL-3.0 or later (http://www.gnu.org/licenses/agpl). */
import {registry} from "@web/core/registry";
import {useService} from "@web/core/utils/hooks";
import {TimelineController} from "@web_timeline/views/timeline/timeline_controller.esm";
import {TimelineView} from "@web_timeline/views/timeline/timeline_view.esm";

/**
 * What was dragged goes through the steps of a booking. A refusal is shown and the
 * item goes back where it was.
 */
export class BookingTimelineController extends TimelineController {
    setup() {
        super.setup();
        this.orm = useService("orm");
        this.notification = useService("notification");
    }

    /** @override */
    async internalMove() {
        const queue = this.moveQueue.splice(0);
        for (const move of queue) {
            await this.moveBooking(move);
        }
        await this.model.load(this.getSearchProps());
        this.render();
    }

    async moveBooking({id, data, item, callback}) {
        try {
            const result = await this.orm.call("mci.booking", "action_timeline_move", [
                [id],
                data.date_start,
                data.date_stop,
                this.getPerson(id, data),
            ]);
            if (result === true) {
                callback(item);
                return;
            }
            callback(null);
            await this.actionService.doAction(result, {
                onClose: () => this.model.load(this.getSearchProps()),
            });
        } catch (error) {
            callback(null);
            if (!error.data) {
                throw error;
            }
            this.notification.add(error.data.message, {type: "danger"});
        }
    }

    /** Grouped by anything else, the booking keeps its person. */
    getPerson(id, data) {
        if ("resource_id" in data) {
            return data.resource_id || false;
        }
        const record = this.model.data.find((row) => row.id === id);
        return record?.resource_id ? record.resource_id[0] : false;
    }
}

export const bookingTimelineView = {
    ...TimelineView,
    Controller: BookingTimelineController,
};

registry.category("views").add("mci_booking_timeline", bookingTimelineView);
