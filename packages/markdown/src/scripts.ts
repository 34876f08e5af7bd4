import type { MarkdownIt } from "markdown-it";

const scripts = [
  { name: "sub", marker: "~", pattern: /~((?:\\[^\s]|[^\s~\\]){1,200})~(?!~)/y },
  { name: "sup", marker: "^", pattern: /\^((?:\\[^\s]|[^\s^\\]){1,200})\^/y },
];

/** Subscript, `H~2~O`, and superscript, `x^2^`. Neither contains spaces or other syntax. */
export function scriptPlugin(markdown: MarkdownIt): void {
  for (const { name, marker, pattern } of scripts) {
    markdown.inline.ruler.after("emphasis", name, (state, silent) => {
      const { src, pos } = state;
      if (silent || src[pos] !== marker) return false;
      pattern.lastIndex = pos;
      const [whole, content] = pattern.exec(src) ?? [];
      if (whole === undefined || content === undefined || pos + whole.length > state.posMax) return false;
      state.push(`${name}_open`, name, 1);
      state.push("text", "", 0).content = content.replaceAll(/\\([^\p{L}\p{N}\s])/gu, "$1");
      state.push(`${name}_close`, name, -1);
      state.pos = pos + whole.length;
      return true;
    });
  }
}
