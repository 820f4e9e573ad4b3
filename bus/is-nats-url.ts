/** Whether that is the URL of a fleet, well written or not: what readNatsUrl is to read. */
export function isNatsUrl(url: string): boolean {
  return /^(?:nats|tls|nats-context):/i.test(url);
}
