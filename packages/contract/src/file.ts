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
export const fileName = name(maxNameLength)
  .refine((text) => isName(text) && !text.includes("/"), {
    message: "must not contain slashes or be . or ..",
  })
  .refine((text) => !isReservedName(text), { message: reservedNameMessage });

/** The path of a file below a folder, such as `images/a.png`. */
export const filePath = name(maxPathBytes)
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
  id: id.describe("Identifies the file in all other calls."),
  workspaceId: id.describe("The workspace that the file belongs to."),
  documentId: id
    .nullable()
    .describe("The document that the file is attached to, and moves with. Null if it isn't an attachment."),
  folderId: id.nullable().describe("The folder that contains it. Null for the top level."),
  path: z.string().describe("The path below that folder, by which documents in the folder refer to it."),
  name: z.string().describe("The last part of its path."),
  mediaType: z.string().describe("The type of its contents, detected from the bytes and not from the name."),
  size: z.int().describe("The size of its contents in bytes."),
  hash: z.string().describe("SHA-256 of its bytes, in hexadecimal."),
  uploadedBy: id.nullable().describe("The user who uploaded it. Null once the account is deleted."),
  createdAt: timestamp.describe("When the upload was completed."),
  updatedAt: timestamp.describe("When it was last moved, deleted or restored."),
  deletedAt: timestamp.nullable().describe("When it was moved to the trash. Null if it isn't in the trash."),
});
export type File = z.infer<typeof file>;

/** Announces a file. */
export const createUploadInput = z.strictObject({
  workspaceId: id.describe("The workspace that the file will belong to."),
  name: fileName.describe(
    "The name without a path. Slashes and names that operating systems reserve are rejected.",
  ),
  size: fileSize.describe(
    "The size in bytes. Exactly this many bytes must be sent. They count against the quota immediately.",
  ),
  hash: fileHash
    .nullish()
    .describe(
      "SHA-256 of the bytes, in lowercase hexadecimal. With it, bytes that the workspace already has don't need to " +
        "be sent.",
    ),
  documentId: id
    .nullish()
    .describe("Makes the file an attachment, which moves with this document. `folderId` has no effect then."),
  folderId: id
    .nullish()
    .describe("The folder of a file that isn't an attachment. Null or absent for the top level."),
  path: filePath
    .nullish()
    .describe(
      "The path below the folder. By default, an attachment goes to `attachments/` beside its document, and any " +
        "other file to its name.",
    ),
  onConflict: z
    .enum(["rename", "replace"])
    .default("rename")
    .describe(
      "If the path is taken: `rename` chooses a name such as `a-2.png`; `replace` moves the existing file to the trash.",
    ),
  purpose: z
    .enum(["file", "import"])
    .default("file")
    .describe("`import` uploads a zip archive for `document.import`. It doesn't become a file."),
});
export type CreateUploadInput = z.infer<typeof createUploadInput>;

/** The destination of an upload's bytes. */
export const uploadTarget = z.object({
  kind: z
    .enum(["resumable", "whole"])
    .describe(
      "`resumable` accepts the bytes in parts, each with its `Content-Range`, and a GET returns the number of bytes " +
        "received. `whole` accepts all bytes in one request.",
    ),
  url: z
    .string()
    .describe("Where to PUT the bytes: relative to the server's address, or absolute on another server."),
  headers: z.record(z.string(), z.string()).describe("Headers to send with the PUT, exactly as they are."),
});
export type UploadTarget = z.infer<typeof uploadTarget>;

export const upload = z.object({
  id: id.describe("Identifies the upload when it is completed or imported. It isn't the file's ID."),
  target: uploadTarget
    .nullable()
    .describe(
      "Where to send the bytes. Null if the workspace already has them: complete the upload right away.",
    ),
  expiresAt: timestamp.describe("When the upload is discarded if it isn't completed."),
});
export type Upload = z.infer<typeof upload>;

const expectedHash = fileHash
  .optional()
  .describe(
    "The `hash` that the caller's decision is based on. If the file has other bytes, the call fails with " +
      "`FILE_CHANGED` and changes nothing. If omitted, the current bytes are assumed.",
  );

export const completeUploadInput = z.strictObject({
  id: id.describe("The upload whose bytes have been sent."),
  expectedHash: fileHash
    .nullish()
    .describe(
      "With `onConflict: replace`, the `hash` of the file to replace; null if there must be none. Otherwise, the " +
        "call fails with `FILE_CHANGED`. If omitted, any file is replaced.",
    ),
});

/** The fields of a form that uploads a file in one request. */
export const uploadFormInput = createUploadInput.omit({ purpose: true }).extend({
  name: fileName
    .optional()
    .describe(
      "The name without a path. By default, the filename of the part with the file. Slashes and names that operating " +
        "systems reserve are rejected.",
    ),
  size: fileSize
    .optional()
    .describe(
      "The size of the file in bytes, which must be exact. If omitted, `Content-Length` is required, and the quota " +
        "must have room for the whole request.",
    ),
  hash: fileHash
    .nullish()
    .describe("SHA-256 of the bytes, in lowercase hexadecimal. If the bytes differ, the upload fails."),
  expectedHash: completeUploadInput.shape.expectedHash,
});
export type UploadFormInput = z.infer<typeof uploadFormInput>;

export const fileDeleteInput = z.strictObject({
  id: id.describe("The file to move to the trash."),
  expectedHash,
});

export const fileListInput = z.strictObject({
  workspaceId: id.describe("The workspace whose files are listed."),
  folderId: id
    .nullish()
    .describe(
      "Lists only the files of this folder; null, those at the top level. By default, all files are listed.",
    ),
  documentId: id
    .optional()
    .describe("Lists only the attachments of this document. By default, all files are listed."),
  ...pageFields,
});
export type FileListInput = z.infer<typeof fileListInput>;
export const fileList = createPageSchema(file);

export const fileUsageInput = z.strictObject({
  workspaceId: id.describe("The workspace whose storage is measured."),
});
export const fileUsage = z.object({
  usedBytes: z
    .int()
    .describe("The bytes that its files use, including those in the trash and pending uploads."),
  quotaBytes: z.int().describe("The workspace's storage quota in bytes."),
});
export type FileUsage = z.infer<typeof fileUsage>;

export const fileInput = z.strictObject({
  id: id.describe("The file that the call is about."),
});

export const fileMoveInput = z
  .strictObject({
    id: id.describe("The file to move."),
    folderId: id
      .nullish()
      .describe(
        "The folder of the same workspace to move it to; null for the top level. If omitted, the folder doesn't change.",
      ),
    path: filePath.optional().describe("The new path below the folder. If omitted, the path doesn't change."),
    onConflict: z
      .enum(["rename", "exchange"])
      .default("rename")
      .describe(
        "If the path is taken: `rename` chooses a name such as `a-2.png`; `exchange` moves the existing file to this one's " +
          "previous path.",
      ),
    expectedHash,
  })
  .refine(({ folderId, path }) => folderId !== undefined || path !== undefined, {
    message: "specify a folder or a path",
  });
export type FileMoveInput = z.input<typeof fileMoveInput>;

/** URLs of a file for the caller. */
export const fileLinks = z.object({
  url: z
    .string()
    .describe(
      "Relative to the server's address. Displays types that are safe in a browser; with `&download=1`, the file is always " +
        "downloaded.",
    ),
  thumbnailUrl: z.string().nullable().describe("The URL of an image's thumbnail. Null for other files."),
  expiresAt: timestamp.describe(
    "When the URLs expire. They stop working earlier if the caller loses access.",
  ),
});
export type FileLinks = z.infer<typeof fileLinks>;

export const fileResolveInput = z.strictObject({
  documentId: id.describe("The document that contains the paths."),
  paths: z
    .array(multiline(4 * maxPathBytes))
    .max(100)
    .describe("The paths as written in the Markdown. They don't have to lead to files."),
});

export const fileResolved = z.object({
  items: z
    .array(
      z.object({
        path: z.string().describe("One of the requested paths."),
        file: file
          .extend(fileLinks.shape)
          .nullable()
          .describe("The file that the path leads to, with URLs for the caller. Null if there is none."),
      }),
    )
    .describe("The paths in the order in which they were sent."),
});
export type FileResolved = z.infer<typeof fileResolved>;
