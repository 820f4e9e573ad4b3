/**
 * Subjects: tokens between dots. Whether one is under a pattern, below a prefix, or kept.
 */

/** In a pattern `*` stands for any one token, and a `>` at its end for one or more. */
export function matches(pattern: string, subject: string): boolean {
  const wanted = pattern.split(".");
  const tokens = subject.split(".");
  const isOpen = wanted.at(-1) === ">";
  const exact = isOpen ? wanted.slice(0, -1) : wanted;
  const isLongEnough = isOpen ? tokens.length > exact.length : tokens.length === exact.length;
  return isLongEnough && exact.every((token, i) => token === "*" || token === tokens[i]);
}

/** Whether the subject is `prefix` or goes on with more tokens; after a dot it must go on. */
export function isUnder(prefix: string, subject: string): boolean {
  if (subject === prefix) return !prefix.endsWith(".");
  return subject.startsWith(prefix.endsWith(".") ? prefix : `${prefix}.`);
}

/** Whether the newest signal of the subject is kept, to be asked for. */
export function isKept(subject: string): boolean {
  return subject.startsWith("progress.");
}
