import type { FileRow } from "@mdreader/db";
import { readTargets } from "@mdreader/markdown";

import type { Services } from "../../context.ts";
import { AppError } from "../../errors.ts";
import { resolveFiles } from "../../file/resolve.ts";
import { withTimeout } from "../../util/timeout.ts";
import { readFolderPath } from "../folder/paths.ts";
import type { RenderedLink } from "../link/read-links.ts";
import { findShare, type ValidShare } from "./find.ts";
import { readShareText } from "./read.ts";
import { renewShareToken } from "./share-token.ts";

/** A request for a file by a reader of a shared document. */
export interface SharedFileRequest {
  token: string;
  /** As written in the document's Markdown. */
  path: string;
  /** Proof of the share's password, if it has one. */
  shareToken: string | null;
}

type SharedFilePorts = Pick<Services, "database" | "clock" | "settings" | "documents" | "linkReader">;

/**
 * Finds a file that the rendered text of a shared document links to or embeds. Other files of the workspace are
 * treated as missing.
 *
 * @throws AppError NOT_FOUND, also as `findShare`; SHARE_PASSWORD_REQUIRED when the share token is missing or has
 *   expired.
 */
export function findSharedFileForRequest(
  services: SharedFilePorts,
  request: SharedFileRequest,
): Promise<FileRow> {
  return withTimeout(findSharedFile(services, request), services.settings.callTimeoutSeconds);
}

async function findSharedFile(
  services: SharedFilePorts,
  { token, path, shareToken }: SharedFileRequest,
): Promise<FileRow> {
  const share = await findShare(services, token);
  if (share.passwordHash !== null && !(await isAuthenticated(services, share, shareToken))) {
    throw new AppError("SHARE_PASSWORD_REQUIRED");
  }
  const { documentId: id, version, workspaceId, folderId } = share;
  const { db } = services.database;
  const links = await services.linkReader.readLinks({ id, version }, async () => {
    const { content } = await readShareText(services, share);
    return content;
  });
  const folders = await readFolderPath(db, folderId);
  const linkTargets = toLinkPaths(path, folders).flatMap(
    (linkPath) => indexLinks(links, folders).get(linkPath) ?? [],
  );
  if (linkTargets.length === 0) throw new AppError("NOT_FOUND");
  const found = await resolveFiles(db, { id, workspaceId, folderId }, [path, ...linkTargets]);
  const file = found.get(path);
  // A path has several interpretations. Its file must be one that a link in the text refers to.
  const isLinked = linkTargets.some((target) => found.get(target)?.id === file?.id);
  if (file === undefined || !isLinked) throw new AppError("NOT_FOUND");
  return file;
}

/** Returns the full paths, from the root of the workspace, that a link can refer to. */
const toLinkPaths = (link: string, folders: readonly string[]): string[] =>
  readTargets(link, folders).map(({ names }) => names.join("/").normalize("NFC"));

/** Links to the same path differ only in spelling, so checking a few is enough. */
const maxSpellings = 10;

const indexes = new WeakMap<readonly RenderedLink[], { folder: string; byPath: Map<string, string[]> }>();

/** Groups the links of a text by the full paths that they can refer to. */
function indexLinks(links: readonly RenderedLink[], folders: readonly string[]): Map<string, string[]> {
  const folder = folders.join("/");
  const cached = indexes.get(links);
  if (cached?.folder === folder) return cached.byPath;
  const byPath = new Map<string, string[]>();
  for (const { target } of links) {
    for (const path of toLinkPaths(target, folders)) {
      const targets = byPath.get(path);
      if (targets === undefined) byPath.set(path, [target]);
      else if (targets.length < maxSpellings) targets.push(target);
    }
  }
  indexes.set(links, { folder, byPath });
  return byPath;
}

const isAuthenticated = async (services: SharedFilePorts, { id }: ValidShare, shareToken: string | null) =>
  shareToken !== null && (await renewShareToken(services, id, shareToken)) !== null;
