import type { MemberKey, PresenceEvent, PresenceMember } from "../types.ts";

/** The members of a room, one for each window, built from presence events. */
export interface PresenceState {
  members(): PresenceMember[];
  /** @returns Whether this client knows the type of the event. */
  apply(event: PresenceEvent): boolean;
}

export function createPresenceState(): PresenceState {
  const members = new Map<string, PresenceMember>();
  const toKey = ({ userId, clientId }: MemberKey) => `${userId} ${clientId}`;
  const enter = (member: PresenceMember) =>
    members.set(toKey({ userId: member.user.id, clientId: member.clientId }), member);
  const change = (key: MemberKey, fields: Partial<Pick<PresenceMember, "cursor" | "status">>) => {
    const member = members.get(toKey(key));
    if (member !== undefined) enter({ ...member, ...fields });
  };

  return {
    members: () => [...members.values()],
    apply(event) {
      if (event.type === "snapshot") {
        members.clear();
        event.members.forEach(enter);
        return true;
      }
      // A newer server may send other types.
      if (event.type !== "frame") return false;
      event.joined.forEach(enter);
      for (const { cursor, ...key } of event.moved) change(key, { cursor });
      for (const { status, ...key } of event.status) change(key, { status });
      for (const key of event.left) members.delete(toKey(key));
      return true;
    },
  };
}
