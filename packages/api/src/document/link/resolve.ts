import type { LinkResolution } from "@mdreader/contract";

import type { DocumentAccess } from "../../access/authorize.ts";
import type { Services } from "../../context.ts";
import { resolveLinks } from "./resolve-links.ts";

/**
 * Finds the document that a link in another document leads to. If several in a folder have the same name, the
 * oldest one is used.
 *
 * @param link As written; a wiki link in the form of `wikiPath`.
 */
export async function resolveLink(
  services: Pick<Services, "database" | "searchIndex">,
  { document }: DocumentAccess<"document.read">,
  link: string,
): Promise<LinkResolution> {
  const found = await resolveLinks(services, document, [link]);
  return { document: found.get(link) ?? null };
}
