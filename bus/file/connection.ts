/**
 * One SQLite connection that never waits: no busy timeout, every statement prepared once. SQLite's
 * errors come out as they are; store.ts turns them into words.
 */
import { DatabaseSync, type SQLInputValue, type StatementSync } from "node:sqlite";
import { pathToFileURL } from "node:url";

export interface ConnectionOptions {
  readonly readOnly?: boolean;
  /** Promises SQLite that nobody writes, so that it needs neither locks nor files beside it. */
  readonly immutable?: boolean;
}

/** A row, unless there is none. */
type Found<Row> = Row | undefined;

export class Connection implements Disposable {
  readonly #db: DatabaseSync;
  readonly #statements = new Map<string, StatementSync>();

  constructor(path: string, { readOnly = false, immutable = false }: ConnectionOptions = {}) {
    const url = pathToFileURL(path);
    if (immutable) url.searchParams.set("immutable", "1");
    this.#db = new DatabaseSync(url, { readOnly, timeout: 0, enableForeignKeyConstraints: false });
  }

  /** For schemas and pragmas: statements that are run once. */
  exec(sql: string): void {
    this.#db.exec(sql);
  }

  /** Runs a statement and returns the row id of what it inserted last. */
  insert(sql: string, ...values: SQLInputValue[]): number {
    return Number(this.#prepared(sql).run(...values).lastInsertRowid);
  }

  /** Runs a statement and returns how many rows it changed. */
  change(sql: string, ...values: SQLInputValue[]): number {
    return Number(this.#prepared(sql).run(...values).changes);
  }

  /** The first row; `Row` is what the caller knows of its columns. */
  first<Row>(sql: string, ...values: SQLInputValue[]): Found<Row> {
    return this.#prepared(sql).get(...values) as Found<Row>;
  }

  all<Row>(sql: string, ...values: SQLInputValue[]): Row[] {
    return this.#prepared(sql).all(...values) as Row[];
  }

  /** Rows one by one; who leaves early frees the statement. */
  each<Row>(sql: string, ...values: SQLInputValue[]): Iterable<Row> {
    return this.#prepared(sql).iterate(...values) as Iterable<Row>;
  }

  /** The number that PRAGMA `name` answers with. */
  number(name: "application_id" | "user_version" | "data_version"): number {
    return this.first<Record<string, number>>(`PRAGMA ${name}`)?.[name] ?? 0;
  }

  /** Ends an open transaction without it, if there is one. */
  rollback(): void {
    if (this.#db.isTransaction) this.#db.exec("ROLLBACK");
  }

  [Symbol.dispose](): void {
    if (this.#db.isOpen) this.#db.close();
  }

  #prepared(sql: string): StatementSync {
    let statement = this.#statements.get(sql);
    if (!statement) {
      statement = this.#db.prepare(sql);
      this.#statements.set(sql, statement);
    }
    return statement;
  }
}
