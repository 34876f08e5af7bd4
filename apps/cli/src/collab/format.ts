import type { MemberKey, Person, PresenceEvent } from "@mdreader/client/live";

import { formatCount, toOneLine } from "../output.ts";

/** One part of an edit: at offset `at`, `removed` UTF-16 units are replaced by `inserted`. */
export interface TextEdit {
  at: number;
  /** The line, from 1. */
  line: number;
  removed: number;
  inserted: string;
}

/** An edit as a Yjs delta: retained, deleted and inserted ranges from the start of the text. */
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

/** Formats an edit, such as `ada, line 3: + "text" - 4 characters`. */
export function formatEdit(name: string, pieces: readonly TextEdit[]): string {
  return pieces
    .map(({ line, removed, inserted }) => {
      const came = inserted === "" ? "" : ` + ${JSON.stringify(inserted)}`;
      const went = removed === 0 ? "" : ` - ${formatCount(removed, "character")}`;
      return toOneLine(`${name}, line ${line}:${came}${went}`);
    })
    .join("\n");
}

/** The user names seen so far, by id. */
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

/** A presence event as data, and as text; empty if it is not shown. */
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
    // Cursor moves are printed as JSON only; as text they would bury all other events.
    ...event.moved.map((moved) => ({ data: { type: "moved", ...moved }, text: "" })),
    ...event.status.map((changed) => ({
      data: { type: "status", ...changed },
      text: `${name(changed)} is ${changed.status}`,
    })),
    ...event.left.map((key) => ({ data: { type: "left", ...key }, text: `${name(key)} left` })),
  ];
}
