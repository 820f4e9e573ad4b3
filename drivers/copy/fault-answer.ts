/** What a thread throws, as a message to the thread that asked it: an IoFault stays one. */
import { IoFault } from "./io-fault.ts";
import type { Operation } from "./io-fault.ts";

export type FaultAnswer =
  | { readonly error: unknown }
  | { readonly fault: { message: string; code: string; operation: Operation } };

export function faultAnswer(error: unknown): FaultAnswer {
  if (!(error instanceof IoFault)) return { error };
  const { message, code, operation } = error;
  return { fault: { message, code, operation } };
}

/** The answer itself; throws when it is a fault. */
export function unpacked<Answer extends object>(answer: Answer | FaultAnswer): Answer {
  if ("fault" in answer) {
    const { message, code, operation } = answer.fault;
    throw new IoFault(message, code, operation);
  }
  if ("error" in answer) throw answer.error;
  return answer;
}
