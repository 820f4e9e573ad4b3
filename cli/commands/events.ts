/** `events`: the status changes of all jobs, one a line, from a place on. */
import { realWorld } from "../../bus/world.ts";
import { isJobId } from "../../machines/job-id.ts";
import { placeIn } from "../../projections/event-place.ts";
import { eventsOf, type EventsQuery } from "../../projections/events.ts";
import { msOf } from "../../projections/iso-time.ts";
import type { Call } from "../call.ts";
import { choiceOf } from "../choice.ts";
import type { Command } from "../command.ts";
import { reportConnection } from "../connection-report.ts";
import { exit } from "../exit-code.ts";
import { visibleStatuses } from "../job-filter.ts";
import { isTerminal, print } from "../output.ts";
import { statusLine } from "../status-line.ts";
import { UsageError } from "../usage-error.ts";

export const events: Command = {
  name: "events",
  usage: "[--from POSITION|TIME] [--type TYPE] [--id ID] [--status STATUS] [--until-now]",
  summary: "prints status changes as they come, until it is interrupted",
  options: {
    from: {
      value: "POSITION|TIME",
      about:
        "first what came after that; 0: everything; the position of the last line seen: " +
        "each event once, none left out",
    },
    type: { value: "TYPE", about: "of jobs of that type" },
    id: { value: "ID", about: "of that job, or of every job that had the id" },
    status: { value: "STATUS", values: visibleStatuses, about: "of jobs that have become that" },
    "until-now": { about: "ends after what has happened by now" },
  },
  examples: [
    "events",
    "events --from 0 --status concluded --until-now",
    "events --from 12.1 --json",
    "events --from 2026-11-20T18:00Z --type copy",
  ],
  async run(call) {
    call.expectWords("", 0);
    const query = queryOf(call);
    await using bus = await call.openBus();
    reportConnection(call, bus);
    const stop = new AbortController();
    for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => stop.abort());
    const isJson = call.isJson || !isTerminal();
    for await (const event of eventsOf(bus, realWorld, { ...query, signal: stop.signal })) {
      await print(isJson ? JSON.stringify(event) : statusLine(event));
    }
    return exit.ok;
  },
};

function queryOf(call: Call): EventsQuery {
  const [from, type, id, status] = ["from", "type", "id", "status"].map((name) => call.text(name));
  if (type === "") throw new UsageError("--type: expected a job type, found ''");
  if (id !== undefined && !isJobId(id)) {
    throw new UsageError(
      `--id: expected a job's id, a letter and then letters, digits, - . _, found '${id}'`,
    );
  }
  return {
    ...(from === undefined ? {} : { after: afterOf(from) }),
    ...(type === undefined ? {} : { type }),
    ...(id === undefined ? {} : { id }),
    ...(status === undefined ? {} : { status: choiceOf(status, visibleStatuses, "--status") }),
    untilNow: call.flag("until-now"),
  };
}

function afterOf(text: string): NonNullable<EventsQuery["after"]> {
  const place = placeIn(text);
  if (place !== undefined) return place;
  const timeMs = /^\d{4}-\d\d/.test(text) ? msOf(text) : Number.NaN;
  if (!Number.isNaN(timeMs)) return { timeMs };
  throw new UsageError(
    `--from: expected a position as 12 or 12.1, or a time as 2026-11-20T18:00Z, found '${text}'`,
  );
}
