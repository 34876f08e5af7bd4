import { z } from "zod";

import { person } from "../auth/auth.ts";
import { language } from "../language.ts";
import { maxNameLength } from "../limits.ts";
import { pageFields, createPageSchema } from "../pagination.ts";
import { id, markdown, name, ordinal, timestamp } from "../text.ts";
import { role } from "../workspace/workspace.ts";
import { childrenOrder, isPlaceValid, placeFields } from "./folder.ts";

export const title = name(maxNameLength);

/** A document in lists. */
export const documentSummary = z.object({
  id: id.describe("Identifies the document in all other calls."),
  workspaceId: id.describe("The workspace that the document belongs to."),
  folderId: id.nullable().describe("The folder that contains it. Null for the top level."),
  title: z.string().describe("The title, which is also the name by which links find the document."),
  language: language
    .nullable()
    .describe("The language whose word forms search matches. Null if the workspace's applies."),
  version: z
    .int()
    .describe(
      "Grows with each edit, rename, move and comment. Sent as `baseVersion`, it states what an edit is based on.",
    ),
  size: z.int().describe("The size of the text in UTF-8, in bytes."),
  createdAt: timestamp.describe("When the document was created."),
  updatedAt: timestamp.describe("When its text, title, folder or language last changed."),
  deletedAt: timestamp.nullable().describe("When it was moved to the trash. Null if it isn't in the trash."),
});
export type DocumentSummary = z.infer<typeof documentSummary>;

export const document = documentSummary.extend({
  content: z.string().describe("The Markdown, byte for byte as it was written."),
  createdBy: id.nullable().describe("The user who created it. Null once the account is deleted."),
  updatedBy: id.nullable().describe("The user who last changed it. Null once the account is deleted."),
  role: role.describe("The caller's role in the document's workspace."),
});
export type Document = z.infer<typeof document>;

/** The result of a write. The text is null for an API key without read access. */
export const writtenDocument = document.extend({
  content: z
    .string()
    .nullable()
    .describe("The Markdown after the write. Null for an API key without the `read` scope."),
});

export const documentInput = z.strictObject({
  id: id.describe("The document that the call is about."),
});

const expectedVersion = ordinal
  .optional()
  .describe(
    "The `version` that the caller's decision is based on. If it isn't the newest, the call fails with " +
      "`VERSION_CONFLICT` and changes nothing. If omitted, the newest version is assumed.",
  );

export const documentDeleteInput = z.strictObject({
  id: id.describe("The document to move to the trash."),
  expectedVersion,
});

export const documentCreateInput = z.strictObject({
  workspaceId: id.describe("The workspace in which the document is created."),
  title: title.describe("One line. Several documents of a folder may have the same title."),
  content: markdown.default("").describe("The Markdown, at most 1.5 MiB in UTF-8. It is kept byte for byte."),
  folderId: id.nullish().describe("The folder to create it in. Null or absent for the top level."),
  language: language
    .nullish()
    .describe("The language whose word forms search matches. Null or absent for the workspace's."),
});
export type DocumentCreateInput = z.infer<typeof documentCreateInput>;

export const documentListInput = z.strictObject({
  workspaceId: id.describe("The workspace whose documents are listed."),
  folderId: id
    .nullish()
    .describe(
      "Lists only the documents directly in this folder; null, those at the top level. By default, all documents are " +
        "listed.",
    ),
  ...pageFields,
});
export type DocumentListInput = z.infer<typeof documentListInput>;
export const documentList = createPageSchema(documentSummary);

export const documentUpdateInput = z
  .strictObject({
    id: id.describe("The document to change."),
    title: title
      .optional()
      .describe("The new title. If omitted, the title doesn't change. It doesn't need a `baseVersion`."),
    content: markdown
      .optional()
      .describe(
        "The whole text as it should be, at most 1.5 MiB in UTF-8. It needs `baseVersion` or `overwrite`. If omitted, " +
          "the text doesn't change.",
      ),
    language: language
      .nullish()
      .describe(
        "The new language for searches; null applies the workspace's. If omitted, the language doesn't change.",
      ),
    baseVersion: ordinal
      .optional()
      .describe(
        "The `version` of the document that `content` was edited from. Later edits by others are kept: the difference " +
          "is merged. A version that never existed causes `VERSION_CONFLICT`.",
      ),
    overwrite: z
      .boolean()
      .optional()
      .describe(
        "With true, `content` replaces the current text, whoever wrote it. That text stays in the history. Excludes " +
          "`baseVersion`.",
      ),
    expectedVersion: expectedVersion.describe(
      "The `version` that a new title or language is based on. If it isn't the newest, they aren't changed, and the " +
        "call fails with `VERSION_CONFLICT`. The text is still merged.",
    ),
    onlyIfVersion: ordinal
      .optional()
      .describe(
        "Accepts `content` only if the document still has this version. Otherwise, the call fails with `VERSION_CONFLICT` " +
          "instead of merging.",
      ),
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

export const documentMoveInput = z
  .strictObject({
    id: id.describe("The document to move."),
    folderId: id
      .nullable()
      .describe("The folder of the same workspace to move it to. Null for the top level."),
    ...placeFields,
    expectedVersion,
  })
  .refine(isPlaceValid, { message: "an item can't be placed next to itself" });
export const documentDuplicateInput = z.strictObject({
  id: id.describe("The document to copy."),
  title: title
    .optional()
    .describe("The title of the copy. By default, the original's title, marked as a copy."),
  folderId: id
    .nullish()
    .describe("The folder of the copy; null for the top level. By default, the original's folder."),
});

export const trashItem = z.object({
  kind: z
    .enum(["document", "folder", "file"])
    .describe(
      "The kind of item, which determines the procedure that restores it. A folder includes its contents.",
    ),
  id: id.describe("Identifies the document, folder or file, for restoring it."),
  name: z.string().describe("The document's title, the folder's name or the file's path."),
  deletedAt: timestamp.describe("When it was moved to the trash."),
  deletedBy: person.nullable().describe("The user who deleted it. Null once the account is deleted."),
  purgeAt: timestamp.describe("When it will be permanently deleted if it isn't restored."),
});
export type TrashItem = z.infer<typeof trashItem>;
export const trashInput = z.strictObject({
  workspaceId: id.describe("The workspace whose trash is listed."),
  ...pageFields,
});
export const trashList = createPageSchema(trashItem);

export const treeInput = z.strictObject({
  workspaceId: id.describe("The workspace whose tree is read."),
  folderId: id
    .nullish()
    .describe("The folder whose direct children are listed. Null or absent for the top level."),
  ...pageFields,
});
export const treeNode = z.object({
  kind: z.enum(["folder", "document"]).describe("The kind of node. Folders come first."),
  id: id.describe("The folder or document."),
  name: z.string().describe("The folder's name or the document's title."),
  hasChildren: z.boolean().describe("Whether the folder has contents. False for documents."),
  updatedAt: timestamp.describe("When the folder or document itself last changed."),
  childrenOrder: childrenOrder.describe(
    "How a folder's direct contents are ordered: by name, or as its members placed them. `name` for documents.",
  ),
});
export type TreeNode = z.infer<typeof treeNode>;
export const treeList = createPageSchema(treeNode).extend({
  childrenOrder: childrenOrder.describe(
    "The order of the list: by name, or as members placed the items. A list continues in the order in which it began.",
  ),
});
export type TreeList = z.infer<typeof treeList>;

export const documentPath = z.object({
  folders: z
    .array(
      z.object({
        id: id.describe("One of the folders."),
        name: z.string().describe("The folder's name."),
      }),
    )
    .describe("The folders that contain the document, from the top level down. Empty at the top level."),
});
export type DocumentPath = z.infer<typeof documentPath>;
