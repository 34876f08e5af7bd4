import { type Client, type ClientOptions, createClient } from "@mdreader/client";

import { createPlainClient, createAccountInput } from "../calls.ts";

/** The members of one workspace with one document, each with a client. */
export interface People extends AsyncDisposable {
  workspaceId: string;
  documentId: string;
  clients: Client[];
}

/** The maximum number of accounts. Several windows share an account. */
const maxAccounts = 10;

/** Registers users who share a document, and creates the requested number of windows. */
export async function gatherPeople(
  url: string,
  windows: number,
  /** The server address of each window. Default: the same for all. */
  urlOf: (window: number) => string = () => url,
  options: Pick<ClientOptions, "WebSocket"> = {},
): Promise<People> {
  const tokens: string[] = [];
  for (let n = 0; n < Math.min(maxAccounts, windows); n += 1) {
    const { accessToken } = await createPlainClient({ url }).auth.register.mutate(createAccountInput());
    tokens.push(accessToken);
  }
  const owner = createPlainClient({ url }, tokens[0]);
  const { id: workspaceId } = await owner.workspace.create.mutate({ name: "Torture" });
  for (const token of tokens.slice(1)) {
    const invitation = await owner.workspace.invitation.create.mutate({ workspaceId, role: "editor" });
    await createPlainClient({ url }, token).workspace.invitation.accept.mutate({ token: invitation.token });
  }
  const { id: documentId } = await owner.document.create.mutate({ workspaceId, title: "Torture" });
  const clients = Array.from({ length: windows }, (_, n) => {
    const token = tokens[n % tokens.length];
    if (token === undefined) throw new Error("at least one person is required");
    return createClient({ url: urlOf(n), token, ...options });
  });
  return {
    workspaceId,
    documentId,
    clients,
    async [Symbol.asyncDispose]() {
      await Promise.all(clients.map((one) => one.close()));
    },
  };
}
