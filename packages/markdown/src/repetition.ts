import type { Env, MarkdownIt } from "markdown-it";

/** The number of characters that may still be repeated in a text. */
const remaining = new WeakMap<Env, number>();

/** A text may repeat `minRepeated` characters plus `maxFactor` times its length. */
const minRepeated = 100_000;
const maxFactor = 4;

/**
 * Limits the repetition of text that is written once and used in many places: link definitions and abbreviations.
 * Without a limit, a short text could become very long HTML. Further uses are displayed as written.
 */
export function repetitionPlugin(markdown: MarkdownIt): void {
  markdown.core.ruler.before("block", "repetition", ({ env, src }) => {
    remaining.set(env, minRepeated + maxFactor * src.length);
  });
  markdown.core.ruler.after("block", "repeated_references", ({ env }) => {
    if (env.references === undefined) return;
    env.references = new Proxy(env.references, {
      get: (references, label) => {
        const reference = typeof label === "string" ? references[label] : undefined;
        if (reference === undefined) return undefined;
        return canRepeat(env, reference.href.length + reference.title.length) ? reference : undefined;
      },
    });
  });
}

/** Whether text of this length may be repeated once more. If so, counts the repetition. */
export function canRepeat(env: Env, length: number): boolean {
  const remainder = (remaining.get(env) ?? 0) - length;
  if (remainder < 0) return false;
  remaining.set(env, remainder);
  return true;
}
