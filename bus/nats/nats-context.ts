/**
 * Contexts of the nats tool: `<config>/nats/context/<name>.json`, the selected one's name in
 * `<config>/nats/context.txt`, where `<config>` is $XDG_CONFIG_HOME, else `~/.config`.
 */
import { readdirSync, readFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { BusError } from "../bus-error.ts";
import { said, type Environment, type Given } from "./given-settings.ts";
import { parseServers } from "./nats-servers.ts";

const defaultUrl = "nats://127.0.0.1:4222";

/** Keys that change whom one talks to or as whom: they are not to be ignored. */
const unsupported = ["nsc", "user_jwt", "user_seed", "jetstream_api_prefix", "socks_proxy"];

/**
 * The settings of a context, of the selected one if none is named. Fails with BusError `bad-url`
 * when there is none of that name, none is selected, or it cannot be read; tells no secret.
 */
export function readContext(name: string | undefined, env: Environment): Given {
  const folder = join(env["XDG_CONFIG_HOME"] || join(homedir(), ".config"), "nats");
  const chosen = name ?? selectedIn(folder);
  const { url, user, password, tls_first, ...context } = contextIn(join(folder, "context"), chosen);
  const refused = unsupported.find((key) => context[key]);
  if (refused !== undefined) {
    throw new BusError("bad-url", `context '${chosen}': "${refused}" is not supported`);
  }
  const text = (key: string): string | undefined => textOf(chosen, key, context[key]);
  const given: Given = {
    token: text("token"),
    creds: text("creds"),
    nkey: text("nkey"),
    ca: text("ca"),
    cert: text("cert"),
    key: text("key"),
    inbox: text("inbox_prefix"),
    domain: text("jetstream_domain"),
    tls: tls_first === true ? "first" : undefined,
  };
  const named = textOf(chosen, "user", user);
  const secret = textOf(chosen, "password", password) ?? env["NATS_PASSWORD"] ?? "";
  return {
    ...parseServers(textOf(chosen, "url", url) ?? defaultUrl),
    ...said(given),
    ...(named === undefined ? {} : { user: named, password: secret }),
  };
}

function selectedIn(folder: string): string {
  const file = join(folder, "context.txt");
  const name = read(file)?.trim() ?? "";
  if (name !== "") return name;
  throw new BusError(
    "bad-url",
    `no server is named, and ${file} names no context; write nats://host:4222, or select one with ` +
      "'nats context select'",
  );
}

function contextIn(folder: string, name: string): Readonly<Record<string, unknown>> {
  const file = join(folder, `${name}.json`);
  const text = /^[^/\\]+$/.test(name) ? read(file) : undefined;
  if (text === undefined) throw noContext(folder, name);
  try {
    const context: unknown = JSON.parse(text);
    const isObject = typeof context === "object" && !Array.isArray(context);
    if (isObject && context !== null) return { ...context };
  } catch {
    // What JSON.parse says quotes the file, passwords and all.
  }
  throw new BusError("bad-url", `${file}: is not a JSON object`);
}

function noContext(folder: string, name: string): BusError {
  const names = list(folder)
    .filter((file) => file.endsWith(".json"))
    .map((file) => file.slice(0, -".json".length))
    .toSorted();
  const there = names.length === 0 ? "there are none" : `there are: ${names.join(", ")}`;
  return new BusError("bad-url", `no context '${name}' in ${folder}; ${there}`);
}

function textOf(context: string, key: string, value: unknown): string | undefined {
  if (value === undefined || value === "" || value === null) return undefined;
  if (typeof value === "string") return value;
  throw new BusError("bad-url", `context '${context}': "${key}" is not a text`);
}

function read(file: string): string | undefined {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw new BusError("bad-url", `${file}: cannot be read`, { cause: error });
  }
}

function list(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "ENOENT";
}
