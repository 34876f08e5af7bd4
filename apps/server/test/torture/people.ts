import { type Client, createClient } from "@mdreader/client";

import { createPlainClient, createAccountInput } from "../calls.ts";

/** People of one workspace with one document, each with a client of their own. */
export interface People extends AsyncDisposable {
  workspaceId: string;
  documentId: string;
  clients: Client[];
}

/** How many accounts there are at the most: several windows are one person's. */
const accounts = 10;

/** Registers people, who share a document, with as many windows as are asked for. */
export async function gatherPeople(
  url: string,
  windows: number,
  /** By which address a window comes; the same unless told otherwise. */
  urlOf: (window: number) => string = () => url,
): Promise<People> {
  const tokens: string[] = [];
  for (let n = 0; n < Math.min(accounts, windows); n += 1) {
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
    if (token === undefined) throw new Error("there are people");
    return createClient({ url: urlOf(n), token });
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
