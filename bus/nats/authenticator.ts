/**
 * How a client proves who it is. Files are read again at every connection, so that credentials may
 * be renewed under a running process.
 */
import { readFileSync } from "node:fs";
import {
  credsAuthenticator,
  nkeyAuthenticator,
  tokenAuthenticator,
  usernamePasswordAuthenticator,
  type Authenticator,
} from "@nats-io/transport-node";
import { BusError } from "../bus-error.ts";
import type { NatsAuth } from "./nats-settings.ts";

/** Fails with BusError `bad-url` when a file cannot be read or is not what it should be. */
export function authenticatorOf(auth: NatsAuth): Authenticator {
  if ("user" in auth) return usernamePasswordAuthenticator(auth.user, auth.password);
  if ("token" in auth) return tokenAuthenticator(auth.token);
  return "credsFile" in auth
    ? renewed("credentials", auth.credsFile, credsAuthenticator)
    : renewed("nkey seed", auth.nkeySeedFile, (bytes) => nkeyAuthenticator(trimmed(bytes)));
}

/** When the credentials in the file expire, milliseconds since 1970; undefined: they do not say. */
export function expiryOf(credsFile: string): number | undefined {
  const [, claims = ""] = /^\s*[\w-]+\.([\w-]+)\.[\w-]+\s*$/m.exec(textOf(credsFile)) ?? [];
  try {
    const { exp } = JSON.parse(Buffer.from(claims, "base64url").toString()) as { exp?: unknown };
    return typeof exp === "number" ? exp * 1_000 : undefined;
  } catch {
    return undefined;
  }
}

/** While the file cannot be read, as amid its being replaced, what was read last will do. */
function renewed(
  what: string,
  file: string,
  make: (bytes: Uint8Array) => Authenticator,
): Authenticator {
  let last = load(what, file, make);
  return (nonce) => {
    try {
      last = load(what, file, make);
    } catch {
      // The file is being replaced.
    }
    return last(nonce);
  };
}

function load(
  what: string,
  file: string,
  make: (bytes: Uint8Array) => Authenticator,
): Authenticator {
  let bytes: Uint8Array;
  try {
    bytes = readFileSync(file);
  } catch (cause) {
    throw new BusError("bad-url", `${file}: the ${what} cannot be read`, { cause });
  }
  try {
    const authenticator = make(bytes);
    authenticator("trial");
    return authenticator;
  } catch (cause) {
    throw new BusError("bad-url", `${file}: holds no ${what}`, { cause });
  }
}

function trimmed(bytes: Uint8Array): Uint8Array {
  return Buffer.from(Buffer.from(bytes).toString("latin1").trim(), "latin1");
}

function textOf(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return "";
  }
}
