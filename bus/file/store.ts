/**
 * A store: what the ports of the file bus are written against. Work is synchronous and gets a
 * connection; inside `write` it is part of a transaction. `doing` goes into the error's message:
 * "while …ing".
 */
import type { Connection } from "./connection.ts";

export interface Store {
  read<T>(doing: string, work: (connection: Connection) => T): Promise<T>;
  write<T>(doing: string, work: (connection: Connection) => T): Promise<T>;
}
