/**
 * NATS URLs, as people write them:
 * `nats://[user:password@|token@]host:4222,host:4222[?prefix=…&replicas=3&…]`, `tls://…`,
 * `nats-context:NAME[?…]`, and `nats:` for the context that is selected.
 *
 * What they leave open is taken from the environment, as the nats tool does: NATS_USER,
 * NATS_PASSWORD, NATS_TOKEN, NATS_CREDS, NATS_NKEY, NATS_CA, NATS_CERT, NATS_KEY.
 */
import { BusError } from "../bus-error.ts";
import { hideSecrets } from "../hide-secrets.ts";
import { givenBy, settingsOf, type Environment, type Given } from "./given-settings.ts";
import { defaultPrefix } from "./names.ts";
import { readContext } from "./nats-context.ts";
import { parseQuery } from "./nats-query.ts";
import { parseServers } from "./nats-servers.ts";
import type { NatsSettings } from "./nats-settings.ts";

/**
 * Reads a URL, and the context that it names. Fails with BusError `bad-url`, which never tells a
 * secret.
 */
export function readNatsUrl(url: string, env: Environment = process.env): NatsSettings {
  const [, address = "", query = ""] = /^([^?]*)(?:\?([^]*))?$/.exec(url) ?? [];
  try {
    const [named, isContext] = givenAt(address, env);
    const more = parseQuery(query);
    const given = isContext ? [more, named] : [{ ...named, ...more }];
    return settingsOf(...given, givenBy(env));
  } catch (error) {
    if (!(error instanceof BusError)) throw error;
    throw new BusError(error.code, `${hideSecrets(url)}: ${error.message}`, { cause: error.cause });
  }
}

function givenAt(address: string, env: Environment): readonly [Given, isContext: boolean] {
  if (/^(?:nats|tls):\/\//i.test(address)) return [parseServers(address), false];
  const [, context] = /^nats-context:([^]+)$/i.exec(address) ?? [];
  if (context !== undefined || /^nats:$/i.test(address)) {
    return [readContext(context && decoded(context), env), true];
  }
  throw new BusError("bad-url", "write nats://host:4222, nats-context:NAME, or nats: alone");
}

function decoded(name: string): string {
  try {
    return decodeURIComponent(name);
  } catch {
    return name;
  }
}

/** The URL that names a fleet to people: its servers and its prefix, no secrets, no paths. */
export function natsUrlOf({ servers, prefix = defaultPrefix }: NatsSettings): string {
  return `nats://${servers.join(",")}${prefix === defaultPrefix ? "" : `?prefix=${prefix}`}`;
}
