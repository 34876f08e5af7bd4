import { createHash } from "node:crypto";
import type { BigIntStats } from "node:fs";

import { temporaryPrefix } from "@mdreader/contract/synced-paths";

/** SHA-256 in hexadecimal. */
export const hashText = (content: string | Uint8Array) => createHash("sha256").update(content).digest("hex");

/** Differs whenever a file may have other bytes: programs write in place, and others replace it. */
export const stampOf = ({ mtimeNs, ctimeNs, size, ino }: BigIntStats) =>
  `${mtimeNs} ${ctimeNs} ${size} ${ino}`;

export const baseName = (path: string) => path.slice(path.lastIndexOf("/") + 1);
export const parentPath = (path: string) => path.slice(0, Math.max(0, path.lastIndexOf("/")));

/** Where the file of something steps aside to, in its own folder. */
export const toAsidePath = (path: string, id: string) => {
  const name = `${asidePrefix}${id.replaceAll("/", "-")}`;
  const folder = parentPath(path);
  return folder === "" ? name : `${folder}/${name}`;
};

/** What the names of files begin with that have stepped aside for others; then comes the id. */
export const asidePrefix = `${temporaryPrefix}moving-`;
