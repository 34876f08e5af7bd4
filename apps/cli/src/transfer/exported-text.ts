import type { Client } from "@mdreader/client";

import type { RemoteFile } from "./attachments.ts";
import { type NameRules, portable } from "./names.ts";

/** How many links are asked for at once. */
const limit = 100;

/** A document's text with the links to its own attachments as they lie on disk: some lie elsewhere than the text says. */
export async function withExportedLinks(
  client: Client,
  documentId: string,
  text: string,
  { attachments, rules }: { attachments: readonly RemoteFile[]; rules: NameRules },
): Promise<string> {
  const paths = new Map(
    attachments
      .filter((file) => file.documentId === documentId)
      .map(({ id, path }) => [id, path.split("/").map((name) => portable(name, rules))]),
  );
  if (paths.size === 0) return text;
  const { applyEdits, destinationsIn, followLink, linkTo, readMarkdown, rewriteLinks } =
    await import("@mdreader/markdown");
  const contents = readMarkdown(text);
  const targets = destinationsIn(contents).flatMap(({ syntax, target }) => (syntax === "wiki" ? [] : target));
  const links = [...new Set(targets)];
  const found = new Map<string, string>();
  for (let at = 0; at < links.length; at += limit) {
    const asked = links.slice(at, at + limit);
    const { items } = await client.file.resolve.query({ documentId, paths: asked });
    for (const { path, file } of items) if (file !== null) found.set(path, file.id);
  }
  // An attachment lies in its document's folder, or below.
  const edits = rewriteLinks(contents, ({ syntax, target }) => {
    const folders = syntax === "wiki" ? undefined : paths.get(found.get(target) ?? "")?.slice();
    const file = folders?.pop();
    if (folders === undefined || file === undefined) return null;
    const there = target.startsWith("/") ? null : followLink([], target);
    if (there !== null && [...there.folders, there.file].join("/") === [...folders, file].join("/"))
      return null;
    return linkTo([], { folders, file }) + (/[?#].*$/su.exec(target)?.[0] ?? "");
  });
  return applyEdits(text, edits);
}
