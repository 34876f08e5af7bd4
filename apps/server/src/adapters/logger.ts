import { findTraceId, isTracing } from "@mdreader/db";
import { type DestinationStream, type Logger, type LoggerOptions, pino, stdTimeFunctions } from "pino";
import { prettyFactory } from "pino-pretty";

/** Fields that are redacted from log entries, up to two levels deep. */
const secretFields = [
  "authorization",
  "cookie",
  "set-cookie",
  "password",
  "currentPassword",
  "newPassword",
  "token",
  "accessToken",
  "refreshToken",
  "secret",
  "url",
];

const redactedPaths = secretFields.flatMap((name) => [`["${name}"]`, `*["${name}"]`, `*.*["${name}"]`]);

/** The loggers of a server. They write one entry per line. */
export interface Logs {
  /**
   * The general log. Secrets are redacted. Errors are reduced to class, message, code, stack and cause, because drivers
   * attach other data to them, such as the parameters of a statement.
   */
  log: Logger;
  /**
   * The access log: one line per request or socket. Its fields are fixed and contain no secrets, so redaction is
   * skipped; it would take longer than the rest of the line.
   */
  requests: Logger;
}

/** Milliseconds that entries wait for others, to be written together. */
const flushDelayMs = 200;

/** Writes entries to standard output, asynchronously, as JSON. */
function createJsonDestination(): DestinationStream & { flushSync(): void } {
  const output = pino.destination({ dest: 1, sync: false, minLength: 4096 });
  let isFlushPlanned = false;
  return {
    write(entry) {
      output.write(entry);
      // The periodic flush of `destination` makes a system call in another thread although nothing was written.
      if (isFlushPlanned) return;
      isFlushPlanned = true;
      setTimeout(() => {
        isFlushPlanned = false;
        output.flush();
      }, flushDelayMs).unref();
    },
    // Called after a fatal entry.
    flushSync: () => output.flushSync(),
  };
}

/** Fields of the access log that are part of its message in text. */
const requestFields = "id,traceId,method,path,status,ms,code";

/**
 * Writes entries as short lines for people: time, level and what happened.
 * @param write Receives each line, with its line break.
 */
export function createTextDestination(
  write: (line: string) => void,
  { isColored }: { isColored: boolean },
): DestinationStream {
  const format = prettyFactory({
    colorize: isColored,
    singleLine: true,
    translateTime: "SYS:HH:MM:ss",
    ignore: requestFields,
    messageFormat: ({ msg, method, path, status, ms, code }) =>
      msg === "request"
        ? replaceControls(`${String(method)} ${String(path)} ${String(status)} ${String(ms)} ms`)
        : msg === "socket closed"
          ? `socket closed with ${String(code)} after ${Math.round(Number(ms) / 1000)} s`
          : String(msg),
  });
  // JSON has no others in their raw form.
  return { write: (entry) => write(format(entry.replaceAll(upperControls, "?"))) };
}

/** C1 control characters and DEL. Terminals may obey them. */
const upperControls = /[\u007f-\u009f]/g;

/** Replaces control characters, with which a request could write lines of its own, or change the terminal. */
const replaceControls = (text: string) => text.replaceAll(/\p{Cc}/gu, "?");

/** Chooses the destination for `LOG_FORMAT`. @param stdout The standard output of the process. */
export function createLogDestination(
  format: "auto" | "text" | "json",
  stdout: NodeJS.WriteStream,
): DestinationStream {
  const isText = format === "text" || (format === "auto" && stdout.isTTY);
  return isText
    ? createTextDestination((line) => stdout.write(line), { isColored: stdout.isTTY && stdout.hasColors() })
    : createJsonDestination();
}

/** @param destination Defaults to standard output, as JSON. */
export function createLogs(level: string, destination: DestinationStream = createJsonDestination()): Logs {
  const baseOptions: LoggerOptions = {
    level,
    base: null,
    timestamp: stdTimeFunctions.isoTime,
    formatters: { level: (label) => ({ level: label }) },
  };
  const redact = { paths: redactedPaths, censor: "[redacted]" };
  return {
    log: pino(
      { ...baseOptions, redact, serializers: { err: describeError }, mixin: describeTrace },
      destination,
    ),
    requests: pino(baseOptions, destination),
  };
}

/** Names the trace in which an entry was written. */
const describeTrace = (): object => (isTracing() ? { traceId: findTraceId() } : {});

interface DescribedError {
  type: string;
  message: string;
  code?: string;
  stack?: string | undefined;
  cause?: DescribedError;
}

function describeError(error: unknown, depth = 0): DescribedError {
  if (!(error instanceof Error)) return describeOther(error);
  return {
    type: error.name,
    message: toMessage(error),
    ...("code" in error && { code: String(error.code) }),
    stack: error.stack?.replace(/^[^]*?(?=\n +at )/, "").trim(),
    ...(error.cause instanceof Error && depth < 5 && { cause: describeError(error.cause, depth + 1) }),
  };
}

/** Describes a value that isn't an `Error`. pg-boss reports copies of errors as plain objects. */
function describeOther(thrown: unknown): DescribedError {
  const message =
    typeof thrown === "object" && thrown !== null && "message" in thrown ? thrown.message : null;
  return {
    type: typeof thrown,
    message: typeof message === "string" ? toMessage({ message }) : "the thrown value isn't an error",
  };
}

/** Drizzle appends the parameters, which may contain user content, to the statement. */
const toMessage = ({ message }: Pick<Error, "message">) => message.replace(/\nparams: [^]*$/, "");
