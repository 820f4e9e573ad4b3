/**
 * Deeds: what each callback of a driver came to. A report must say just that: no step is
 * acknowledged before it is done (S9), no run ends otherwise than it did (S17).
 */
import { Retryable, type Step } from "../../actors/driver.ts";
import { textOf } from "../../actors/error-text.ts";
import type { Input } from "../../machines/input.ts";
import type { Json } from "../../machines/json.ts";
import type { Job } from "../../machines/record.ts";
import { isWorking } from "../../machines/status.ts";

export type Deed = "run" | "prepare" | "commit" | "abort" | "clean";

type Of = Pick<Step, "uid" | "epoch">;
type End = { readonly value: Json } | { readonly error: unknown };

const steps = { committed: "commit", aborted: "abort", cleaned: "clean" } as const;

export class Deeds {
  readonly #ends = new Map<string, End>();
  readonly #progress = new Map<string, number>();

  /** Makes a callback and notes what it came to. */
  async make<T extends Json>(deed: Deed, of: Of, act: () => Promise<T>): Promise<T> {
    try {
      const value = await act();
      this.#ends.set(keyOf(deed, of), { value });
      return value;
    } catch (error) {
      this.#ends.set(keyOf(deed, of), { error });
      throw error;
    }
  }

  progress(of: Of, current: number): void {
    this.#progress.set(keyOf("run", of), current);
  }

  /** Why a report is not what was done, when the job was `before` and is now `after`. */
  whyNot(input: Input, before: Job, after: Job): string | undefined {
    switch (input.verb) {
      case "finished":
        return before.cancel === "force" ? undefined : this.#whyNotFinished(input, after);
      case "failed": {
        const deed = isWorking(before.status) ? "run" : "prepare";
        return input.cancelled === true ? undefined : this.#whyNotFailed(deed, input);
      }
      case "prepared":
        return this.#whyNotValue("prepare", input, after.prepared);
      case "committed":
      case "aborted":
      case "cleaned": {
        const deed = steps[input.verb];
        const end = this.#ends.get(keyOf(deed, input));
        return end && "value" in end
          ? undefined
          : `S9 ${deed} was not done in epoch ${input.epoch}`;
      }
      default:
        return undefined;
    }
  }

  #whyNotFinished(of: Of, { result, progress }: Job): string | undefined {
    const said = this.#progress.get(keyOf("run", of)) ?? 0;
    if (progress.current < said) return `S17 the run was at ${said}, not at ${progress.current}`;
    return this.#whyNotValue("run", of, result);
  }

  #whyNotValue(deed: Deed, of: Of, found: Json): string | undefined {
    const end = this.#ends.get(keyOf(deed, of));
    const value = end && "value" in end ? JSON.stringify(end.value) : "nothing yet";
    if (JSON.stringify(found) === value) return undefined;
    return `S17 ${deed} resolved with ${value}, not with ${JSON.stringify(found)}`;
  }

  #whyNotFailed(
    deed: Deed,
    said: Of & { readonly error: string; readonly retryable?: boolean },
  ): string | undefined {
    const end = this.#ends.get(keyOf(deed, said));
    if (end === undefined || "value" in end) return `S17 ${deed} did not fail: '${said.error}'`;
    const thrown = failureText(textOf(end.error), end.error instanceof Retryable);
    const found = failureText(said.error, said.retryable === true);
    return found === thrown ? undefined : `S17 ${deed} failed with ${thrown}, not with ${found}`;
  }
}

function failureText(text: string, isRetryable: boolean): string {
  return `'${text}'${isRetryable ? " for now" : ""}`;
}

function keyOf(deed: Deed, { uid, epoch }: Of): string {
  return `${deed} ${uid} ${epoch}`;
}
