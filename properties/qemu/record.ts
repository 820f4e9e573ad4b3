/** `npm run record [-- NAME… --daemon FILE]`: writes the recordings; session.ts says more. */
import { mkdirSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { parts } from "../parts.ts";
import { toText } from "./recording.ts";
import { recordingFile, versionOf } from "./recordings.ts";
import { record } from "./session.ts";
import { sessions } from "./sessions.ts";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { daemon: { type: "string" } },
});
const daemon = values.daemon ?? parts.qemu.commands?.["qemu-storage-daemon"];
if (daemon === undefined) {
  console.error("record: no qemu-storage-daemon on PATH. To install it: npm run setup");
  process.exit(2);
}
const unknown = positionals.filter((name) => !sessions.some((session) => session.name === name));
if (unknown.length > 0) {
  console.error(`record: no session is named ${unknown.join(", ")}. There are:`);
  console.error(sessions.map(({ name }) => `  ${name}`).join("\n"));
  process.exit(2);
}
const wanted = sessions.filter(
  ({ name }) => positionals.length === 0 || positionals.includes(name),
);
try {
  for (const session of wanted) {
    const lines = await record(session, daemon);
    const file = recordingFile(versionOf(lines), session.name);
    mkdirSync(new URL(".", file), { recursive: true });
    writeFileSync(file, toText(lines));
    console.log(`${fileURLToPath(file)}: ${lines.length} lines`);
  }
} catch (error) {
  console.error(`record: ${error instanceof Error ? error.message : String(error)}`);
  process.exit(1);
}
