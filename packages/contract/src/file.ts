import { z } from "zod";

import { maxNameLength } from "./limits.ts";
import { findAppearanceProblem } from "./names.ts";
import { pageFields, createPageSchema } from "./pagination.ts";
import { isReservedName, reservedNameMessage } from "./synced-paths.ts";
import { id, name, multiline, timestamp } from "./text.ts";

/** The longest path of a file below its folder, in bytes of UTF-8, and how many names it may be made of. */
export const maxPathBytes = 1024;
export const maxPathDepth = 32;

const encoder = new TextEncoder();

const isName = (text: string) =>
  text !== "" &&
  text !== "." &&
  text !== ".." &&
  !text.includes("\\") &&
  findAppearanceProblem(text) === null;

/** What a file is called: one name, without a path. */
export const fileName = name(1, maxNameLength)
  .refine((text) => isName(text) && !text.includes("/"), {
    message: "must not contain slashes, nor be . or ..",
  })
  .refine((text) => !isReservedName(text), { message: reservedNameMessage });

/** Where a file lies below a folder, as `images/a.png`. */
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
export const fileHash = z.string().regex(/^[\da-f]{64}$/, "must be a SHA-256 in lower-case hexadecimal");

const fileSize = z.int().min(0);

export const file = z.object({
  id,
  workspaceId: id,
  /** The document that it is an attachment of. */
  documentId: id.nullable(),
  /** The folder that it lies in; null for the root. */
  folderId: id.nullable(),
  /** Where it lies below that folder: what Markdown beside it refers to it by. */
  path: z.string(),
  /** The last part of its path. */
  name: z.string(),
  /** What its bytes are, whatever its name says. */
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
 * Announces a file. Without `path`, an attachment of a document goes to `attachments/<name>` beside it, and any other file
 * to its name in the folder. Where something lies there already, `rename` makes it `a-2.png`, and `replace` puts what lies
 * there into the trash.
 */
export const createUploadInput = z.strictObject({
  workspaceId: id,
  name: fileName,
  size: fileSize,
  /** Where it is known: bytes that the workspace has already need not be sent. */
  hash: fileHash.nullish(),
  documentId: id.nullish(),
  /** Of a file that is no attachment; null for the root. */
  folderId: id.nullish(),
  path: filePath.nullish(),
  onConflict: z.enum(["rename", "replace"]).default("rename"),
  /** `import` uploads a zip for `document.import`. */
  purpose: z.enum(["file", "import"]).default("file"),
});
export type CreateUploadInput = z.infer<typeof createUploadInput>;

/**
 * Where the bytes go. `resumable` takes them in parts, each with its `Content-Range`, and says to a GET how many it has;
 * `whole` takes all at once, with exactly these headers. Null: the workspace has these bytes; complete it right away.
 */
export const uploadTarget = z.object({
  kind: z.enum(["resumable", "whole"]),
  /** Relative to the server's address, or of another server. */
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

/** The bytes that the caller decided on: when the file has others by now, FILE_CHANGED changes nothing. */
const expectedHash = fileHash.optional();

/** `expectedHash` is of the file that makes way, for `onConflict: "replace"`; null where there must be none. */
export const completeUploadInput = z.strictObject({ id, expectedHash: fileHash.nullish() });

export const fileDeleteInput = z.strictObject({ id, expectedHash });

/** Without `folderId` and `documentId`, all files; with null for a folder, those in none. */
export const fileListInput = z.strictObject({
  workspaceId: id,
  folderId: id.nullish(),
  documentId: id.optional(),
  ...pageFields,
});
export type FileListInput = z.infer<typeof fileListInput>;
export const fileList = createPageSchema(file);

export const fileInput = z.strictObject({ id });

/**
 * Moves a file to another folder, another path, or both. Where something lies there already, `rename` makes it `a-2.png`, and
 * `exchange` puts what lies there to where this one was.
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
    message: "give a folder or a path",
  });
export type FileMoveInput = z.input<typeof fileMoveInput>;

/** Addresses of a file for whoever asked, relative to the server's address. They end with their access. */
export const fileLinks = z.object({
  /** Shows what a browser can show safely; with `&download=1`, everything is saved. */
  url: z.string(),
  /** A small picture of it, where it is a picture. */
  thumbnailUrl: z.string().nullable(),
  expiresAt: timestamp,
});
export type FileLinks = z.infer<typeof fileLinks>;

/** The paths as a document's Markdown refers to them, of whatever it is that they name. */
export const fileResolveInput = z.strictObject({
  documentId: id,
  paths: z.array(multiline(4 * maxPathBytes)).max(100),
});
export type FileResolveInput = z.infer<typeof fileResolveInput>;

/** For each path that names a file, what it names; null for the others. */
export const fileResolved = z.object({
  items: z.array(z.object({ path: z.string(), file: file.extend(fileLinks.shape).nullable() })),
});
export type FileResolved = z.infer<typeof fileResolved>;
