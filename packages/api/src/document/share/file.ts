import { indexIn } from "@mdreader/collab";
import type { FileRow } from "@mdreader/db";

import type { Services } from "../../context.ts";
import { withinDeadline } from "../../deadline.ts";
import { AppError } from "../../errors.ts";
import { resolveFile } from "../../file/resolve.ts";
import { findShare, type OpenShare } from "./find.ts";
import { exchangePass } from "./pass.ts";
import { textOf } from "./read.ts";

/** What a stranger asks for who reads a shared document. */
export interface SharedFileRequest {
  token: string;
  /** As the document's Markdown has it. */
  path: string;
  /** Stands for the share's password, where it has one. */
  pass: string | null;
}

type Needs = Pick<Services, "database" | "clock" | "settings" | "documents">;

/**
 * A file that a shared document shows: an attachment of it, or what it links to. Whatever else lies in the workspace is
 * not there.
 *
 * @throws AppError NOT_FOUND, also as `findShare`; SHARE_PASSWORD_REQUIRED when the pass is missing or has expired.
 */
export function sharedFile(services: Needs, request: SharedFileRequest): Promise<FileRow> {
  return withinDeadline(findSharedFile(services, request), services.settings.callTimeout);
}

async function findSharedFile(services: Needs, { token, path, pass }: SharedFileRequest): Promise<FileRow> {
  const share = await findShare(services, token);
  if (share.passwordHash !== null && !(await isGood(services, share, pass))) {
    throw new AppError("SHARE_PASSWORD_REQUIRED");
  }
  const { documentId: id, workspaceId, folderId } = share;
  const file = await resolveFile(services.database.db, { id, workspaceId, folderId }, path);
  if (file === null) throw new AppError("NOT_FOUND");
  if (file.documentId === id) return file;
  const { content } = await textOf(services, share);
  if (!linksTo(content, path)) throw new AppError("NOT_FOUND");
  return file;
}

const isGood = async (services: Needs, { id }: OpenShare, pass: string | null) =>
  pass !== null && (await exchangePass(services, id, pass)) !== null;

/** Of a name that stands everywhere, so many places are looked at: a stranger asks, and others wait meanwhile. */
const mostPlaces = 10_000;

/** Whether a Markdown text has a link, or a picture, to a path. It may have it as people write names, or as addresses are. */
export function linksTo(text: string, path: string): boolean {
  for (const spelled of new Set([path, decoded(path)])) {
    if (spelled === "") continue;
    let places = 0;
    for (let at = indexIn(text, spelled); at !== -1; at = indexIn(text, spelled, at + spelled.length)) {
      places += 1;
      if (places > mostPlaces) break;
      const before = text
        .slice(Math.max(0, at - 8), at)
        .replace(/\.\/$/, "")
        .trimEnd();
      if (/[(<"'=:]$/.test(before)) return true;
    }
  }
  return false;
}

function decoded(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}
