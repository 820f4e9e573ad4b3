import { expect, test } from "vitest";
import { TrialFolder } from "../trial-folder.ts";

const exported = async (...words: readonly string[]) => {
  using folder = new TrialFolder();
  return await folder.run("export", "nats-permissions", ...words);
};

test("an operator, a reader and the nodes are its users unless others are named", async () => {
  const { code, stdout } = await exported();
  expect(code).toBe(0);
  expect([...stdout.matchAll(/user: "(.*?)"/g)].map(([, user]) => user)).toEqual([
    "node",
    "operator",
    "reader",
  ]);
  expect(stdout).not.toMatch(/password: [^$]/);
});

test("subjects, streams and variables go by the prefix", async () => {
  const words = ["--role", "worker", "--name", "w.1", "--user", "ann", "--prefix", "acme.job"];
  const { stdout } = await exported(...words);
  expect(stdout).toContain('"acme.job.report.w=2E1.*.*"');
  expect(stdout).toContain('"$KV.acme_job.lease.w=2E1.*"');
  expect(stdout).toContain('user: "ann", password: $ACME_JOB_ANN_PASSWORD');
  expect(stdout).toContain("inbox=_INBOX_ann&domain=jobchart&prefix=acme.job");
  expect(stdout).not.toMatch(/[" ]job\./);
});

test.concurrent.each([
  [["--role", "worker"], "--role worker: which? Its name is in its subjects: --name WORKER"],
  [["--role", "reader", "--name", "w1"], "--name is for --role worker"],
  [["--role", "king"], "--role: expected node, operator, reader or worker, found 'king'"],
  [["--user", "ann"], "--user names one user: give one --role"],
  [["--role", "reader", "--user", 'a"b'], "--user: expected a letter"],
  [["--name", "a.b", "--name", "a-b"], "users 'a-b' and 'a-b' are alike"],
  [["--name", "a b"], "--name: expected 1 to 64 visible characters"],
  [["--prefix", "a b"], "--prefix: expected letters"],
  [["nightly"], "Unexpected word 'nightly'"],
])("%j is refused with 2", async (words, why) => {
  const { code, stdout, stderr } = await exported(...words);
  expect({ code, stdout, stderr }).toEqual({
    code: 2,
    stdout: "",
    stderr: expect.stringContaining(why),
  });
});
