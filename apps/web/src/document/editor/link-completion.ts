import type { CompletionContext, CompletionResult } from "@codemirror/autocomplete";

/** A document to link to. */
export interface LinkTarget {
  title: string;
  /** Where it is, as a link in this document says it. */
  path: string;
}

export type CompleteLink = (query: string) => Promise<LinkTarget[]>;

/** Offers documents to link to after `[[`, and within `](`. What is written is a link as all of Markdown has it. */
export function createLinkCompletion(complete: CompleteLink) {
  return async (context: CompletionContext): Promise<CompletionResult | null> => {
    const wiki = context.matchBefore(/\[\[[^[\]\n]{0,80}$/);
    const address = wiki ?? context.matchBefore(/\]\([^()\s<>]{0,80}$/);
    if (address === null) return null;
    const query = address.text.slice(2).trim();
    if (wiki === null && (query.includes(":") || query.startsWith("#"))) return null;
    const targets = await complete(query).catch(() => []);
    if (context.aborted || targets.length === 0) return null;
    return {
      from: address.from,
      filter: false,
      options: targets.map(({ title, path }) => ({
        label: title,
        detail: path,
        type: "document",
        apply(view, _completion, from, to) {
          const insert = wiki === null ? `](${path}` : `[${title.replaceAll(/[[\]]/g, "\\$&")}](${path})`;
          // Brackets that were closed by themselves are part of what is replaced.
          const closing = /^\]{0,2}/.exec(view.state.sliceDoc(to, to + 2))?.[0].length ?? 0;
          view.dispatch({
            changes: { from, to: wiki === null ? to : to + closing, insert },
            selection: { anchor: from + insert.length },
            userEvent: "input.complete",
          });
        },
      })),
    };
  };
}
