/** Options: what may be given with `--`, and what each is for. */

interface Option {
  /** The placeholder of its value, `TEXT`; absent: it is a flag. */
  readonly value?: string;
  /** All that the value may be, where that is a list. */
  readonly values?: readonly string[];
  /** The value may be left out; it is written `--name=VALUE`, and is "" where it is not. */
  readonly optional?: true;
  /** May be given more than once. */
  readonly many?: true;
  readonly about: string;
}
export type Options = Readonly<Record<string, Option>>;

export const globalOptions: Options = {
  bus: {
    value: "URL",
    about:
      "file:PATH, memory: or nats://HOST:PORT; default $JOBCHART_BUS, else .jobchart/jobs.db, searched upwards like .git",
  },
  context: {
    value: "NAME",
    about: "a fleet by its context of the nats tool; --bus nats: for the selected one",
  },
  prefix: { value: "TEXT", about: "what a fleet's subjects begin with; default job" },
  json: { about: "JSON, one object a line; errors too" },
  help: { about: "what a command does and takes" },
  version: { about: "the version of this program" },
};

export const noteOption: Options = {
  note: { value: "TEXT", about: "a note for the history" },
};
