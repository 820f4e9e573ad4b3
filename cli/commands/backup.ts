/** `backup`: a copy of all that a bus cannot do without: of a bus file, or of a fleet's log. */
import type { Bus } from "../../bus/bus.ts";
import type { FileBus } from "../../bus/file/open-file-bus.ts";
import type { Command } from "../command.ts";
import { exit } from "../exit-code.ts";
import { print } from "../output.ts";
import { counted } from "../units.ts";
import { writeLogFile } from "../write-log-file.ts";

export const backup: Command = {
  name: "backup",
  usage: "FILE",
  summary:
    "copies the bus file, or writes a fleet's log to a file for 'restore', " +
    "as it is at one moment, while others go on writing",
  options: {},
  completes: "file",
  examples: [
    "backup jobs-2026-11-20.db",
    "--bus file:jobs-2026-11-20.db ls --all",
    "--bus nats://fleet.example.org backup fleet-2026-11-20.jsonl",
  ],
  async run(call) {
    const [file = ""] = call.expectWords("the FILE to make", 1);
    await using bus = await call.openBus();
    const { url } = bus;
    if (isFileBus(bus)) {
      await bus.backup(file);
      await print(
        call.isJson ? JSON.stringify({ bus: url, backup: file }) : `${file}: copy of ${url}`,
      );
      return exit.ok;
    }
    const written = await writeLogFile(bus, file);
    const commits = counted(written.commits, "commit");
    await print(
      call.isJson
        ? JSON.stringify({ bus: url, backup: file, ...written })
        : `${file}: ${commits} of ${url}, up to position ${written.position}; ${notInIt}`,
    );
    return exit.ok;
  },
};

/** What is made again by itself need not be said: names, the feed, offers of work, job types. */
const notInIt = "not in it: checkpoints that no report has brought into the log yet";

function isFileBus(bus: Bus): bus is FileBus {
  return "backup" in bus;
}
