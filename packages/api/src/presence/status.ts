import type { PresenceStatus } from "@mdreader/contract";

const statusPriority: Record<PresenceStatus, number> = { idle: 0, viewing: 1, typing: 2 };

/** Whether a status counts more than another one of the same person, who may have several windows. */
export const isBusier = (status: PresenceStatus, other: PresenceStatus): boolean =>
  statusPriority[status] > statusPriority[other];
