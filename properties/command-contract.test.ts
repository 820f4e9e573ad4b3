/** The driver command keeps the contract of drivers, with a program that says when it is ready. */
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, test } from "vitest";
import type { Json } from "../actors/driver.ts";
import type { CommandArgs } from "../drivers/command/command-args.ts";
import { command } from "../drivers/command/command.ts";
import { driverContract } from "./driver/contract.ts";

const root = mkdtempSync(join(tmpdir(), "jobchart-contract-"));
beforeAll(() => {
  process.env["JOBCHART_LOGS"] = join(root, "logs");
});
afterAll(() => {
  delete process.env["JOBCHART_LOGS"];
  rmSync(root, { recursive: true, force: true });
});

const script =
  "trap 'echo finished > finished; exit 0' TERM; echo ready; while :; do sleep 0.01; done";

function freshArgs(): CommandArgs {
  const cwd = mkdtempSync(join(root, "life-"));
  return { argv: ["sh", "-c", script], cwd, ready: "^ready$", recover: "restart" };
}

async function shown({ cwd = "" }: CommandArgs, result: Json): Promise<Json> {
  const path = join(cwd, "finished");
  return {
    result,
    finished: result !== null && existsSync(path) ? readFileSync(path, "utf8") : null,
  };
}

driverContract(test, command, freshArgs, { effects: shown });
