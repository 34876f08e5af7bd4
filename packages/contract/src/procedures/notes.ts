import type { Reason } from "../errors.ts";

/** Information about a procedure besides its input and output. */
export interface ProcedureNotes {
  /** The effect, in the imperative. */
  readonly summary: string;
  /** Consequences, limits, and differences from similar procedures. In Markdown. */
  readonly description: string;
  /** The reasons for which it can fail, besides those that `listReasons` adds for procedures of its kind. */
  readonly errors?: readonly Reason[];
}
