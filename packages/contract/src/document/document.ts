import { z } from "zod";

import { person } from "../auth/auth.ts";
import { language } from "../language.ts";
import { maxNameLength } from "../limits.ts";
import { pageFields, createPageSchema } from "../pagination.ts";
import { id, markdown, name, ordinal, timestamp } from "../text.ts";
import { role } from "../workspace/workspace.ts";

export const title = name(1, maxNameLength);

/** A document in lists. */
export const documentSummary = z.object({
  id,
  workspaceId: id,
  folderId: id.nullable(),
  title: z.string(),
  /** The document's own language, or null if it uses its workspace's. */
  language: language.nullable(),
  version: z.int(),
  /** Bytes in UTF-8. */
  size: z.int(),
  createdAt: timestamp,
  updatedAt: timestamp,
  deletedAt: timestamp.nullable(),
});
export type DocumentSummary = z.infer<typeof documentSummary>;

export const document = documentSummary.extend({
  content: z.string(),
  createdBy: id.nullable(),
  updatedBy: id.nullable(),
  /** The caller's role. */
  role,
});
export type Document = z.infer<typeof document>;

/** The result of a write. The text is null for an API key without read access. */
export const writtenDocument = document.extend({ content: z.string().nullable() });
export type WrittenDocument = z.infer<typeof writtenDocument>;

export const documentInput = z.strictObject({ id });

/**
 * The version that the caller's decision is based on. If it is not the newest, the call fails with VERSION_CONFLICT and
 * changes nothing.
 */
const expectedVersion = ordinal.optional();

/** Identifies a document to delete. A comment also changes the version. */
export const documentDeleteInput = z.strictObject({ id, expectedVersion });

export const documentCreateInput = z.strictObject({
  workspaceId: id,
  title,
  content: markdown.default(""),
  folderId: id.nullish(),
  language: language.nullish(),
});
export type DocumentCreateInput = z.infer<typeof documentCreateInput>;

/** Without `folderId`, lists the documents of all folders. With null, lists those in the root. */
export const documentListInput = z.strictObject({ workspaceId: id, folderId: id.nullish(), ...pageFields });
export type DocumentListInput = z.infer<typeof documentListInput>;
export const documentList = createPageSchema(documentSummary);

/**
 * `content` is merged into the document as an edit of version `baseVersion`, so that later edits by others are kept.
 * VERSION_CONFLICT means that this version never existed. With `overwrite` instead, it replaces the current text, which
 * stays in the history. With neither, the call fails with BASE_VERSION_REQUIRED. Title and language need no base.
 */
export const documentUpdateInput = z
  .strictObject({
    id,
    title: title.optional(),
    content: markdown.optional(),
    language: language.nullish(),
    baseVersion: ordinal.optional(),
    overwrite: z.boolean().optional(),
    /** Applies to the title and the language. A text is merged. */
    expectedVersion,
    /** If the document does not have this version, a text is rejected with VERSION_CONFLICT instead of merged. */
    onlyIfVersion: ordinal.optional(),
  })
  .refine(
    (input) => input.title !== undefined || input.content !== undefined || input.language !== undefined,
    {
      message: "specify at least one of title, content and language",
    },
  )
  .refine(({ baseVersion, overwrite }) => baseVersion === undefined || overwrite !== true, {
    message: "specify baseVersion or overwrite, not both",
    path: ["overwrite"],
  });
export type DocumentUpdateInput = z.infer<typeof documentUpdateInput>;

export const documentMoveInput = z.strictObject({ id, folderId: id.nullable(), expectedVersion });
export const documentDuplicateInput = z.strictObject({
  id,
  title: title.optional(),
  folderId: id.nullish(),
});

export const trashItem = z.object({
  kind: z.enum(["document", "folder", "file"]),
  id,
  name: z.string(),
  deletedAt: timestamp,
  deletedBy: person.nullable(),
  /** When it will be deleted permanently. */
  purgeAt: timestamp,
});
export type TrashItem = z.infer<typeof trashItem>;
export const trashInput = z.strictObject({ workspaceId: id, ...pageFields });
export const trashList = createPageSchema(trashItem);

/**
 * Reads the tree level by level: the direct children of `folderId` (null: the root), folders first. Names are in natural
 * order: without regard to case and accents, and with numbers by their value.
 */
export const treeInput = z.strictObject({ workspaceId: id, folderId: id.nullish(), ...pageFields });
export const treeNode = z.object({
  kind: z.enum(["folder", "document"]),
  id,
  name: z.string(),
  /** For a folder: whether it has children. */
  hasChildren: z.boolean(),
  updatedAt: timestamp,
});
export type TreeNode = z.infer<typeof treeNode>;
export const treeList = createPageSchema(treeNode);

/** The folders that contain a document, from the root down. Empty in the root. */
export const documentPath = z.object({ folders: z.array(z.object({ id, name: z.string() })) });
export type DocumentPath = z.infer<typeof documentPath>;
