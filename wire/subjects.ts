/**
 * What requests are called, below the prefix: `cmd.<verb>.<id>`, `report.<worker>.<session>.<uid>`,
 * `query.<name>`, `upkeep.<name>`. A worker's name is a token of its own, so that permissions by name are static.
 */
import { textOf, tokenOf } from "../bus/token.ts";

/** Version of the requests and replies; a request for a later one is refused. */
export const wireVersion = 1;
/** What a node's service is called. */
export const serviceName = "jobchart";

/** `create` takes the job's type, or `group` for jobs of several; `declare` the type. */
export function commandSubject(verb: string, about: string): string {
  return `cmd.${tokenOf(verb)}.${tokenOf(about)}`;
}

export const commandPattern = "cmd.*.*";
export const groupToken = "group";

/** `about`: a uid, or `register`. */
export function reportSubject(worker: string, session: string, about: string): string {
  return `report.${tokenOf(worker)}.${tokenOf(session)}.${tokenOf(about)}`;
}

/** All reports of a worker. */
export function reportsOf(worker: string): string {
  return `report.${tokenOf(worker)}.*.*`;
}

export const reportPattern = "report.*.*.*";
export const registerToken = "register";

export function querySubject(name: string): string {
  return `query.${tokenOf(name)}`;
}

export const queryPattern = "query.*";

/** What whoever runs the fleet asks of it, and not those who have jobs in it. */
export function upkeepSubject(name: string): string {
  return `upkeep.${tokenOf(name)}`;
}

export const upkeepPattern = "upkeep.*";

/** Whether it only asks, and changes nothing. */
export function isQuery(subject: string): boolean {
  return subject.startsWith("query.");
}

/** The texts behind a subject's first word: `["pause", "nightly"]`. */
export function partsOf(subject: string): readonly string[] {
  return subject.split(".").slice(1).map(textOf);
}
