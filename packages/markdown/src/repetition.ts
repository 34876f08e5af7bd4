import type { Env, MarkdownIt } from "markdown-it";

/** The characters that may still be repeated in a text. */
const remaining = new WeakMap<Env, number>();

/** Any text may repeat this many characters, and longer ones this many times their length. */
const minRepeated = 100_000;
const maxFactor = 4;

/**
 * Limits how much is displayed of what is written once and used in many places: the definitions of links, and
 * abbreviations. Otherwise a short text could become very long HTML. Further uses are displayed as written.
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

/** Whether these characters may be repeated once more. If so, they are counted. */
export function canRepeat(env: Env, length: number): boolean {
  const left = (remaining.get(env) ?? 0) - length;
  if (left < 0) return false;
  remaining.set(env, left);
  return true;
}
