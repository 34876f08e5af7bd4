import type { MarkdownIt, Token } from "markdown-it";

/** The data of a task's checkbox. The line refers to the parsed text. */
interface TaskBox {
  line: number;
  isDone: boolean;
  text: string;
}

const boxes = new WeakMap<Token, TaskBox>();

/**
 * Returns the checkbox at the beginning of a task's `inline` token. Its mark is the second character of the content.
 */
export function getTaskBox({ children }: Token): TaskBox | undefined {
  const [first] = children ?? [];
  return first === undefined ? undefined : boxes.get(first);
}

const box = /^\[([ xX])\](?=\s)/;

/**
 * Task lists like GitHub's. Each checkbox is rendered with its line relative to the `firstLine` of the environment, so
 * that a block's HTML stays the same when lines are inserted above it.
 */
export function taskPlugin(markdown: MarkdownIt): void {
  markdown.core.ruler.after("inline", "tasks", ({ tokens, Token }) => {
    tokens.forEach((token, index) => {
      const item = tokens[index - 2];
      const first = token.children?.[0];
      if (token.type !== "inline" || item?.type !== "list_item_open" || first?.type !== "text") return;
      const [mark, filled] = box.exec(first.content) ?? [];
      if (mark === undefined) return;
      first.content = first.content.slice(mark.length).trimStart();
      const line = token.map?.[0] ?? 0;
      const input = new Token("task_box", "input", 0);
      boxes.set(input, { line, isDone: filled !== " ", text: token.content.slice(mark.length).trim() });
      input.attrs = [
        ["type", "checkbox"],
        ["class", "task-box"],
        ["disabled", ""],
        ["aria-label", first.content.slice(0, 80)],
      ];
      if (filled !== " ") input.attrPush(["checked", ""]);
      token.children?.unshift(input);
      item.attrJoin("class", "task");
    });
  });
  markdown.renderer.rules["task_box"] = (tokens, index, options, env, self) => {
    const [input] = tokens.slice(index, index + 1);
    const line = (input && boxes.get(input)?.line) ?? 0;
    const { firstLine } = (env ?? {}) as { firstLine?: number };
    input?.attrSet("data-line", String(line - (firstLine ?? 0)));
    return self.renderToken(tokens, index, options);
  };
}
