import { homedir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { hideSecrets } from "../hide-secrets.ts";
import { checkSettings } from "./nats-settings.ts";
import { natsUrlOf, readNatsUrl } from "./nats-url.ts";

const readings: readonly (readonly [url: string, settings: object])[] = [
  ["nats://h", { servers: ["h:4222"] }],
  ["NATS://h1:5000,h2/", { servers: ["h1:5000", "h2:4222"] }],
  ["nats://h1, nats://[::1]:5000", { servers: ["h1:4222", "[::1]:5000"] }],
  ["nats://ann:p%40ss@h", { servers: ["h:4222"], auth: { user: "ann", password: "p@ss" } }],
  ["nats://ann:@h", { servers: ["h:4222"], auth: { user: "ann", password: "" } }],
  ["nats://ann:a:b@h", { servers: ["h:4222"], auth: { user: "ann", password: "a:b" } }],
  ["nats://t%2Fn@h1,t%2Fn@h2", { servers: ["h1:4222", "h2:4222"], auth: { token: "t/n" } }],
  ["tls://h", { servers: ["h:4222"], tls: {} }],
  ["tls://h?tls=first", { servers: ["h:4222"], tls: { first: true } }],
  ["nats://h?tls=require&", { servers: ["h:4222"], tls: {} }],
  ["nats://h?creds=/a%20b/c+d", { servers: ["h:4222"], auth: { credsFile: "/a b/c+d" } }],
  ["nats://h?nkey=k", { servers: ["h:4222"], auth: { nkeySeedFile: join(process.cwd(), "k") } }],
  [
    "nats://h?ca=~/ca&cert=/c&key=/k",
    { servers: ["h:4222"], tls: { ca: join(homedir(), "ca"), cert: "/c", key: "/k" } },
  ],
  [
    "nats://h/?prefix=acme.job&replicas=3&inbox=_INBOX_w1&domain=hub&shelf=/s&name=w1",
    {
      servers: ["h:4222"],
      prefix: "acme.job",
      replicas: 3,
      inboxPrefix: "_INBOX_w1",
      domain: "hub",
      shelf: "/s",
      name: "w1",
    },
  ],
];

const known = "prefix, replicas, shelf, creds, nkey, ca, cert, key, tls, inbox, domain, name";
const badServer =
  "a server is not host:port; write nats://host:4222,host:4222, and in a user, password or token " +
  ": / ? # @ , and % as %3A %2F %3F %23 %40 %2C and %25";

const refusals: readonly (readonly [url: string, why: string])[] = [
  ["nats:h", "write nats://host:4222, nats-context:NAME, or nats: alone"],
  ["nats://", badServer],
  ["nats://h1,,h2", badServer],
  ["nats://h:0", badServer],
  ["nats://h:70000", badServer],
  ["nats://h/x", badServer],
  ["nats://ann:xyzzy@h:x", badServer],
  ["nats://ann:pa?xyzzy@h", badServer],
  ["nats://ann:%xyzzy@h", "a user, password or token has a % that is not %25"],
  ["nats://ann:a@h,bob:b@h2", "servers of several users: they have to be the same user's"],
  ["nats://ann:xyzzy@h?creds=/c", "NATS settings: user and creds are given, one of them is to be"],
  ["nats://h?speed=1", `unknown setting "speed"; known: ${known}`],
  ["nats://h?prefix=", `what follows the ? is not name=value; known: ${known}`],
  ["nats://ann?xyzzy@h", `what follows the ? is not name=value; known: ${known}`],
  ["nats://h?prefix=a&prefix=b", "prefix is given twice"],
  ["nats://h?prefix=a%2", "prefix has a % that is not %25"],
  [
    "nats://h?prefix=a.*",
    'NATS settings: prefix "a.*" is not made of letters, digits, - and _, joined by dots',
  ],
  ["nats://h?replicas=2", "NATS settings: replicas 2 is not 1, 3 or 5"],
  ["nats://h?replicas=x", "NATS settings: replicas NaN is not 1, 3 or 5"],
  ["nats://h?domain=a.b", 'NATS settings: domain "a.b" is not made of letters, digits, - and _'],
  ["nats://h?inbox=a.>", 'NATS settings: inbox prefix "a.>" is not a subject without wildcards'],
  ["nats://h?cert=/c", "NATS settings: a client's certificate and its key (cert, key) go together"],
  ["nats://h?tls=yes", "tls=yes; write tls=require or tls=first"],
];

describe("a NATS URL", () => {
  test.each(readings)("%s is read", (url, settings) => {
    expect(readNatsUrl(url, {})).toEqual(settings);
  });

  test.each(refusals)("%s is refused, without its secrets", (url, why) => {
    expect(() => readNatsUrl(url, {})).toThrow(
      expect.objectContaining({ code: "bad-url", message: `${hideSecrets(url)}: ${why}` }),
    );
  });

  test("is shown with servers and prefix, and nothing that only its owner may know", () => {
    const settings = readNatsUrl("tls://ann:xyzzy@h1,h2:5000?prefix=acme&ca=/ca&replicas=3", {});
    expect(natsUrlOf(settings)).toBe("nats://h1:4222,h2:5000?prefix=acme");
    expect(natsUrlOf(readNatsUrl("nats://h?prefix=job", {}))).toBe("nats://h:4222");
    expect(readNatsUrl(natsUrlOf(settings), {})).toMatchObject({ prefix: "acme" });
  });
});

describe("what a NATS URL leaves open", () => {
  const env = {
    NATS_USER: "bob",
    NATS_PASSWORD: "b",
    NATS_CA: "/env/ca",
    NATS_CERT: "/env/cert",
    NATS_KEY: "/env/key",
  };

  test("is what the environment says", () => {
    expect(readNatsUrl("nats://h", env)).toEqual({
      servers: ["h:4222"],
      auth: { user: "bob", password: "b" },
      tls: { ca: "/env/ca", cert: "/env/cert", key: "/env/key" },
    });
    expect(readNatsUrl("nats://h", { NATS_TOKEN: "t", NATS_PASSWORD: "" }).auth).toEqual({
      token: "t",
    });
    expect(readNatsUrl("nats://h", { NATS_USER: "t" }).auth).toEqual({ token: "t" });
    expect(readNatsUrl("nats://h", { NATS_NKEY: "/k" }).auth).toEqual({ nkeySeedFile: "/k" });
    expect(readNatsUrl("nats://h", { NATS_CREDS: "/c" }).auth).toEqual({ credsFile: "/c" });
  });

  test("is only that: the URL comes first, with a user and a certificate as a whole", () => {
    const { auth, tls } = readNatsUrl("nats://ann:a@h?cert=/cert&key=/key", env);
    expect(auth).toEqual({ user: "ann", password: "a" });
    expect(tls).toEqual({ ca: "/env/ca", cert: "/cert", key: "/key" });
    expect(readNatsUrl("nats://h?creds=/c", env).auth).toEqual({ credsFile: "/c" });
    expect(() => readNatsUrl("nats://h?cert=/cert", env)).toThrow("go together");
  });

  test("may be the password of the user that it names", () => {
    expect(readNatsUrl("nats://ann@h", { NATS_PASSWORD: "a" }).auth).toEqual({
      user: "ann",
      password: "a",
    });
  });
});

describe("settings of a program's own", () => {
  test("are held to the same, and no secret in them is told", () => {
    expect(() => checkSettings({ servers: ["nats://ann:xyzzy@h:1"] })).toThrow(
      'NATS settings: server "nats://h:1" is not host:port',
    );
    const servers: unknown = [];
    expect(() => checkSettings({ servers: servers as ["h"] })).toThrow("is not host:port");
  });
});
