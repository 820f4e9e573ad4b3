/**
 * Settings as they were given: by a URL, a context or the environment, each of which may say some,
 * and made into settings together.
 */
import { homedir } from "node:os";
import { join, resolve } from "node:path";
import { BusError } from "../bus-error.ts";
import { checkSettings, type NatsAuth, type NatsSettings, type NatsTls } from "./nats-settings.ts";

export interface Given {
  readonly servers?: readonly string[];
  /** With no password from anywhere it is a token, as NATS has it. */
  readonly user?: string | undefined;
  readonly password?: string | undefined;
  readonly token?: string | undefined;
  readonly creds?: string | undefined;
  readonly nkey?: string | undefined;
  readonly ca?: string | undefined;
  readonly cert?: string | undefined;
  readonly key?: string | undefined;
  readonly tls?: "first" | "require" | undefined;
  readonly prefix?: string | undefined;
  readonly replicas?: number | undefined;
  readonly shelf?: string | undefined;
  readonly domain?: string | undefined;
  readonly inbox?: string | undefined;
  readonly name?: string | undefined;
}

export type Environment = Readonly<Record<string, string | undefined>>;

/** What the variables say that the nats tool reads too. */
export function givenBy(env: Environment): Given {
  const text = (name: string): string | undefined => env[name] || undefined;
  return {
    user: text("NATS_USER"),
    password: text("NATS_PASSWORD"),
    token: text("NATS_TOKEN"),
    creds: text("NATS_CREDS"),
    nkey: text("NATS_NKEY"),
    ca: text("NATS_CA"),
    cert: text("NATS_CERT"),
    key: text("NATS_KEY"),
  };
}

/**
 * The settings of all together; what an earlier one says counts. Who one is is taken from one of
 * them as a whole. Fails with BusError `bad-url`.
 */
export function settingsOf(...givens: readonly Given[]): NatsSettings {
  const all: Given = Object.assign({}, ...givens.map(said).toReversed());
  const [server, ...more] = all.servers ?? [];
  if (server === undefined) throw new BusError("bad-url", "NATS settings: no server is named");
  return checkSettings({
    servers: [server, ...more],
    ...said({
      prefix: all.prefix,
      replicas: all.replicas as 1 | 3 | 5 | undefined,
      shelf: pathOf(all.shelf),
      domain: all.domain,
      inboxPrefix: all.inbox,
      name: all.name,
      auth: authOf(givens),
      tls: tlsOf(givens),
    }),
  });
}

type Said<T> = { [Key in keyof T]?: Exclude<T[Key], undefined> };

/** Without what is undefined. */
export function said<T extends object>(given: T): Said<T> {
  const entries = Object.entries(given).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries) as Said<T>;
}

function authOf(givens: readonly Given[]): NatsAuth | undefined {
  const given = givens.find(({ user, token, creds, nkey }) => user ?? token ?? creds ?? nkey);
  if (given === undefined) return undefined;
  const { user, token, creds, nkey } = given;
  const ways = Object.entries({ user, token, creds, nkey }).filter(([, way]) => way !== undefined);
  if (ways.length > 1) {
    const names = ways.map(([name]) => name).join(" and ");
    throw new BusError("bad-url", `NATS settings: ${names} are given, one of them is to be`);
  }
  if (creds !== undefined) return { credsFile: pathOf(creds) };
  if (nkey !== undefined) return { nkeySeedFile: pathOf(nkey) };
  if (token !== undefined) return { token };
  const password = given.password ?? givens.find((each) => each.password)?.password;
  return password === undefined ? { token: user ?? "" } : { user: user ?? "", password };
}

function tlsOf(givens: readonly Given[]): NatsTls | undefined {
  const ca = pathOf(givens.find((given) => given.ca)?.ca);
  const own = givens.find(({ cert, key }) => cert ?? key);
  const tls = givens.find((given) => given.tls)?.tls;
  if (ca === undefined && own === undefined && tls === undefined) return undefined;
  return said({
    ca,
    cert: pathOf(own?.cert),
    key: pathOf(own?.key),
    first: tls === "first" ? true : undefined,
  });
}

function pathOf(path: string): string;
function pathOf(path: string | undefined): string | undefined;
function pathOf(path: string | undefined): string | undefined {
  if (path === undefined) return undefined;
  return /^~(?=\/|$)/.test(path) ? join(homedir(), path.slice(1)) : resolve(path);
}
