/**
 * The check of the server that we are connected to, and of what the account may use there.
 */
import type { NatsBus } from "../../../bus/nats/open-nats-bus.ts";
import type { World } from "../../../bus/world.ts";
import { commitBytesMax } from "../../../machines/commit.ts";
import { durationText, sizeText } from "../../units.ts";
import type { Exam } from "./exam.ts";

/** Room for the headers of a commit, and more. */
const roomBytes = 64 * 1024;
const fullShare = 0.8;
const clockMsMax = 2_000;

export async function checkServer(exam: Exam, { link }: NatsBus, world: World): Promise<void> {
  const { nc, jsm, names } = link;
  const about = `server ${nc.getServer()}`;
  const { info } = nc;
  const roundTripMs = await exam.look(about, () => nc.rtt());
  if (info !== undefined) {
    const { version, cluster = null, max_payload: payload } = info;
    const [auth, tls] = [info.auth_required === true, info.tls_required === true];
    exam.fact(
      about,
      `nats-server ${version}, ${cluster === null ? "no cluster" : `cluster ${cluster}`}, messages of ` +
        `up to ${sizeText(payload)}, ${auth ? "users" : "no users"}, ${tls ? "TLS" : "no TLS"}, ` +
        `answers in ${durationText(roundTripMs ?? 0)}`,
      { version, cluster, maxPayload: payload, auth, tls, roundTripMs },
    );
    if (payload < commitBytesMax + roomBytes) {
      const text = `takes messages of ${sizeText(payload)}, and a commit may have ${sizeText(commitBytesMax)}`;
      exam.problem(about, text, "raise its max_payload to 1MB, the default");
    }
    if (cluster === null) {
      const text = "is one alone: nothing goes on without it, and its disk is the only copy";
      exam.advise(about, text, "for production: three servers in different zones, ?replicas=3");
    }
    if (!isLoopback(nc.getServer())) adviseOnOpenness(exam, about, { auth, tls });
  }
  exam.advise(
    about,
    "when it writes to its disk cannot be seen from here (sync_interval; by default every 2 min)",
    "three copies in different zones, or 'sync_interval: always' in its jetstream block: else " +
      "a loss of power may take the last commits",
  );
  await exam.look("the clock", async () => {
    const beganMs = world.now();
    const { ts = "" } = await jsm.streams.info(names.streams.log);
    const differenceMs = Math.round(Date.parse(ts) - (beganMs + world.now()) / 2);
    if (Number.isNaN(differenceMs)) return;
    const text = `the server's is ${durationText(Math.abs(differenceMs))} ${differenceMs < 0 ? "behind" : "ahead of"} ours`;
    exam.fact("the clock", text, { differenceMs });
    if (Math.abs(differenceMs) <= clockMsMax) return;
    const advice = "set both by NTP: times in histories, 'not before' and deadlines go by them";
    exam.problem("the clock", text, advice);
  });
  await exam.look("the account", () => checkAccount(exam, link));
}

function adviseOnOpenness(
  exam: Exam,
  about: string,
  { auth, tls }: { readonly auth: boolean; readonly tls: boolean },
): void {
  if (!auth) {
    const text = "lets anybody in who reaches it, and whoever is in can forge history";
    exam.advise(about, text, "give it users: jobchart export nats-permissions");
  }
  if (!tls) {
    const text = "does not insist on TLS: passwords and jobs can be read on the way";
    exam.advise(about, text, "give it a tls block, and clients ?ca=");
  }
}

/** What JetStream lets the account have, and what it has. */
async function checkAccount(exam: Exam, { jsm }: NatsBus["link"]): Promise<void> {
  const { memory, storage, streams, consumers, limits, domain } = await jsm.getAccountInfo();
  const { max_memory: memoryMax, max_storage: storageMax } = limits;
  exam.fact(
    "the account",
    `storage ${share(storage, storageMax)}, memory ${share(memory, memoryMax)}, ${streams} streams, ` +
      `${consumers} consumers`,
    { storage, storageMax, memory, memoryMax, streams, consumers, domain: domain ?? null },
  );
  for (const [what, used, max] of [
    ["storage", storage, storageMax],
    ["memory", memory, memoryMax],
  ] as const) {
    if (max <= 0 || used < max * fullShare) continue;
    const text = `${what}: ${share(used, max)} is used, and nothing is stored when it is full`;
    exam.problem("the account", text, "raise its limit, or free some room");
  }
}

function isLoopback(server: string): boolean {
  return /^(?:localhost|127\.|\[?::1\]?(?::|$))/.test(server);
}

function share(used: number, max: number): string {
  return `${sizeText(used)} of ${max < 0 ? "unlimited" : sizeText(max)}`;
}
