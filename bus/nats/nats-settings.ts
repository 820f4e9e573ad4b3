/**
 * What it takes to reach a fleet: its servers, how to prove who one is, and what its streams are
 * called. nats-url.ts and nats-context.ts read it from what people write.
 */
import { BusError } from "../bus-error.ts";
import { hideSecrets } from "../hide-secrets.ts";
import { prefixPattern } from "./names.ts";

export interface NatsSettings {
  /** `host:port`; any of them will do, the others are tried when it fails. */
  readonly servers: readonly [string, ...string[]];
  /** What all subjects begin with; default `job`. */
  readonly prefix?: string;
  /** Copies of each stream that is made; default 3 in a cluster, else 1. */
  readonly replicas?: 1 | 3 | 5;
  /** Path of the file that holds the views; default: they are in memory, folded at every start. */
  readonly shelf?: string;
  /** JetStream's domain, when it is behind a leaf node. */
  readonly domain?: string;
  /** What the subjects of replies begin with, for users who may not read each other's. */
  readonly inboxPrefix?: string;
  /** What the server calls this client; default `jobchart-<host>-<process id>`. */
  readonly name?: string;
  /** Default: none. */
  readonly auth?: NatsAuth;
  /** Absent: TLS if the server wants it, with the certificates that Node trusts. */
  readonly tls?: NatsTls;
}

/** Who one is. The files are read at every connection, so that they may be renewed. */
export type NatsAuth =
  | { readonly user: string; readonly password: string }
  | { readonly token: string }
  | { readonly nkeySeedFile: string }
  | { readonly credsFile: string };

/** Present: TLS is insisted upon. Paths of PEM files, read at every connection. */
export interface NatsTls {
  /** Who signs the servers' certificates; default: those whom Node trusts. */
  readonly ca?: string;
  /** This client's certificate, and its key. */
  readonly cert?: string;
  readonly key?: string;
  /** TLS before anything else is said, as servers with `handshake_first` want it. */
  readonly first?: boolean;
}

/** `host`, `host:4222`, `[::1]:4222`. */
const serverPattern = /^(?:\[[\da-f:.%]+\]|[\w.-]+)(?::(?<port>\d{1,5}))?$/i;
const portMax = 65_535;

/** Whether that can be the `host:port` of a server. */
export function isServer(text: string): boolean {
  const match = serverPattern.exec(text);
  const port = Number(match?.groups?.["port"] ?? 1);
  return match !== null && port > 0 && port <= portMax;
}

/** Fails with BusError `bad-url` at the first setting that makes no sense. */
export function checkSettings(settings: NatsSettings): NatsSettings {
  const { servers, prefix, replicas, domain, inboxPrefix, tls } = settings;
  const wrong = servers.find((server) => !isServer(server));
  if (wrong !== undefined || servers.length < 1) {
    throw refused(`server "${hideSecrets(wrong ?? "")}" is not host:port`);
  }
  if (prefix !== undefined && !prefixPattern.test(prefix)) {
    throw refused(`prefix "${prefix}" is not made of letters, digits, - and _, joined by dots`);
  }
  if (replicas !== undefined && ![1, 3, 5].includes(replicas)) {
    throw refused(`replicas ${String(replicas)} is not 1, 3 or 5`);
  }
  if (domain !== undefined && !/^[\w-]+$/.test(domain)) {
    throw refused(`domain "${domain}" is not made of letters, digits, - and _`);
  }
  if (inboxPrefix !== undefined && !/^[^\s.*>]+(?:\.[^\s.*>]+)*$/.test(inboxPrefix)) {
    throw refused(`inbox prefix "${inboxPrefix}" is not a subject without wildcards`);
  }
  if ((tls?.cert === undefined) !== (tls?.key === undefined)) {
    throw refused("a client's certificate and its key (cert, key) go together");
  }
  return settings;
}

function refused(what: string): BusError {
  return new BusError("bad-url", `NATS settings: ${what}`);
}
