/** Options: what may be given with `--`, and what each is for. */

interface Option {
  /** The placeholder of its value, `TEXT`; absent: it is a flag. */
  readonly value?: string;
  /** May be given more than once. */
  readonly many?: true;
  readonly about: string;
}
export type Options = Readonly<Record<string, Option>>;

export const globalOptions: Options = {
  bus: {
    value: "URL",
    about:
      "file:PATH or memory:; default $JOBCHART_BUS, else .jobchart/jobs.db, searched upwards like .git",
  },
  context: { value: "NAME", about: "a bus by the name that it has in the settings" },
  json: { about: "JSON, one object a line; errors too" },
  help: { about: "what a command does and takes" },
  version: { about: "the version of this program" },
};

export const noteOption: Options = {
  note: { value: "TEXT", about: "a note for the history" },
};
