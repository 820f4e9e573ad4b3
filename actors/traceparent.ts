/**
 * The traceparent: which trace a request is part of, in the form of W3C Trace Context:
 * `00-<32 hexadecimal digits of the trace>-<16 of the parent>-<2 of flags>`, lower-case.
 */

const form = /^(?!ff)[0-9a-f]{2}-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}$/;

/** `{ traceparent }`, to be said with a request; nothing for a malformed one, as W3C has it. */
export function tracedBy(traceparent: string | undefined): { readonly traceparent?: string } {
  return traceparent !== undefined && form.test(traceparent) ? { traceparent } : {};
}
