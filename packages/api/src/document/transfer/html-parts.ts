import type { PagePart } from "@mdreader/markdown/render";

import type { Services } from "../../context.ts";
import { resolveFiles } from "../../file/resolve.ts";
import { resolveLinks } from "../link/resolve-links.ts";
import type { WikiOrigin } from "../link/wiki-links.ts";
import { escapeHtml } from "./html-page.ts";
import type { InlinePicture } from "./html-pictures.ts";

/** Maximum number of distinct links and of distinct images of a document that are looked up. */
const maxTargets = 2_000;

type PartOf<Kind> = Extract<PagePart, { kind: Kind }>;

/** Writes a document's parts as HTML: links lead to the app, and images are in the page. */
export async function writeParts(
  services: Pick<Services, "database" | "searchIndex" | "settings">,
  origin: WikiOrigin,
  parts: readonly PagePart[],
  inlinePicture: InlinePicture,
): Promise<string> {
  const [documents, files] = await Promise.all([
    resolveLinks(services, origin, listPaths(parts, "link")),
    resolveFiles(services.database.db, origin, listPaths(parts, "image")),
  ]);

  function writeLink({ path, attributes }: PartOf<"link">): string {
    const document = documents.get(withoutFragment(path));
    if (document === undefined) return `<a${attributes}>`;
    const fragment = /#.*/s.exec(path)?.[0] ?? "";
    const url = `${services.settings.appUrl}/w/${origin.workspaceId}/d/${document.id}${fragment}`;
    return `<a href="${escapeHtml(url)}" rel="noopener noreferrer"${attributes}>`;
  }

  async function writeImage({ path, alt, attributes }: PartOf<"image">): Promise<string> {
    const file = files.get(path);
    const source = file === undefined ? null : await inlinePicture(file);
    if (source !== null) return `<img src="${source}"${attributes}>`;
    return writeNote(`${alt || path} (image not included)`);
  }

  const html: string[] = [];
  for (const part of parts) {
    if (typeof part === "string") html.push(part);
    else if (part.kind === "link") html.push(writeLink(part));
    else if (part.kind === "image") html.push(await writeImage(part));
    else html.push(writeNote(`The embedded document “${part.name}” isn't shown here.`));
  }
  return html.join("");
}

/** A note in place of something that the page does not show. */
const writeNote = (text: string) => `<span class="missing">${escapeHtml(text)}</span>`;

const withoutFragment = (path: string) => path.replace(/#.*/s, "");

const listPaths = (parts: readonly PagePart[], kind: "link" | "image"): string[] => [
  ...new Set(
    parts.flatMap((part) =>
      typeof part === "string" || part.kind !== kind
        ? []
        : kind === "link"
          ? withoutFragment(part.path)
          : part.path,
    ),
  )
    .values()
    .take(maxTargets),
];
