/* License AGPL-3.0 or later (http://www.gnu.org/licenses/agpl). */
import {deserializeDateTime, serializeDateTime} from "@web/core/l10n/dates";
import {user} from "@web/core/user";
import {registry} from "@web/core/registry";
import {useService} from "@web/core/utils/hooks";
import {TimelineController} from "@web_timeline/views/timeline/timeline_controller.esm";
import {TimelineModel} from "@web_timeline/views/timeline/timeline_model.esm";
import {TimelineRenderer} from "@web_timeline/views/timeline/timeline_renderer.esm";
import {TimelineView} from "@web_timeline/views/timeline/timeline_view.esm";

const {DateTime} = luxon;
const ALL_DIRECTIONS = 30; // Of Hammer, the library below that hears the pointer
const HALF_A_DAY = 0.5;

/** An edge that moved far ends with a day, one that moved little with a quarter hour. */
function roundEdge(date, moved) {
    if (Math.abs(moved) >= HALF_A_DAY) {
        return date.plus({days: HALF_A_DAY}).startOf("day");
    }
    const quarter = Math.round(date.minute / 15) * 15;
    return date.startOf("hour").plus({minutes: quarter});
}

/** Knows the members of the user's units as well: work is given to those without. */
export class BookingTimelineModel extends TimelineModel {
    setup() {
        super.setup(...arguments);
        this.members = [];
    }

    /** @override */
    async load() {
        this.members = await this.orm.searchRead(
            "resource.resource",
            [
                "|",
                ["mci_seat_ids.center_id.lead_id", "=", user.userId],
                ["mci_seat_ids.center_id.deputy_id", "=", user.userId],
            ],
            ["display_name"],
            {order: "name"},
        );
        await super.load(...arguments);
    }
}

export class BookingTimelineRenderer extends TimelineRenderer {
    /** Items follow the pointer, up and down too; what they become is rounded then. @override */
    init_timeline() {
        this.options.snap = null;
        super.init_timeline();
        this.timeline.itemSet.hammer.get("pan").set({direction: ALL_DIRECTIONS});
    }

    /** Opens on this week and the next three. @override */
    _computeMode() {
        super._computeMode();
        if (this.mode.data === "month") {
            const monday = DateTime.now().startOf("week");
            this.options.start = monday.toJSDate();
            this.options.end = monday.plus({weeks: 4}).toJSDate();
        }
    }

    /** @override */
    async split_groups(records) {
        const groups = await super.split_groups(records);
        if (this.model.last_group_bys[0] !== "resource_id") {
            return groups;
        }
        const known = new Set(groups.map((group) => group.id));
        const missing = this.model.members.filter((member) => !known.has(member.id));
        return groups.concat(
            missing.map(({id, display_name}, index) => ({
                id,
                content: display_name,
                order: groups.length + index,
            })),
        );
    }
}

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
        await this.reload();
    }

    async reload() {
        await this.model.load(this.getSearchProps());
        this.render();
    }

    async moveBooking({id, data, item, callback}) {
        const person = this.getPerson(id, data);
        const [start, stop] = this.getDates(id, data, person);
        try {
            const result = await this.orm.call("mci.booking", "action_timeline_move", [
                [id],
                start,
                stop,
                person,
            ]);
            if (result === true) {
                callback(item);
                return;
            }
            callback(null);
            await this.actionService.doAction(result, {onClose: () => this.reload()});
        } catch (error) {
            callback(null);
            if (!error.data) {
                throw error;
            }
            this.notification.add(error.data.message, {type: "danger"});
        }
    }

    /**
     * The new start and end. What moved by half a day or more keeps its time of day,
     * what only changed the person its dates; edges that were pulled are rounded.
     */
    getDates(id, data, person) {
        const record = this.model.data.find((row) => row.id === id);
        const dates = [record.date_start, record.date_stop].map(deserializeDateTime);
        const dropped = [data.date_start, data.date_stop].map(deserializeDateTime);
        const moved = dropped.map((date, index) =>
            date.diff(dates[index], "days").as("days"),
        );
        const isStretch = Math.abs(moved[0] - moved[1]) > 1 / 1440;
        const days = Math.round(moved[0]);
        const isSamePerson = person === (record.resource_id?.[0] || false);
        if (isStretch) {
            const edges = dropped.map((date, index) =>
                Math.abs(moved[index]) > 1 / 1440
                    ? roundEdge(date, moved[index])
                    : dates[index],
            );
            return edges.map(serializeDateTime);
        }
        if (!days && isSamePerson) {
            const start = roundEdge(dropped[0], 0);
            return [start, start.plus(dates[1].diff(dates[0]))].map(serializeDateTime);
        }
        return dates.map((date) => serializeDateTime(date.plus({days})));
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
    Model: BookingTimelineModel,
    Renderer: BookingTimelineRenderer,
};

registry.category("views").add("mci_booking_timeline", bookingTimelineView);
