/**
 * The transaction file: `{"name"?, "completion-mode"?: "grouped" | "individual", "jobs": [{"id"?,
 * "type", "args", …}]}`, the keys of a job as in job-keys.ts.
 */
import type { GroupSpec } from "../jobchart.ts";
import { jobSpecOf, object, text } from "./job-keys.ts";
import { suggestion } from "./nearest.ts";
import { parseJson } from "./parse-json.ts";
import { nameOf, readText } from "./read-text.ts";
import { UsageError } from "./usage-error.ts";

const bytesMax = 16 * 1024 ** 2;
const keys = ["name", "completion-mode", "jobs"];

/** Reads the file at `path`, `-` for standard input. Fails with UsageError. */
export async function readJobFile(path: string): Promise<GroupSpec> {
  const name = nameOf(path);
  return groupSpecOf(await readText(path, bytesMax), name);
}

function groupSpecOf(source: string, file: string): GroupSpec {
  const given = object(parseJson(source, file), file);
  const unknown = Object.keys(given).find((key) => !keys.includes(key));
  if (unknown !== undefined) {
    throw new UsageError(`${file}: Unknown key '${unknown}'.${suggestion(unknown, keys)}`);
  }
  const { name, jobs, "completion-mode": completion = "grouped" } = given;
  if (!Array.isArray(jobs)) throw new UsageError(`${file}: 'jobs': expected a list of jobs`);
  if (completion !== "grouped" && completion !== "individual") {
    throw new UsageError(`${file}: 'completion-mode': expected "grouped" or "individual"`);
  }
  return {
    ...(name === undefined ? {} : { name: text(name, `${file}: 'name'`) }),
    completion,
    jobs: jobs.map((job, index) =>
      jobSpecOf(job, { where: `${file}: job ${index + 1}: `, named: (key) => `'${key}'` }),
    ),
  };
}
