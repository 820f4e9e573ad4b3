/** The exit codes; scripts rely on them. */
export const exit = {
  ok: 0,
  /** A job, or a check, failed. */
  failed: 1,
  /** Bad usage or unreadable input. */
  usage: 2,
  /** Refused by the lifecycle, no such job, id in use, resource busy. */
  refused: 3,
  /** The bus is unavailable, missing, foreign, newer or corrupt. */
  bus: 4,
  /** A fault of this program. */
  fault: 70,
  /** The job was cancelled, by whomever. */
  cancelled: 130,
} as const;
export type ExitCode = (typeof exit)[keyof typeof exit];

/** Of several codes the highest, which is the worst. */
export function worst(codes: readonly ExitCode[]): ExitCode {
  return codes.reduce((most, code) => (code > most ? code : most), exit.ok as ExitCode);
}
