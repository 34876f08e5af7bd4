import { createHash } from "node:crypto";
import type { BigIntStats } from "node:fs";

import { temporaryPrefix } from "@mdreader/contract/synced-paths";

/** SHA-256 in hexadecimal. */
export const hashText = (content: string | Uint8Array) => createHash("sha256").update(content).digest("hex");

/** A stamp that changes whenever a file's bytes may have changed, in place or by replacement. */
export const formatStamp = ({ mtimeNs, ctimeNs, size, ino }: BigIntStats) =>
  `${mtimeNs} ${ctimeNs} ${size} ${ino}`;

export const toBaseName = (path: string) => path.slice(path.lastIndexOf("/") + 1);
export const toParentPath = (path: string) => path.slice(0, Math.max(0, path.lastIndexOf("/")));

/** The temporary path of a file that is set aside, in the same folder. */
export const toAsidePath = (path: string, id: string) => {
  const name = `${asidePrefix}${id.replaceAll("/", "-")}`;
  const folder = toParentPath(path);
  return folder === "" ? name : `${folder}/${name}`;
};

/** The name prefix of files that are set aside; the ID follows. */
export const asidePrefix = `${temporaryPrefix}moving-`;
