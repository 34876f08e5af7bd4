import type { PagePart } from "@mdreader/markdown/render";

import type { Context } from "../../context.ts";
import { resolveFiles } from "../../file/resolve.ts";
import { resolveLinks } from "../link/resolve-links.ts";
import { createEmbedWriter, type PageDocument } from "./html-embeds.ts";
import { createImageInliner } from "./html-images.ts";
import { escapeHtml, writeNote } from "./html-page.ts";

/** Maximum number of distinct links and of distinct images of a document that are looked up. */
const maxTargets = 2_000;

type PartOf<Kind> = Extract<PagePart, { kind: Kind }>;

/**
 * Creates a function that writes the documents of one page as HTML: links lead to the app, and images and embedded
 * documents are in the page.
 */
export function createPartWriter(ctx: Context, userId: string) {
  const inlineImage = createImageInliner(ctx);
  const writeEmbed = createEmbedWriter(ctx, userId, writeParts);

  async function writeParts(document: PageDocument, parts: readonly PagePart[]): Promise<string> {
    const [documents, files] = await Promise.all([
      resolveLinks(ctx, document, listPaths(parts, "link", "embed")),
      resolveFiles(ctx.database.db, document, listPaths(parts, "image", "embed")),
    ]);

    /** Writes the opening tag of a link. */
    function writeLink(path: string, attributes = ""): string {
      const target = documents.get(removeFragment(path));
      if (target === undefined) return `<a${attributes}>`;
      const fragment = /#.*/s.exec(path)?.[0] ?? "";
      const url = `${ctx.settings.appUrl}/w/${document.workspaceId}/d/${target.id}${fragment}`;
      return `<a href="${escapeHtml(url)}" rel="noopener noreferrer"${attributes}>`;
    }

    async function writeImage({ path, alt, attributes }: PartOf<"image">): Promise<string> {
      const file = files.get(removeFragment(path));
      const source = file === undefined ? null : await inlineImage(file);
      if (source !== null) return `<img src="${source}"${attributes}>`;
      return writeNote(`${alt || path} (image not included)`);
    }

    function writeEmbedPart(part: PartOf<"embed">): Promise<string> | string {
      const { path, section, name } = part;
      const target = documents.get(path);
      if (target === undefined && files.has(path)) return `<p>${escapeHtml(name)}</p>`;
      const link = `${writeLink(section === null ? path : `${path}#${section}`)}${escapeHtml(name)}</a>`;
      return writeEmbed(part, document, target === undefined ? null : { id: target.id, link });
    }

    const html: string[] = [];
    for (const part of parts) {
      if (typeof part === "string") html.push(part);
      else if (part.kind === "link") html.push(writeLink(part.path, part.attributes));
      else if (part.kind === "image") html.push(await writeImage(part));
      else html.push(await writeEmbedPart(part));
    }
    // The paragraph around an embedded document may have no other content.
    return html.join("").replaceAll(/<p>\s*<\/p>\n?/g, "");
  }

  return writeParts;
}

const removeFragment = (path: string) => path.replace(/#.*/s, "");

function listPaths(parts: readonly PagePart[], ...kinds: Exclude<PagePart, string>["kind"][]): string[] {
  const paths = parts.flatMap((part) =>
    typeof part !== "string" && kinds.includes(part.kind) ? removeFragment(part.path) : [],
  );
  return [...new Set(paths).values().take(maxTargets)];
}
