import { z } from "zod";

import { maxNameLength } from "./limits.ts";
import { findAppearanceProblem } from "./names.ts";
import { pageFields, createPageSchema } from "./pagination.ts";
import { isReservedName, reservedNameMessage } from "./synced-paths.ts";
import { id, name, multiline, timestamp } from "./text.ts";

/** The longest path of a file below its folder, in UTF-8 bytes, and the maximum number of names in it. */
export const maxPathBytes = 1024;
export const maxPathDepth = 32;

const encoder = new TextEncoder();

const isName = (text: string) =>
  text !== "" &&
  text !== "." &&
  text !== ".." &&
  !text.includes("\\") &&
  findAppearanceProblem(text) === null;

/** The name of a file, without a path. */
export const fileName = name(1, maxNameLength)
  .refine((text) => isName(text) && !text.includes("/"), {
    message: "must not contain slashes or be . or ..",
  })
  .refine((text) => !isReservedName(text), { message: reservedNameMessage });

/** The path of a file below a folder, such as `images/a.png`. */
export const filePath = name(1, maxPathBytes)
  .refine(
    (path) => {
      const names = path.split("/");
      return (
        encoder.encode(path).byteLength <= maxPathBytes &&
        names.length <= maxPathDepth &&
        names.every((part) => isName(part) && part.length <= maxNameLength)
      );
    },
    { message: "must be names separated by single slashes, none of them . or .." },
  )
  .refine((path) => !path.split("/").some(isReservedName), { message: reservedNameMessage });

/** SHA-256 of a file's bytes, in hexadecimal. */
export const fileHash = z.string().regex(/^[\da-f]{64}$/, "must be a SHA-256 hash in lowercase hexadecimal");

const fileSize = z.int().min(0);

export const file = z.object({
  id,
  workspaceId: id,
  /** The document that it is an attachment of. */
  documentId: id.nullable(),
  /** The folder that contains it. Null for the root. */
  folderId: id.nullable(),
  /** The path below that folder, by which Markdown files in the folder refer to it. */
  path: z.string(),
  /** The last part of its path. */
  name: z.string(),
  /** Detected from the bytes, not from the name. */
  mediaType: z.string(),
  /** Bytes. */
  size: z.int(),
  hash: z.string(),
  uploadedBy: id.nullable(),
  createdAt: timestamp,
  updatedAt: timestamp,
  deletedAt: timestamp.nullable(),
});
export type File = z.infer<typeof file>;

/**
 * Announces a file. Without `path`, an attachment of a document goes to `attachments/<name>` beside it, and any other
 * file to its name in the folder. If the path is taken, `rename` chooses a name such as `a-2.png`, and `replace` moves
 * the existing file to the trash.
 */
export const createUploadInput = z.strictObject({
  workspaceId: id,
  name: fileName,
  size: fileSize,
  /** Optional. Bytes that the workspace already has need not be sent. */
  hash: fileHash.nullish(),
  documentId: id.nullish(),
  /** Only for files that are not attachments. Null for the root. */
  folderId: id.nullish(),
  path: filePath.nullish(),
  onConflict: z.enum(["rename", "replace"]).default("rename"),
  /** `import` uploads a zip for `document.import`. */
  purpose: z.enum(["file", "import"]).default("file"),
});
export type CreateUploadInput = z.infer<typeof createUploadInput>;

/**
 * The target for the bytes. `resumable` accepts them in parts, each with its `Content-Range`, and returns the number of
 * received bytes to a GET. `whole` accepts all of them in one request with exactly these headers. Null if the workspace
 * already has these bytes; complete the upload right away.
 */
export const uploadTarget = z.object({
  kind: z.enum(["resumable", "whole"]),
  /** Relative to the server's address, or absolute on another server. */
  url: z.string(),
  headers: z.record(z.string(), z.string()),
});
export type UploadTarget = z.infer<typeof uploadTarget>;

export const upload = z.object({
  id,
  target: uploadTarget.nullable(),
  expiresAt: timestamp,
});
export type Upload = z.infer<typeof upload>;

/**
 * The bytes that the caller's decision is based on. If the file has other bytes, the call fails with FILE_CHANGED and
 * changes nothing.
 */
const expectedHash = fileHash.optional();

/** `expectedHash` identifies the file to replace, for `onConflict: "replace"`. Null requires that there is none. */
export const completeUploadInput = z.strictObject({ id, expectedHash: fileHash.nullish() });

export const fileDeleteInput = z.strictObject({ id, expectedHash });

/** Without `folderId` and `documentId`, lists all files. With a null folder, lists those in the root. */
export const fileListInput = z.strictObject({
  workspaceId: id,
  folderId: id.nullish(),
  documentId: id.optional(),
  ...pageFields,
});
export type FileListInput = z.infer<typeof fileListInput>;
export const fileList = createPageSchema(file);

export const fileUsageInput = z.strictObject({ workspaceId: id });
/** The bytes that a workspace's files use, including those in the trash and pending uploads, and its quota. */
export const fileUsage = z.object({ usedBytes: z.int(), quotaBytes: z.int() });
export type FileUsage = z.infer<typeof fileUsage>;

export const fileInput = z.strictObject({ id });

/**
 * Moves a file to another folder, another path, or both. If the path is taken, `rename` chooses a name such as
 * `a-2.png`, and `exchange` moves the existing file to this one's previous path.
 */
export const fileMoveInput = z
  .strictObject({
    id,
    folderId: id.nullish(),
    path: filePath.optional(),
    onConflict: z.enum(["rename", "exchange"]).default("rename"),
    expectedHash,
  })
  .refine(({ folderId, path }) => folderId !== undefined || path !== undefined, {
    message: "specify a folder or a path",
  });
export type FileMoveInput = z.input<typeof fileMoveInput>;

/** URLs of a file for the caller, relative to the server's address. They expire with the caller's access. */
export const fileLinks = z.object({
  /** Displays types that are safe in a browser. With `&download=1`, the file is always downloaded. */
  url: z.string(),
  /** A thumbnail, if the file is a picture. */
  thumbnailUrl: z.string().nullable(),
  expiresAt: timestamp,
});
export type FileLinks = z.infer<typeof fileLinks>;

/** The paths as the document's Markdown contains them. They need not name files. */
export const fileResolveInput = z.strictObject({
  documentId: id,
  paths: z.array(multiline(4 * maxPathBytes)).max(100),
});
export type FileResolveInput = z.infer<typeof fileResolveInput>;

/** The file of each path, or null if the path names none. */
export const fileResolved = z.object({
  items: z.array(z.object({ path: z.string(), file: file.extend(fileLinks.shape).nullable() })),
});
export type FileResolved = z.infer<typeof fileResolved>;
