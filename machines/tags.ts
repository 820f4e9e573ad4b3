/**
 * Tags: what a worker says of itself, and what a job requires of whoever runs it, each a name with
 * one text: `gpu=a100`.
 */

export type Tags = Readonly<Record<string, string>>;

/** `disk=ssd gpu=a100`, ordered by name; empty for none. */
export function tagsText(tags: Tags): string {
  const all = Object.entries(tags).map(([name, text]) => `${name}=${text}`);
  return all.toSorted().join(" ");
}
