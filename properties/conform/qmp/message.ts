/**
 * A QMP message: what one line says. A line is a bare message, or one that a recorder wrapped as
 * {"t":seconds,"dir":"cmd"|"reply"|"event","msg":{…}}; what it is, is seen from the message.
 */
import type { Version } from "./tables.ts";

export type Fields = Readonly<Record<string, unknown>>;

/** A success: `value` is what was returned. An error: its class and text. */
export type Answer =
  | { readonly value: unknown }
  | { readonly class: string; readonly text: string };

export interface ReplyMessage {
  readonly kind: "reply";
  /** The id as JSON; absent when the command had none. */
  readonly id?: string;
  readonly answer: Answer;
}

export interface CommandMessage {
  readonly kind: "command";
  readonly name: string;
  readonly arguments: Fields;
  readonly id?: string;
}

export interface EventMessage {
  readonly kind: "event";
  readonly name: string;
  readonly data: Fields;
}

export type Message =
  | { readonly kind: "greeting"; readonly version?: Version }
  | EventMessage
  | CommandMessage
  | ReplyMessage;

/** What a line says; undefined when that is not QMP. */
export function messageOf(value: unknown): Message | undefined {
  if (!isFields(value)) return undefined;
  const message = isFields(value["msg"]) ? value["msg"] : value;
  const id = "id" in message ? { id: JSON.stringify(message["id"]) } : {};
  if (isFields(message["QMP"])) {
    const version = versionIn(message["QMP"]["version"]);
    return { kind: "greeting", ...(version && { version }) };
  }
  if (typeof message["event"] === "string") {
    const data = isFields(message["data"]) ? message["data"] : {};
    return { kind: "event", name: message["event"], data };
  }
  const name = message["execute"] ?? message["exec-oob"];
  if (typeof name === "string") {
    const given = message["arguments"];
    return { kind: "command", name, arguments: isFields(given) ? given : {}, ...id };
  }
  if ("return" in message) return { kind: "reply", answer: { value: message["return"] }, ...id };
  if (isFields(message["error"])) {
    const { class: kind, desc } = message["error"];
    if (typeof kind !== "string" || typeof desc !== "string") return undefined;
    return { kind: "reply", answer: { class: kind, text: desc }, ...id };
  }
  return undefined;
}

/** The version in a greeting, or in what query-version returns. */
export function versionIn(value: unknown): Version | undefined {
  if (!isFields(value) || !isFields(value["qemu"])) return undefined;
  const { major, minor } = value["qemu"];
  return typeof major === "number" && typeof minor === "number" ? { major, minor } : undefined;
}

export function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
