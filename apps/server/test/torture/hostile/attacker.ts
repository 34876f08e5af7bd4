import {
  type Api,
  bearer,
  createPlainClient,
  catchFailure,
  createAccountInput,
  password,
} from "../../calls.ts";

/** A user with a workspace who sends hostile requests. */
export interface Attacker {
  url: string;
  api: Api;
  token: string;
  email: string;
  workspaceId: string;
}

/**
 * A hostile request. It prepares its data and returns a function whose run is measured. Each response is reported as a status and
 * a reason.
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

/** The outcome of a tRPC call, as a status and a reason. */
export async function sendAndRead(call: Promise<unknown>): Promise<string> {
  const failed = await catchFailure(call);
  return failed === null ? "200" : `${failed.httpStatus} ${failed.reason}`;
}

/** The outcome of a request, as a status and a reason. */
export async function readResponse(response: Response): Promise<string> {
  const reason = /"reason":"(\w+)"/.exec(await response.text())?.[1];
  return reason === undefined ? String(response.status) : `${response.status} ${reason}`;
}

/** Sends a body, with or without authentication. */
export async function send(
  { url, token }: Attacker,
  path: string,
  body: string,
  { type = "application/json", signedIn = true } = {},
): Promise<string> {
  const headers = { "content-type": type, ...bearer(signedIn ? token : undefined) };
  return readResponse(await fetch(url + path, { method: "POST", headers, body }));
}

export const repeat = <T>(count: number, make: (n: number) => T): T[] =>
  Array.from({ length: count }, (_, n) => make(n));

export const logIn = ({ url, email }: Attacker) =>
  sendAndRead(createPlainClient({ url }).auth.login.mutate({ email, password }));
