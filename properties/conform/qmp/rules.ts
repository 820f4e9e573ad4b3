/** All rules that a QMP log is judged by, by name. Each can be left out, to see what it is for. */
import { causeRules } from "./causes.ts";
import { claimRule } from "./claims.ts";
import { creationRule, refusalRule, textRule, undoRule } from "./creation.ts";
import { eventRules } from "./event-rules.ts";
import { momentRule } from "./query.ts";
import { orderRule, rowRules } from "./row-rules.ts";
import { stateRules, tableRule } from "./state.ts";
import { endingRule } from "./step.ts";
import { endKindRule, hindsightRule } from "./take-event.ts";
import { argumentRule, breathRule } from "./take-reply.ts";
import { answerRule, dueRule } from "./verb-answer.ts";

export const ruleNames: readonly string[] = [
  tableRule,
  ...stateRules.map(({ name }) => name),
  ...eventRules.map(({ name }) => name),
  ...causeRules.map(({ name }) => name),
  endingRule,
  endKindRule,
  hindsightRule,
  breathRule,
  answerRule,
  dueRule,
  argumentRule,
  creationRule,
  undoRule,
  refusalRule,
  textRule,
  claimRule,
  momentRule,
  ...rowRules.map(({ name }) => name),
  orderRule,
];
