/** Every session that is recorded, by what it is about. */
import type { Session } from "./session.ts";
import { cancels } from "./sessions/cancels.ts";
import { chains } from "./sessions/chains.ts";
import { connections } from "./sessions/connections.ts";
import { errors } from "./sessions/errors.ts";
import { groups } from "./sessions/groups.ts";
import { ids } from "./sessions/ids.ts";
import { oneJob } from "./sessions/one-job.ts";
import { verbs } from "./sessions/verbs.ts";

export const sessions: readonly Session[] = [
  ...oneJob,
  ...chains,
  ...cancels,
  ...groups,
  ...ids,
  ...errors,
  ...connections,
  ...verbs,
];
