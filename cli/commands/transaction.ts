/** `transaction`: creates a group of jobs, all or none, and runs it in this process to its end. */
import type { Command } from "../command.ts";
import { conduct } from "../conduct.ts";
import { readJobFile } from "../job-file.ts";
import { loadDrivers } from "../load-drivers.ts";
import { conductOptions } from "../run-options.ts";

export const transaction: Command = {
  name: "transaction",
  usage: "FILE|- [--detach] [--note TEXT]",
  summary: "creates a group of jobs out of a JSON file, and runs it here to its end",
  options: conductOptions,
  completes: "file",
  examples: [
    "transaction jobs.json",
    `transaction - <<< '{"jobs":[{"type":"copy","args":{"from":"a","to":"b"},"speed":"2MiB"}]}'`,
  ],
  async run(call) {
    const [file = ""] = call.expectWords("the FILE with the jobs, or -", 1);
    const group = await readJobFile(file);
    return conduct(call, group, await loadDrivers(call.texts("drivers")));
  },
};
