/** `backup`: an online copy of the bus file. */
import type { Bus } from "../../bus/bus.ts";
import type { FileBus } from "../../bus/file/open-file-bus.ts";
import type { Command } from "../command.ts";
import { exit } from "../exit-code.ts";
import { print } from "../output.ts";
import { UsageError } from "../usage-error.ts";

export const backup: Command = {
  name: "backup",
  usage: "FILE",
  summary: "copies the bus file as it is at one moment, while others go on writing",
  options: {},
  examples: ["backup jobs-2026-11-20.db", "--bus file:jobs-2026-11-20.db ls --all"],
  async run(call) {
    const [file = ""] = call.expectWords("the FILE to make", 1);
    await using bus = await call.openBus();
    if (!isFileBus(bus)) throw new UsageError(`${bus.url}: only a bus in a file can be copied`);
    await bus.backup(file);
    const { url } = bus;
    await print(
      call.isJson ? JSON.stringify({ bus: url, backup: file }) : `${file}: copy of ${url}`,
    );
    return exit.ok;
  },
};

function isFileBus(bus: Bus): bus is FileBus {
  return "backup" in bus;
}
