/**
 * The settings at the end of a URL: `prefix=acme&replicas=3&creds=~/me.creds`.
 */
import { BusError } from "../bus-error.ts";
import type { Given } from "./given-settings.ts";

const known = [
  "prefix",
  "replicas",
  "shelf",
  "creds",
  "nkey",
  "ca",
  "cert",
  "key",
  "tls",
  "inbox",
  "domain",
  "name",
] as const satisfies readonly (keyof Given)[];

/** Fails with BusError `bad-url` at what is unknown, given twice, or empty. */
export function parseQuery(query: string): Given {
  const given: Record<string, string | number> = {};
  for (const part of query.split("&").filter((each) => each !== "")) {
    const [, name = "", text = ""] = /^([a-z]+)=(.+)$/is.exec(part) ?? [];
    if (!known.some((each) => each === name)) throw unknown(query, name);
    if (name in given) throw new BusError("bad-url", `${name} is given twice`);
    given[name] = valueOf(name, text);
  }
  return given;
}

function valueOf(name: string, text: string): string | number {
  const value = decoded(name, text);
  if (name === "tls" && value !== "first" && value !== "require") {
    throw new BusError("bad-url", `tls=${value}; write tls=require or tls=first`);
  }
  return name === "replicas" ? Number(value) : value;
}

function decoded(name: string, text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new BusError("bad-url", `${name} has a % that is not %25`);
  }
}

/** What comes before an `@` may be part of a password with a `?` in it. */
function unknown(query: string, name: string): BusError {
  const what =
    name === "" || query.includes("@")
      ? "what follows the ? is not name=value"
      : `unknown setting "${name}"`;
  return new BusError("bad-url", `${what}; known: ${known.join(", ")}`);
}
