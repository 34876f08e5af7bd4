import type { RouterInputs } from "@mdreader/client";

type Kind = NonNullable<RouterInputs["workspace"]["activity"]["kinds"]>[number];

/** The kinds of events that can be chosen together. */
export const topics = {
  documents: {
    label: "Documents",
    kinds: [
      "document.created",
      "document.updated",
      "document.moved",
      "document.deleted",
      "document.restored",
      "document.purged",
    ],
  },
  folders: {
    label: "Folders and files",
    kinds: [
      "folder.created",
      "folder.renamed",
      "folder.moved",
      "folder.deleted",
      "folder.restored",
      "file.created",
      "file.moved",
      "file.deleted",
      "file.restored",
      "file.purged",
    ],
  },
  comments: { label: "Comments", kinds: ["comment.created", "comment.resolved"] },
  sharing: { label: "Public links", kinds: ["share.created", "share.revoked"] },
  people: {
    label: "People and settings",
    kinds: [
      "member.joined",
      "member.roleChanged",
      "member.removed",
      "member.left",
      "invitation.created",
      "invitation.revoked",
      "workspace.created",
      "workspace.updated",
      "workspace.deleted",
      "workspace.restored",
      "workspace.transferred",
    ],
  },
} satisfies Record<string, { label: string; kinds: readonly Kind[] }>;

export type Topic = keyof typeof topics;

/** The filters of the activity, as they appear in the page's address. */
export interface ActivityFilters {
  /** The user who did it. */
  person?: string | undefined;
  topic?: Topic | undefined;
}

export const isTopic = (value: unknown): value is Topic =>
  typeof value === "string" && Object.hasOwn(topics, value);

/** Reads filters from the page's address. Invalid ones are ignored. */
export const parseActivityFilters = ({ person, topic }: Record<string, unknown>): ActivityFilters => ({
  ...(typeof person === "string" && person !== "" && { person }),
  ...(isTopic(topic) && { topic }),
});

/** The input of the activity with filters. */
export const toActivityInput = (
  workspaceId: string,
  { person, topic }: ActivityFilters,
): RouterInputs["workspace"]["activity"] => ({
  workspaceId,
  ...(person !== undefined && { actorId: person }),
  ...(topic !== undefined && { kinds: topics[topic].kinds }),
});
