/** Whom a fleet is to have as users, as the command line says it. */
import { whyNotWorkerName } from "../../actors/worker-name.ts";
import { defaultPrefix, prefixPattern } from "../../bus/nats/names.ts";
import type { Call } from "../call.ts";
import { choiceOf } from "../choice.ts";
import { UsageError } from "../usage-error.ts";
import { accountOf, type FleetUser } from "./fleet-user.ts";
import { roles } from "./rights.ts";

const userForm = /^[A-Za-z][\w-]{0,63}$/;

/** Fails with UsageError. */
export function readFleetUsers(call: Call): {
  readonly prefix: string;
  readonly users: readonly FleetUser[];
} {
  const prefix = call.text("prefix") ?? defaultPrefix;
  if (!prefixPattern.test(prefix)) {
    throw new UsageError(`--prefix: expected letters, digits, - and _, found '${prefix}'`);
  }
  const names = call.texts("name");
  const given = call.texts("role").map((role) => choiceOf(role, roles, "--role"));
  const workers = names.length > 0 ? (["worker"] as const) : [];
  const wanted = new Set(given.length > 0 ? given : (["operator", "reader", ...workers] as const));
  if (wanted.has("worker") && names.length === 0) {
    throw new UsageError("--role worker: which? Its name is in its subjects: --name WORKER");
  }
  if (!wanted.has("worker") && names.length > 0) {
    throw new UsageError("--name is for --role worker");
  }
  const users = [...wanted].flatMap((role): readonly FleetUser[] =>
    role === "worker" ? names.map(workerUser) : role === "node" ? [] : [{ role, user: role }],
  );
  return { prefix, users: checked(prefix, [nodeUser(call, wanted), ...named(call, users)]) };
}

/** `--user` is the only guest's name, or that of the nodes where there is none. */
function nodeUser(call: Call, wanted: ReadonlySet<string>): FleetUser {
  const isAlone = wanted.size === 1 && wanted.has("node");
  return { role: "node", user: (isAlone ? call.text("user") : undefined) ?? "node" };
}

function named(call: Call, users: readonly FleetUser[]): readonly FleetUser[] {
  const user = call.text("user");
  if (user === undefined || users.length === 0) return users;
  const [only, ...others] = users;
  if (only === undefined || others.length > 0) {
    throw new UsageError("--user names one user: give one --role");
  }
  return [{ ...only, user }];
}

function workerUser(name: string): FleetUser {
  const misnamed = whyNotWorkerName(name);
  if (misnamed !== undefined) throw new UsageError(`--name: ${misnamed}`);
  const plain = name.replaceAll(/[^\w-]+/g, "-").replace(/^(?![A-Za-z])/, "w-");
  return { role: "worker", user: plain, name };
}

/** Each a word that server and URL take as it is, and no two in one account. */
function checked(prefix: string, users: readonly FleetUser[]): readonly FleetUser[] {
  const accounts = new Map<string, string>();
  for (const fleetUser of users) {
    const { user } = fleetUser;
    if (!userForm.test(user)) {
      throw new UsageError(`--user: expected a letter, then letters, digits, - and _: '${user}'`);
    }
    const account = accountOf(prefix, fleetUser);
    const other = accounts.get(account);
    if (other !== undefined) {
      throw new UsageError(`users '${other}' and '${user}' are alike: name them otherwise`);
    }
    accounts.set(account, user);
  }
  return users;
}
