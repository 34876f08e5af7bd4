import type { Bus, Ports } from "../../ports.ts";
import type { AuthenticatedCredential } from "../identity.ts";

/**
 * A message for connections that outlive a call, such as sockets and streams, to check again or end. Calls do not need
 * it, because each one reads the database. It is published after the commit, so that a new check sees the new state.
 */
export type AccessChange =
  /** On `session:<id>`: the session was signed out or revoked, or its refresh token was reused. */
  | { kind: "sessionEnded" }
  /** On `apiKey:<hash of its secret>`. */
  | { kind: "keyRevoked" }
  /** On `user:<id>`: the account was suspended or deleted. */
  | { kind: "userChanged" }
  /** On `user:<id>`: their role in this workspace changed, or their membership ended. */
  | { kind: "membershipChanged"; workspaceId: string }
  /** On `members:<workspace id>`: the workspace was deleted. */
  | { kind: "workspaceDeleted" }
  /** On `members:<workspace id>`: the workspace requires a second factor from now on. */
  | { kind: "secondFactorRequired" }
  /** On `members:<workspace id>`: this document was deleted. */
  | { kind: "documentDeleted"; documentId: string };

type AccessChangePorts = Pick<Ports, "bus">;

const channels = {
  session: (id: string) => `session:${id}`,
  user: (id: string) => `user:${id}`,
  members: (workspaceId: string) => `members:${workspaceId}`,
  apiKey: (secretHash: Uint8Array) => `apiKey:${Buffer.from(secretHash).toString("hex")}`,
};

const publish = ({ bus }: AccessChangePorts, channel: string, message: AccessChange) =>
  bus.publish(channel, message);

export function publishSessionEnded(services: AccessChangePorts, sessionId: string): void {
  publish(services, channels.session(sessionId), { kind: "sessionEnded" });
}

export function publishKeyRevoked(services: AccessChangePorts, secretHash: Uint8Array): void {
  publish(services, channels.apiKey(secretHash), { kind: "keyRevoked" });
}

export function publishUserChanged(services: AccessChangePorts, userId: string): void {
  publish(services, channels.user(userId), { kind: "userChanged" });
}

export function publishMembershipChanged(
  services: AccessChangePorts,
  workspaceId: string,
  userId: string,
): void {
  publish(services, channels.user(userId), { kind: "membershipChanged", workspaceId });
}

export function publishWorkspaceDeleted(services: AccessChangePorts, workspaceId: string): void {
  publish(services, channels.members(workspaceId), { kind: "workspaceDeleted" });
}

export function publishSecondFactorRequired(services: AccessChangePorts, workspaceId: string): void {
  publish(services, channels.members(workspaceId), { kind: "secondFactorRequired" });
}

export function publishDocumentDeleted(
  services: AccessChangePorts,
  workspaceId: string,
  documentId: string,
): void {
  publish(services, channels.members(workspaceId), { kind: "documentDeleted", documentId });
}

/**
 * Listens for the end of the credential that a connection was opened with.
 *
 * @param onEnded Called when the session, key or account has ended: close the connection.
 * @returns A function that stops listening.
 */
export function subscribeCredentialEnded(
  bus: Bus,
  credential: AuthenticatedCredential,
  onEnded: () => void,
): () => void {
  if (credential.kind === "apiKey")
    return subscribeAccessChange(bus, channels.apiKey(credential.secretHash), "keyRevoked", onEnded);
  const stops = [
    subscribeAccessChange(bus, channels.session(credential.sessionId), "sessionEnded", onEnded),
    subscribeAccessChange(bus, channels.user(credential.userId), "userChanged", onEnded),
  ];
  return () => stops.forEach((stop) => stop());
}

/**
 * Listens for changes that may revoke a user's access to a workspace and, if one is given, to a document in it.
 *
 * @param onChanged Called when the user's role or account has changed, the workspace or document was deleted, or
 *   the workspace requires a second factor: check the access again.
 * @returns A function that stops listening.
 */
export function subscribeAccessChanged(
  bus: Bus,
  {
    userId,
    workspaceId,
    documentId,
  }: { userId: string; workspaceId: string; documentId?: string | undefined },
  onChanged: () => void,
): () => void {
  const stops = [
    bus.subscribe(channels.user(userId), (message) => {
      if (message["kind"] === "userChanged" || message["workspaceId"] === workspaceId) onChanged();
    }),
    bus.subscribe(channels.members(workspaceId), (message) => {
      const { kind } = message;
      const isDocumentDeleted = kind === "documentDeleted" && message["documentId"] === documentId;
      if (isDocumentDeleted || kind === "workspaceDeleted" || kind === "secondFactorRequired") onChanged();
    }),
  ];
  return () => stops.forEach((stop) => stop());
}

function subscribeAccessChange(
  bus: Bus,
  channel: string,
  kind: AccessChange["kind"],
  onMessage: () => void,
): () => void {
  return bus.subscribe(channel, (message) => {
    if (message["kind"] === kind) onMessage();
  });
}
