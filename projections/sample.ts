/**
 * Samples: the live progress of a job between two commits. They are ephemeral: a worker publishes
 * them as signals under `progress.<uid>`, and they are laid over the record when somebody asks.
 */
import { z } from "zod";
import type { Signals } from "../bus/bus.ts";
import type { Job, Progress } from "../machines/record.ts";

const sampleSubject = "progress.";

const schema = z.object({
  /** The claim that it was measured under. */
  epoch: z.int(),
  current: z.number(),
  total: z.number(),
  /** Units a second, null while it is not known. */
  rate: z.number().nullable(),
  /** When `current` grew last in this epoch; a worker may leave it out. */
  movedAt: z.number().nullable().optional(),
  /** The speed limit lets nothing move before. */
  restsUntil: z.number().nullable().optional(),
  /** A finishing step's own progress, while one is at work. */
  step: z.object({ name: z.string(), current: z.number(), total: z.number() }).optional(),
  /** Milliseconds since 1970. */
  at: z.number(),
});
export type Sample = Readonly<z.infer<typeof schema>>;

/** How far a finishing step is, in units of its own. */
export type StepProgress = NonNullable<Sample["step"]>;

/** A job's sample, null when there is none; undefined where it cannot be known. */
export type SampleOf = (uid: string) => Sample | null | undefined;

/** The samples that are kept now, of one job when `uid` is given. What is no sample counts as none. */
export async function samplesOf(signals: Signals, uid = ""): Promise<SampleOf> {
  const kept = await signals.kept(sampleSubject + uid);
  return (uid) => {
    const data = kept.get(sampleSubject + uid);
    return data === undefined ? null : readSample(data);
  };
}

function readSample(data: string): Sample | null {
  try {
    return schema.safeParse(JSON.parse(data)).data ?? null;
  } catch {
    return null;
  }
}

/** The progress that is known best, and the rate where a current sample tells it. */
export interface LiveProgress extends Progress {
  readonly rate: number | null;
  readonly step: StepProgress | null;
}

/**
 * The sample if it is of the current epoch and not behind the record. Within an epoch progress never
 * goes back, so the larger of the two is the newer.
 */
export function currentSample(
  { epoch, progress }: Job,
  sample: Sample | null | undefined,
): Sample | undefined {
  return sample?.epoch === epoch && sample.current >= progress.current ? sample : undefined;
}

/** The record's progress, with the sample laid over it where that is current. */
export function overlay(job: Job, sample: Sample | null | undefined): LiveProgress {
  const known: Pick<Sample, "current" | "total" | "rate" | "step"> = currentSample(job, sample) ?? {
    ...job.progress,
    rate: null,
  };
  const { current, total, rate, step = null } = known;
  return { current, total, rate, step };
}
