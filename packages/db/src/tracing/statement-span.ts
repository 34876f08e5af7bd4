import { runInSpan, SpanKind } from "./tracing.ts";

/** Longest text of a statement in a span. */
const maxTextLength = 2000;

/** Runs a statement in a span. Its parameters are not recorded; its text has only their numbers. */
export function traceStatement<T>(text: string, run: () => Promise<T>): Promise<T> {
  const { operation, summary } = summarizeStatement(text);
  const attributes = {
    "db.system.name": "postgresql",
    "db.operation.name": operation,
    "db.query.summary": summary,
    "db.query.text": text.slice(0, maxTextLength),
  };
  return runInSpan(summary, { kind: SpanKind.CLIENT, attributes }, run);
}

/** Returns the operation of a statement, and the first table or function after it. */
function summarizeStatement(text: string): { operation: string; summary: string } {
  const verbs = /\b(?:select|insert|update|delete|begin|commit|rollback|savepoint|set|copy)\b/i;
  const [found = "statement"] = verbs.exec(text.replace(/^\s*with\b[^]*?\bas\b/i, "")) ?? [];
  const operation = found.toUpperCase();
  const [, table] = /\b(?:from|into|update|join)\s+"?(?:public"?\.)?"?([a-z_]+)/i.exec(text) ?? [];
  return { operation, summary: table === undefined ? operation : `${operation} ${table}` };
}
