/** `import`: an exported log into an empty bus, after all of it was checked. */
import type { Command } from "../command.ts";
import { exit } from "../exit-code.ts";
import { readLogFile } from "../log-file.ts";
import { print } from "../output.ts";
import { takeIn } from "../take-in.ts";
import { takenInText } from "../taken-in-text.ts";

export const importLog: Command = {
  name: "import",
  usage: "FILE|-",
  summary:
    "reads an exported log into an empty bus, nothing unless all of it is right; " +
    "goes on where it was interrupted",
  options: {},
  completes: "file",
  examples: [
    "--bus file:restored.db import all.jsonl",
    "--bus nats://fleet.example.org import all.jsonl",
  ],
  async run(call) {
    const [file = ""] = call.expectWords("the FILE with the log, or -", 1);
    const log = await readLogFile(file);
    await using bus = await call.openBus({ create: true });
    const added = await takeIn(bus, log);
    await print(takenInText(bus, log, { added, isJson: call.isJson }));
    return exit.ok;
  },
};
