import {
  type Api,
  bearer,
  createPlainClient,
  catchFailure,
  createAccountInput,
  password,
} from "../../calls.ts";

/** Somebody with a workspace on a server, who is about to send what no client of ours would. */
export interface Attacker {
  url: string;
  api: Api;
  token: string;
  email: string;
  workspaceId: string;
}

/**
 * A hostile request. It prepares what it needs, and answers what is then sent and measured: each answer that it gets, as a
 * status and a reason.
 */
export interface HostileRequest {
  name: string;
  prepare(attacker: Attacker): Promise<() => Promise<string[]>>;
}

export async function createAttacker(url: string): Promise<Attacker> {
  const account = createAccountInput();
  const { accessToken } = await createPlainClient({ url }).auth.register.mutate(account);
  const api = createPlainClient({ url }, accessToken);
  const { id: workspaceId } = await api.workspace.create.mutate({ name: "Torture" });
  return { url, api, token: accessToken, email: account.email, workspaceId };
}

/** What a call of tRPC's client was answered. */
export async function sendAndRead(call: Promise<unknown>): Promise<string> {
  const failed = await catchFailure(call);
  return failed === null ? "200" : `${failed.httpStatus} ${failed.reason}`;
}

/** What a request was answered. */
export async function readResponse(response: Response): Promise<string> {
  const reason = /"reason":"(\w+)"/.exec(await response.text())?.[1];
  return reason === undefined ? String(response.status) : `${response.status} ${reason}`;
}

/** Sends a body, with a sign-in or without. */
export async function send(
  { url, token }: Attacker,
  path: string,
  body: string,
  { type = "application/json", signedIn = true } = {},
): Promise<string> {
  const headers = { "content-type": type, ...bearer(signedIn ? token : undefined) };
  return readResponse(await fetch(url + path, { method: "POST", headers, body }));
}

export const times = <T>(count: number, make: (n: number) => T): T[] =>
  Array.from({ length: count }, (_, n) => make(n));

export const logIn = ({ url, email }: Attacker) =>
  sendAndRead(createPlainClient({ url }).auth.login.mutate({ email, password }));
