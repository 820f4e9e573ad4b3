/**
 * A pattern of the user, a JavaScript regular expression, tried on lines for a bounded time: some
 * expressions take for ever on some lines (`^(a+)+$`), and nobody else is to wait for them.
 */
import { createContext, Script } from "node:vm";

/** So much work a search may take, and nothing near it is ever needed. */
const searchMsMax = 100;

/** Tries lines from the last to the first; `lines` and `pattern` are set before it runs. */
const search = new Script(`(() => {
  for (let at = lines.length - 1; at >= 0; at -= 1) {
    const groups = pattern.exec(lines[at]);
    if (groups !== null) return { ...groups.groups };
  }
})()`);

const sandbox: { lines: readonly string[]; pattern: RegExp } = { lines: [], pattern: /$/ };
let context: ReturnType<typeof createContext> | undefined;

/** The pattern has used up its time; it is not to be tried again. */
export class TooSlow extends Error {}

export type Groups = Readonly<Record<string, string | undefined>>;

/** Fails with an error for people when it is no regular expression. */
export function compiled(pattern: string, what: string): RegExp {
  try {
    return new RegExp(pattern);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new Error(`${what} is no regular expression that can be used: ${why}`, { cause });
  }
}

/** The named groups of the last line that matches; undefined: none does. Fails with TooSlow. */
export function lastMatch(pattern: RegExp, lines: readonly string[]): Groups | undefined {
  context ??= createContext(sandbox);
  sandbox.lines = lines;
  sandbox.pattern = pattern;
  for (;;) {
    const before = process.threadCpuUsage();
    try {
      return search.runInContext(context, { timeout: searchMsMax }) as Groups | undefined;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ERR_SCRIPT_EXECUTION_TIMEOUT") throw error;
      const { user, system } = process.threadCpuUsage(before);
      // On a busy machine time passes without work being done: that is not the pattern's fault.
      if (user + system > (searchMsMax * 1_000) / 4) throw new TooSlow();
    }
  }
}
