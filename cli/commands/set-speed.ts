/** `set-speed`: limits how fast a job works. */
import type { Command } from "../command.ts";
import { noteOption } from "../options.ts";
import { parseSpeed } from "../units.ts";
import { askAll } from "../verb-command.ts";

export const setSpeed: Command = {
  name: "set-speed",
  usage: "ID SPEED [--note TEXT]",
  summary: "limits how much a job does in a second; 0 lifts the limit",
  options: noteOption,
  examples: ["set-speed nightly 2MiB", "set-speed nightly 0"],
  async run(call) {
    const [id = "", text = ""] = call.expectWords("an ID and a SPEED", 2);
    const speed = parseSpeed(text, "SPEED");
    return askAll(call, { verb: "set-speed", ids: [id], options: { speed } });
  },
};
