/** Information about procedures besides their inputs and outputs, for documentation and for types of errors. */
export { procedureEvents } from "./procedures/events.ts";
export { procedureNotes } from "./procedures/index.ts";
export type { ProcedureNotes } from "./procedures/notes.ts";
export { reasonNotes } from "./procedures/reason-notes.ts";
export {
  type CommonReason,
  type ErrorsOf,
  isProcedureName,
  listReasons,
  type ProcedureKind,
  type ProcedureName,
} from "./procedures/reasons.ts";
