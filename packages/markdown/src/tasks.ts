import type { MarkdownIt, Token } from "markdown-it";

/** The data of a task's checkbox. The line refers to the parsed text. */
interface TaskBox {
  line: number;
  isDone: boolean;
  text: string;
}

const boxes = new WeakMap<Token, TaskBox>();

/**
 * The checkbox at the beginning of a task's `inline` token. Its mark is the second character of the token's content.
 */
export function getTaskBox({ children }: Token): TaskBox | undefined {
  const [first] = children ?? [];
  return first === undefined ? undefined : boxes.get(first);
}

const box = /^\[([ xX])\](?=\s)/;

/**
 * Task lists like GitHub's. Each checkbox stores its line relative to its block, so that the block's HTML stays the
 * same when lines are inserted above it.
 */
export function taskPlugin(markdown: MarkdownIt): void {
  markdown.core.ruler.after("inline", "tasks", ({ tokens, Token }) => {
    let blockLine = 0;
    tokens.forEach((token, index) => {
      if (token.level === 0 && token.map !== null) [blockLine] = token.map;
      const item = tokens[index - 2];
      const first = token.children?.[0];
      if (token.type !== "inline" || item?.type !== "list_item_open" || first?.type !== "text") return;
      const [mark, filled] = box.exec(first.content) ?? [];
      if (mark === undefined) return;
      first.content = first.content.slice(mark.length).trimStart();
      const line = token.map?.[0] ?? blockLine;
      const input = new Token("task_box", "input", 0);
      boxes.set(input, { line, isDone: filled !== " ", text: token.content.slice(mark.length).trim() });
      input.attrs = [
        ["type", "checkbox"],
        ["class", "task-box"],
        ["disabled", ""],
        ["data-line", String(line - blockLine)],
        ["aria-label", first.content.slice(0, 80)],
      ];
      if (filled !== " ") input.attrPush(["checked", ""]);
      token.children?.unshift(input);
      item.attrJoin("class", "task");
    });
  });
}
