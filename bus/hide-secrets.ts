/**
 * A bus URL as it may be shown: without the user, password or token that stand before an `@`. Where
 * it is badly written and it is unclear what is a secret, more is left out than has to be. Paths of
 * files stay as they are.
 *
 * @example hideSecrets("nats://ann:secret@host:4222?replicas=3"); // "nats://host:4222?replicas=3"
 */
export function hideSecrets(url: string): string {
  if (/^(?:file:|[./]|[^:]*$)/i.test(url)) return url;
  const at = url.indexOf("?");
  const [before, query] = at === -1 ? [url, ""] : [url.slice(0, at), url.slice(at)];
  const isQuery = /^(?:\?(?:[a-z]+=[^&]*(?:&|$))*)?$/.test(query);
  const isWhole = before.includes("@") || !/^[^:]*:\/*[^:]*:[^/\d]/.test(before);
  return isQuery && isWhole ? hidden(before) + query : hidden(url);
}

function hidden(text: string): string {
  return text.replace(/^([a-z][a-z0-9+.-]*:\/*)?[^]*@/i, "$1");
}
