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

/** Formats an edit, such as `ada, line 3: + “text” - 4 characters`. Line breaks are shown as ⏎. */
export function formatEdit(name: string, pieces: readonly TextEdit[]): string {
  return pieces
    .map(({ line, removed, inserted }) => {
      const came = inserted === "" ? "" : ` + “${inserted.replaceAll(/\r\n|[\r\n]/g, "⏎")}”`;
      const went = removed === 0 ? "" : ` - ${formatCount(removed, "character")}`;
      return toOneLine(`${name}, line ${line}:${came}${went}`);
    })
    .join("\n");
}

/** The people seen so far, and the windows in which they have the document open. */
export interface KnownMembers {
  nameOf(userId: string | null): string;
  /** Forgets all windows, before a new list of them. */
  clear(): void;
  /** Records a window. @returns Whether it is the person's first one. */
  enter(member: MemberKey & { user: Person }): boolean;
  /** Forgets a window. @returns Whether it was the person's last one. */
  leave(key: MemberKey): boolean;
}

export function createKnownMembers(): KnownMembers {
  const names = new Map<string, string>();
  const windows = new Map<string, Set<number>>();
  return {
    nameOf: (userId) => (userId === null ? "someone" : (names.get(userId) ?? userId)),
    clear: () => windows.clear(),
    enter({ userId, clientId, user }) {
      names.set(userId, user.username);
      const open = windows.get(userId) ?? new Set();
      windows.set(userId, open.add(clientId));
      return open.size === 1;
    },
    leave({ userId, clientId }) {
      const open = windows.get(userId);
      return open?.delete(clientId) === true && open.size === 0;
    },
  };
}

/** A presence event as data, and as text; empty if it is not shown. */
export interface PresenceLine {
  data: object;
  text: string;
}

/** Text names people when their first window enters and their last one leaves; data contains every window. */
export function toPresenceLines(event: PresenceEvent, known: KnownMembers): PresenceLine[] {
  const isSnapshot = event.type === "snapshot";
  if (isSnapshot) known.clear();
  const name = ({ userId }: MemberKey) => toOneLine(known.nameOf(userId));
  const entered = (isSnapshot ? event.members : event.joined).map((member) => {
    const isFirst = known.enter({ ...member, userId: member.user.id });
    return {
      data: { type: isSnapshot ? "present" : "joined", ...member },
      text: isFirst ? `${toOneLine(member.user.username)} ${isSnapshot ? "is present" : "joined"}` : "",
    };
  });
  if (isSnapshot) return entered;
  return [
    ...entered,
    // Cursor moves are printed as JSON only; as text they would bury all other events.
    ...event.moved.map((moved) => ({ data: { type: "moved", ...moved }, text: "" })),
    ...event.status.map((changed) => ({
      data: { type: "status", ...changed },
      text: `${name(changed)} is ${changed.status}`,
    })),
    ...event.left.map((key) => ({
      data: { type: "left", ...key },
      text: known.leave(key) ? `${name(key)} left` : "",
    })),
  ];
}
