/** The arguments of a command: their schema, and what they come to once they are checked. */
import type { JsonObject } from "../../actors/driver.ts";
import { compiled } from "./pattern.ts";
import { presets } from "./presets.ts";
import { ProgressReader } from "./progress-reader.ts";

export type CommandArgs = {
  readonly argv: readonly string[];
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly graceMs?: number;
  readonly progress?: string;
  readonly ready?: string;
  readonly complete?: NodeJS.Signals;
  readonly recover?: "fail" | "restart";
};

const presetNames = Object.keys(presets).join("|");

export const argsSchema: JsonObject = {
  type: "object",
  required: ["argv"],
  additionalProperties: false,
  properties: {
    argv: {
      type: "array",
      items: { type: "string" },
      minItems: 1,
      description: "the program and its arguments; no shell reads them",
    },
    cwd: {
      type: "string",
      minLength: 1,
      format: "path",
      default: ".",
      description: "the folder to start it in; default: where the client stands",
    },
    env: {
      type: "object",
      propertyNames: { type: "string", pattern: "^[A-Za-z_][A-Za-z0-9_]*$" },
      additionalProperties: { type: "string" },
      description: "environment variables beside those of its worker",
    },
    graceMs: {
      type: "integer",
      minimum: 0,
      maximum: 3_600_000,
      description: "how long it may take to end after SIGTERM, in milliseconds (10000)",
    },
    progress: {
      type: "string",
      pattern: String.raw`^(?:${presetNames})$|\(\?<(?:current|percent)>`,
      description:
        `how it tells its progress: ${presetNames.replaceAll("|", ", ")}, or a regular expression ` +
        "with named groups current, total, percent",
    },
    ready: {
      type: "string",
      minLength: 1,
      description: "a regular expression: the job is ready once a line of output matches",
    },
    complete: {
      enum: ["SIGTERM", "SIGINT", "SIGHUP", "SIGQUIT", "SIGUSR1", "SIGUSR2"],
      description: "the signal that tells a ready program to finish (SIGTERM)",
    },
    recover: {
      enum: ["fail", "restart"],
      description:
        "when its worker is lost: fail, as it may have done part of its work, or restart (fail)",
    },
  },
};

/** How the program's output is to be read. */
export interface Readers {
  readonly progress: ProgressReader | undefined;
  readonly ready: RegExp | undefined;
}

/** Fails with an error for people when a pattern cannot be used. */
export function readersOf({ progress, ready, complete }: CommandArgs): Readers {
  if (complete !== undefined && ready === undefined) {
    throw new Error("'complete' needs 'ready': a program that is never ready is never completed");
  }
  return {
    progress: progress === undefined ? undefined : new ProgressReader(progress),
    ready: ready === undefined ? undefined : compiled(ready, `ready '${ready}'`),
  };
}
