import { getCurrentRoute } from "./browser-errors.ts";
import { getLastFailedCall } from "./failed-call.ts";

/**
 * Describes the state of the app for a problem report: versions, page, connection, browser, and the last failed call. It
 * contains no content, name or address.
 */
function describeProblem(error?: Error): string {
  const call = getLastFailedCall();
  const lines = {
    Version: import.meta.env.APP_VERSION,
    Page: getCurrentRoute(),
    Online: navigator.onLine ? "yes" : "no",
    Error: error?.name,
    "Last failed call": call && `${call.path} (${call.reason ?? "unreachable"})`,
    "Request ID": call?.requestId,
    "Trace ID": call?.traceId,
    Browser: navigator.userAgent,
    Time: new Date().toISOString(),
  };
  const known = Object.entries(lines).filter(([, value]) => value !== undefined && value !== null);
  return ["MDReader problem report", ...known.map(([name, value]) => `${name}: ${value}`)].join("\n");
}

/** Copies the report. Rejects if the browser does not allow it. */
export const copyProblemReport = (error?: Error): Promise<void> =>
  navigator.clipboard.writeText(describeProblem(error));
