import type { MemberKey, Person, PresenceEvent } from "@mdreader/client/live";

import { formatCount, toOneLine } from "../output.ts";

/** One piece of an edit: at offset `at` of the text so far, `removed` units went and `inserted` came. */
export interface TextEdit {
  at: number;
  /** The line, from 1. */
  line: number;
  removed: number;
  inserted: string;
}

/** What an edit did, as Yjs tells it: what stays, goes and comes, from the beginning of the text. */
export type Delta = readonly { retain?: number | undefined; delete?: number | undefined; insert?: unknown }[];

/** @param text The text after the edit. */
export function toEdits(delta: Delta, text: string): TextEdit[] {
  const pieces: TextEdit[] = [];
  let at = 0;
  const add = (removed: number, inserted: string) => {
    const last = pieces.at(-1);
    if (last !== undefined && last.at + last.inserted.length === at) {
      last.removed += removed;
      last.inserted += inserted;
    } else pieces.push({ at, line: text.slice(0, at).split("\n").length, removed, inserted });
    at += inserted.length;
  };
  for (const { retain = 0, delete: removed = 0, insert } of delta) {
    if (typeof insert === "string") add(0, insert);
    else if (removed > 0) add(removed, "");
    else at += retain;
  }
  return pieces;
}

/** An edit for people: `ada, line 3: + "text" - 4 characters`. */
export function formatEdit(name: string, pieces: readonly TextEdit[]): string {
  return pieces
    .map(({ line, removed, inserted }) => {
      const came = inserted === "" ? "" : ` + ${JSON.stringify(inserted)}`;
      const went = removed === 0 ? "" : ` - ${formatCount(removed, "character")}`;
      return toOneLine(`${name}, line ${line}:${came}${went}`);
    })
    .join("\n");
}

/** The people that were seen here, by their ids. */
export interface KnownMembers {
  add(person: Person): void;
  nameOf(userId: string | null): string;
}

export function createKnownMembers(): KnownMembers {
  const names = new Map<string, string>();
  return {
    add: ({ id, username }) => void names.set(id, username),
    nameOf: (userId) => (userId === null ? "someone" : (names.get(userId) ?? userId)),
  };
}

/** Something that happened among the people in a document: as data, and for people, where it is worth a line. */
export interface PresenceLine {
  data: object;
  text: string;
}

export function toPresenceLines(event: PresenceEvent, known: KnownMembers): PresenceLine[] {
  const entered = event.type === "snapshot" ? event.members : event.joined;
  for (const { user } of entered) known.add(user);
  const name = ({ userId }: MemberKey) => toOneLine(known.nameOf(userId));
  const verb = event.type === "snapshot" ? "is present" : "joined";
  const happenings = entered.map((member) => ({
    data: { type: event.type === "snapshot" ? "present" : "joined", ...member },
    text: `${toOneLine(member.user.username)} ${verb}`,
  }));
  if (event.type === "snapshot") return happenings;
  return [
    ...happenings,
    // Where cursors go is for programs: a line for each move would bury the rest.
    ...event.moved.map((moved) => ({ data: { type: "moved", ...moved }, text: "" })),
    ...event.status.map((changed) => ({
      data: { type: "status", ...changed },
      text: `${name(changed)} is ${changed.status}`,
    })),
    ...event.left.map((key) => ({ data: { type: "left", ...key }, text: `${name(key)} left` })),
  ];
}
