/** The spec of a job that exists: what to ask for, to have another one with the same settings. */
import { blankJob, type Job } from "../machines/record.ts";
import type { JobSpec } from "./job-spec.ts";

/** All that a spec may say beside what the job is called and what it is to do. */
const settings: Readonly<Record<Exclude<keyof JobSpec, "id" | "type" | "args" | "hold">, true>> = {
  autoFinalize: true,
  autoDismiss: true,
  speed: true,
  onError: true,
  retry: true,
  notBefore: true,
  timeoutMs: true,
  deadline: true,
  resources: true,
  onBusy: true,
  priority: true,
  stallMs: true,
  labels: true,
  require: true,
};

/**
 * Without the job's id, and without a start or deadline that was not after `now`, in milliseconds
 * since 1970. A draft of it creates the same job again.
 */
export function specOf(job: Job, now: number): JobSpec {
  const said = Object.keys(settings).flatMap((name) => {
    const value = job[name as keyof typeof settings];
    const isUsual = JSON.stringify(value) === JSON.stringify(blankJob[name as keyof Job]);
    const isPast = (name === "notBefore" || name === "deadline") && Number(value) <= now;
    return isUsual || isPast ? [] : [[name, value] as const];
  });
  const { type, args, held } = job;
  return { type, args, ...(held ? { hold: true } : {}), ...Object.fromEntries(said) };
}
