/**
 * The configuration of nats-server for a fleet whose users may do no more than their work.
 *
 * Permissions are not enough for that: whoever may ask JetStream, or a node, anything at all also
 * says where the answer is to go, and an answer that is sent to `job.log.…` would be stored in the
 * log. So the streams are in an account that only nodes are in, and every other user is in one of
 * its own, where answers stay: a reader's `job.log.…` is not that of the nodes.
 */
import { namesOf, type Names } from "../../bus/nats/names.ts";
import { accountOf, type FleetUser } from "./fleet-user.ts";
import {
  apiRoot,
  nodeRights,
  operatorRights,
  readerRights,
  workerRights,
  type Right,
  type Rights,
} from "./rights.ts";
import { clientUrl, listed, userLines } from "./user-lines.ts";

/** As what JetStream of the nodes is known in other accounts: their users say `?domain=`. */
const domain = "jobchart";

/** Who asks waits less; for so long the server keeps in mind where an answer is to go. */
const answerTime = "15s";

interface Guest {
  readonly user: FleetUser;
  readonly account: string;
  readonly rights: Rights;
}

/** Text that a server takes as it is: one node's user, and the others. */
export function fleetConfiguration(prefix: string, users: readonly FleetUser[]): string {
  const names = namesOf(prefix);
  const guests = users
    .filter((user) => !isNode(user))
    .map((user) => ({
      user,
      account: accountOf(prefix, user),
      rights: rightsOf(names, user),
    }));
  const blocks = [
    nodesBlock(names, users.filter(isNode), guests),
    ...guests.map((guest) => guestBlock(names, guest)),
  ];
  return [...opening, "accounts: {", ...blocks.flat().map((line) => `  ${line}`), "}"].join("\n");
}

function isNode({ role }: FleetUser): boolean {
  return role === "node";
}

const opening = [
  "# A fleet of Jobchart, for nats-server 2.11 or newer: write it to a file, and into the server's",
  '# configuration:  include "that-file.conf"',
  "# Passwords come from the server's environment, as variables that are named below, in double",
  "# quotes:  JOB_NODE_PASSWORD='\"…\"'  Better bcrypted ('nats server passwd'): then none but the",
  "# client has the plain one.",
  "# One fleet has one such file, with all its users: make it again to add one.",
];

function rightsOf(names: Names, { role, name = "" }: FleetUser): Rights {
  if (role === "worker") return workerRights(names, name);
  return role === "operator" ? operatorRights(names) : readerRights(names);
}

function nodesBlock(
  names: Names,
  nodes: readonly FleetUser[],
  guests: readonly Guest[],
): readonly string[] {
  const { asks, hears } = nodeRights(names);
  const users = nodes.flatMap((user) => [
    ...clientUrl(names, user, ""),
    ...userLines(names, user, { asks, hears }),
    // Answers go to whoever asked, whatever his inbox is called.
    '      allow_responses: { max: -1, expires: "1m" } # answers requests',
    "    } }",
  ]);
  const account = accountOf(names.prefix, { role: "node", user: "" });
  return [
    "# The nodes, and the streams: whoever is in here can forge history.",
    `${account}: {`,
    "  jetstream: enabled",
    "  users: [",
    ...users.map((line) => `  ${line}`),
    "  ]",
    ...listed("exports", exportsOf(guests)),
    "}",
  ];
}

/** What is for others, and for which of them. */
function exportsOf(guests: readonly Guest[]): readonly string[] {
  const services = new Map<string, { right: Right; accounts: string[] }>();
  const streams = new Map<string, string[]>();
  for (const { account, rights } of guests) {
    for (const right of rights.asks) {
      const known = services.get(right.subject) ?? { right, accounts: [] };
      known.accounts.push(account);
      services.set(right.subject, known);
    }
    for (const { subject } of rights.hears) {
      streams.set(subject, [...(streams.get(subject) ?? []), account]);
    }
  }
  return [
    ...[...services].map(
      ([subject, { right, accounts }]) =>
        `{ service: "${subject}"${howAnswered(right)}, accounts: [${accounts.join(", ")}] }`,
    ),
    ...[...streams].map(
      ([subject, accounts]) => `{ stream: "${subject}", accounts: [${accounts.join(", ")}] }`,
    ),
  ];
}

/** The server counts on one answer unless it is told otherwise. */
function howAnswered({ many }: Right): string {
  return many === true ? `, response_type: Stream, response_threshold: "${answerTime}"` : "";
}

function guestBlock(names: Names, { user, account, rights }: Guest): readonly string[] {
  const nodes = accountOf(names.prefix, { role: "node", user: "" });
  const imports = [
    ...rights.asks.map(
      ({ subject }) =>
        `{ service: { account: ${nodes}, subject: "${subject}" }${elsewhere(subject)} }`,
    ),
    ...rights.hears.map(
      ({ subject }) => `{ stream: { account: ${nodes}, subject: "${subject}" } }`,
    ),
  ];
  const asks = rights.asks.map((right) => ({ ...right, subject: localOf(right.subject) }));
  const who = user.name === undefined ? "" : ` ${JSON.stringify(user.name)}`;
  return [
    `# ${user.role}${who}`,
    `${account}: {`,
    "  users: [",
    ...clientUrl(names, user, domain).map((line) => `  ${line}`),
    ...userLines(names, user, { ...rights, asks }).map((line) => `  ${line}`),
    "    } }",
    "  ]",
    ...listed("imports", imports),
    "}",
  ];
}

/** What the subject is called in an account that has no JetStream of its own. */
function localOf(subject: string): string {
  return subject.startsWith(apiRoot)
    ? `$JS.${domain}.API.${subject.slice(apiRoot.length)}`
    : subject;
}

function elsewhere(subject: string): string {
  const local = localOf(subject);
  return local === subject ? "" : `, to: "${local}"`;
}
