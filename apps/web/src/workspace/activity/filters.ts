import { type EventKind, eventKinds, type RouterInputs } from "@mdreader/client";

/** Each step of ordering a folder is an event, which the activity omits. */
const omittedKind: EventKind = "folder.reordered";

/** The kinds of events about some subjects, which is the part of a kind before its dot. */
const selectKinds = (...subjects: string[]): EventKind[] =>
  eventKinds.filter((kind) => kind !== omittedKind && subjects.includes(kind.slice(0, kind.indexOf("."))));

/** The kinds of events that can be chosen together. Each kind that the activity lists belongs to one topic. */
export const topics = {
  documents: { label: "Documents", kinds: selectKinds("document") },
  folders: { label: "Folders and files", kinds: selectKinds("folder", "file") },
  comments: { label: "Comments", kinds: selectKinds("comment") },
  sharing: { label: "Public links", kinds: selectKinds("share") },
  people: { label: "People and settings", kinds: selectKinds("member", "invitation", "workspace") },
} satisfies Record<string, { label: string; kinds: EventKind[] }>;

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
