import type { Reason } from "../errors.ts";

/** What callers should know about a procedure, besides its input and output. */
export interface ProcedureNotes {
  /** What it does, in the imperative. */
  readonly summary: string;
  /** What follows from it, its limits, and how it differs from similar ones. In Markdown. */
  readonly description: string;
  /** The reasons for which it can fail, besides those that `listReasons` adds for procedures of its kind. */
  readonly errors?: readonly Reason[];
}
