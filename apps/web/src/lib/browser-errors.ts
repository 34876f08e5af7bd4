import { isUnreachable, reasonOf } from "@mdreader/client";

import { getLastFailedCall } from "./failed-call.ts";

/** The part of the program that caught an error. */
type Kind = "error" | "rejection" | "render";

/** Reports that a page sends at most. After the first ones, more tell the operator nothing new. */
const maxReports = 5;

const sent = new Set<string>();
let readRoute = () => "";

/**
 * Reports errors of this page to the server, for its operator.
 * @param route Returns the pattern of the page's address, without the IDs in it.
 */
export function installErrorReports(route: () => string): void {
  readRoute = route;
  addEventListener("error", ({ error }) => reportToServer("error", error));
  addEventListener("unhandledrejection", ({ reason }) => reportToServer("rejection", reason));
}

/** The pattern of the current page's address. */
export const getCurrentRoute = (): string => readRoute();

/** Sends an error to the server, once, and without the address of the page. */
export function reportToServer(kind: Kind, error: unknown): void {
  if (!(error instanceof Error) || isExpected(error)) return;
  const { name, message, stack = "" } = error;
  const key = `${name} ${message} ${stack.slice(0, 500)}`;
  if (sent.has(key) || sent.size >= maxReports) return;
  sent.add(key);
  const report = {
    kind,
    name: name.slice(0, 80),
    message: message.slice(0, 1000),
    // The message, which is sent without what it quotes, precedes the frames in some browsers.
    stack: stack.slice(0, 4000),
    route: getCurrentRoute(),
    version: import.meta.env.APP_VERSION,
    requestId: getLastFailedCall()?.requestId,
    traceId: getLastFailedCall()?.traceId,
  };
  const request = { method: "POST", headers: { "content-type": "application/json" }, keepalive: true };
  // Sent even if the page is being left. A report that gets lost must not cause another one.
  fetch("/browser-errors", { ...request, body: JSON.stringify(report) }).catch(() => {});
}

/** Whether an error is the answer of the server, or its absence, which the server knows or can't be told. */
const isExpected = (error: Error): boolean =>
  reasonOf(error) !== null || isUnreachable(error) || error.name === "AbortError";
