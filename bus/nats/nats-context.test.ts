import { mkdirSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { inspect } from "node:util";
import { beforeEach, describe, expect, test } from "vitest";
import { freshFolder } from "../contract/fresh-folder.ts";
import { readNatsUrl } from "./nats-url.ts";

let config: string;
let contexts: string;
let env: Readonly<Record<string, string>>;
beforeEach(() => {
  config = freshFolder();
  contexts = join(config, "nats/context");
  env = { XDG_CONFIG_HOME: config };
});

function write(name: string, context: unknown): void {
  mkdirSync(contexts, { recursive: true });
  const text = typeof context === "string" ? context : JSON.stringify(context);
  writeFileSync(join(contexts, `${name}.json`), text);
}

function select(name: string): void {
  writeFileSync(join(config, "nats/context.txt"), `${name}\n`);
}

function refusal(name: string): unknown {
  try {
    return readNatsUrl(`nats-context:${name}`, env);
  } catch (error) {
    return error;
  }
}

function noContext(name: string, there: string): object {
  const message = `nats-context:${name}: no context '${name}' in ${contexts}; ${there}`;
  return { code: "bad-url", message };
}

describe("a context of the nats tool", () => {
  test("is read with all that it may say", () => {
    write("full", {
      description: "made by the nats tool",
      url: "tls://h1:5000,tls://h2",
      user: "ann",
      password: "xyzzy",
      token: "",
      creds: "",
      nkey: "",
      cert: "~/cert",
      key: "/key",
      ca: "/ca",
      nsc: "",
      jetstream_domain: "hub",
      jetstream_api_prefix: "",
      inbox_prefix: "_INBOX_w1",
      user_jwt: "",
      color_scheme: "",
      tls_first: true,
    });
    expect(readNatsUrl("nats-context:full", env)).toEqual({
      servers: ["h1:5000", "h2:4222"],
      auth: { user: "ann", password: "xyzzy" },
      tls: { ca: "/ca", cert: join(homedir(), "cert"), key: "/key", first: true },
      domain: "hub",
      inboxPrefix: "_INBOX_w1",
    });
  });

  test.each([
    [{ token: "xyzzy" }, { token: "xyzzy" }],
    [{ creds: "/c" }, { credsFile: "/c" }],
    [{ nkey: "/k" }, { nkeySeedFile: "/k" }],
    [{ user: "ann" }, { user: "ann", password: "" }],
    [{ url: "nats://xyzzy@127.0.0.1" }, { token: "xyzzy" }],
  ])("of %j is one of the server at hand", (context, auth) => {
    write("x", context);
    expect(readNatsUrl("nats-context:x", env)).toEqual({ servers: ["127.0.0.1:4222"], auth });
  });

  test("is added to by the URL, before the environment", () => {
    write("x", { url: "nats://h", token: "xyzzy" });
    const more = { ...env, NATS_CREDS: "/env", NATS_CA: "/ca" };
    const { auth, tls, prefix } = readNatsUrl("nats-context:x?prefix=acme", more);
    expect({ auth, tls, prefix }).toEqual({
      auth: { token: "xyzzy" },
      tls: { ca: "/ca" },
      prefix: "acme",
    });
    expect(readNatsUrl("nats-context:x?creds=/mine", more).auth).toEqual({ credsFile: "/mine" });
    write("y", { user: "ann" });
    expect(readNatsUrl("nats-context:y", { ...env, NATS_PASSWORD: "a" }).auth).toEqual({
      user: "ann",
      password: "a",
    });
  });

  test("is the selected one where none is named", () => {
    expect(() => readNatsUrl("nats:", env)).toThrow(
      `nats:: no server is named, and ${config}/nats/context.txt names no context; write ` +
        "nats://host:4222, or select one with 'nats context select'",
    );
    write("mine", { url: "nats://h" });
    select("mine");
    expect(readNatsUrl("nats:?replicas=3", env)).toEqual({ servers: ["h:4222"], replicas: 3 });
  });

  test("is refused when there is none of that name, with the names that there are", () => {
    expect(refusal("x")).toMatchObject(noContext("x", "there are none"));
    write("b", {});
    write("a", {});
    expect(refusal("x")).toMatchObject(noContext("x", "there are: a, b"));
    expect(refusal("../context/a")).toMatchObject(noContext("../context/a", "there are: a, b"));
  });

  test.each([
    ['{"password": "xyzzy", }', /x\.json: is not a JSON object$/],
    ["[]", /x\.json: is not a JSON object$/],
    ["null", /x\.json: is not a JSON object$/],
    [{ url: 5 }, /context 'x': "url" is not a text$/],
    [{ url: "nats://ann:xyzzy@h:x" }, /a server is not host:port/],
    [{ nsc: "nsc://xyzzy" }, /context 'x': "nsc" is not supported$/],
    [{ user: "ann", password: "xyzzy", creds: "/c" }, /user and creds are given/],
  ])("of %j is refused, and no secret told", (context, why) => {
    write("x", context);
    const heard = refusal("x");
    expect(heard).toMatchObject({ code: "bad-url", message: expect.stringMatching(why) });
    expect(inspect(heard, { depth: Infinity, showHidden: true })).not.toContain("xyzzy");
  });
});
