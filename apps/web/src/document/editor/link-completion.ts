import type { CompletionContext, CompletionResult } from "@codemirror/autocomplete";

/** A linkable document. */
export interface LinkTarget {
  title: string;
  /** The alias or title in its front matter that matches, or null. */
  alias: string | null;
  /** The link path, relative to this document. */
  path: string;
}

export type CompleteLink = (query: string) => Promise<LinkTarget[]>;

/** Completes document links after `[[` and inside `](`. Accepting one inserts a standard Markdown link. */
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
      options: targets.map(({ title, alias, path }) => ({
        label: alias ?? title,
        detail: path,
        type: "document",
        apply(view, _completion, from, to) {
          const insert =
            wiki === null ? `](${path}` : `[${(alias ?? title).replaceAll(/[[\]]/g, "\\$&")}](${path})`;
          // Automatically closed brackets are part of the replaced range.
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
