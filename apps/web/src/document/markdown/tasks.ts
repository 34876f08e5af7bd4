import type { MarkdownIt } from "markdown-it";

const box = /^\[([ xX])\](?=\s)/;

/**
 * Task lists, as GitHub has them. Each box knows the line of its item, counted from the beginning of its block, so that
 * a block's HTML stays the same when lines are added above it.
 */
export function tasks(markdown: MarkdownIt): void {
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
      const input = new Token("task_box", "input", 0);
      input.attrs = [
        ["type", "checkbox"],
        ["class", "task-box"],
        ["disabled", ""],
        ["data-line", String((item.map?.[0] ?? blockLine) - blockLine)],
        ["aria-label", first.content.slice(0, 80)],
      ];
      if (filled !== " ") input.attrPush(["checked", ""]);
      token.children?.unshift(input);
      item.attrJoin("class", "task");
    });
  });
}
