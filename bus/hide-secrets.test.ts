import { expect, test } from "vitest";
import { hideSecrets } from "./hide-secrets.ts";

test.each([
  ["nats://host:4222", "nats://host:4222"],
  ["nats://[::1]:4222,h2", "nats://[::1]:4222,h2"],
  ["nats://ann:xyzzy@host:4222", "nats://host:4222"],
  ["tls://xyzzy@h1,h2/?replicas=3", "tls://h1,h2/?replicas=3"],
  ["nats://host?creds=/home/a@b/x.creds", "nats://host?creds=/home/a@b/x.creds"],
  ["nats://ann:xyzzy@host?ca=/home/a@b/ca.pem", "nats://host?ca=/home/a@b/ca.pem"],
  ["file:/home/a@b/jobs.db", "file:/home/a@b/jobs.db"],
  ["/home/a@b/c:d@e.db", "/home/a@b/c:d@e.db"],
  ["../a@b:c.db", "../a@b:c.db"],
  ["a@b.db", "a@b.db"],
])("of %s is shown %s", (url, shown) => {
  expect(hideSecrets(url)).toBe(shown);
});

test.each([
  "nats:ann:xyzzy@host",
  "nats:/ann:xyzzy@host",
  "NATS://ann:xyzzy@host",
  "ann:xyzzy@host:4222",
  "nats://ann:xy@xyzzy@host",
  "nats://ann:xy/xyzzy@host",
  "nats://ann:xy,xyzzy@host",
  "nats://ann:xy?xyzzy@host",
  "nats://ann:xy?a=xyzzy@host",
  "nats://ann:xy@x?xyzzy@host",
  "nats://ann:xy\nxyzzy@host",
  "nats://a:xyzzy@h1,b:xyzzy@h2",
])("however badly %j is written, its secret is not shown", (url) => {
  expect(hideSecrets(url)).not.toContain("xyzzy");
});
