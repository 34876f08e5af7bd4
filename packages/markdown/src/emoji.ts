import type { Env, MarkdownIt } from "markdown-it";

const shortCode = /:([a-z\d_+-]{1,60}):(?![\p{L}\p{N}])/uy;
const isWordEnd = /[\p{L}\p{N}]$/u;

/** Emoji by short code, or null until they are loaded. Few texts need them. */
let emojiByName: Record<string, string> | null = null;

const textsMissingEmoji = new WeakSet<Env>();

/** Whether a text contains short codes but emoji were not loaded when it was parsed with `env`. */
export const needsEmoji = (env: Env): boolean => textsMissingEmoji.has(env);

/** Loads the emoji. Until then, short codes are rendered as written. */
export async function loadEmoji(): Promise<void> {
  const { nameToEmoji } = await import("gemoji");
  emojiByName = nameToEmoji;
}

/** GitHub's emoji short codes, such as `:rocket:`. */
export function emojiPlugin(markdown: MarkdownIt): void {
  markdown.inline.ruler.after("emphasis", "emoji", (state, silent) => {
    const { src, pos, env } = state;
    if (src[pos] !== ":" || silent || isWordEnd.test(src.slice(Math.max(0, pos - 2), pos))) return false;
    shortCode.lastIndex = pos;
    const [whole, name = ""] = shortCode.exec(src) ?? [];
    if (whole === undefined || pos + whole.length > state.posMax) return false;
    if (emojiByName === null) textsMissingEmoji.add(env);
    if (emojiByName === null || !Object.hasOwn(emojiByName, name)) return false;
    const token = state.push("emoji", "", 0);
    token.markup = whole;
    token.content = emojiByName[name] ?? whole;
    state.pos = pos + whole.length;
    return true;
  });
  markdown.renderer.rules["emoji"] = (tokens, index) => tokens[index]?.content ?? "";
}
