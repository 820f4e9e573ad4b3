/** `cancel`: cancels jobs, or with `--soft` lets ready ones end without switching over. */
import { verbCommand } from "../verb-command.ts";

export const cancel = verbCommand({
  verb: "cancel",
  summary: "cancels jobs, and with them those that finish together",
  options: {
    soft: {
      about: "a ready job ends successfully, without switching over, where its type supports that",
    },
  },
  examples: ["cancel nightly --note 'disk is needed'", "cancel mirror-1 --soft"],
  said: (call) => ({ soft: call.flag("soft") }),
});
