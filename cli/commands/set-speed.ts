/** `set-speed`: limits how fast jobs work. */
import { parseSpeed } from "../units.ts";
import { verbCommand } from "../verb-command.ts";

export const setSpeed = verbCommand({
  verb: "set-speed",
  takes: { words: "SPEED", most: 1 },
  summary: "limits how much a job does in a second; 0 lifts the limit",
  examples: ["set-speed nightly 2MiB", "set-speed nightly 0", "set-speed --type copy 2MiB"],
  said: (_call, [text = ""]) => ({ speed: parseSpeed(text, "SPEED") }),
});
