/**
 * How long a contract suite waits for what must come, however slow machine and servers are.
 */
export const patience = { timeout: 20_000, interval: 20 };
