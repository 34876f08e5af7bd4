import { type DestinationStream, type Logger, type LoggerOptions, pino, stdTimeFunctions } from "pino";

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

/** The loggers of a server. They write one JSON object per line. */
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

/** @param destination Defaults to standard output, written asynchronously. */
export function createLogs(
  level: string,
  destination: DestinationStream = pino.destination({
    dest: 1,
    sync: false,
    minLength: 4096,
    periodicFlush: 200,
  }),
): Logs {
  const form: LoggerOptions = {
    level,
    base: null,
    timestamp: stdTimeFunctions.isoTime,
    formatters: { level: (label) => ({ level: label }) },
  };
  const redact = { paths: redactedPaths, censor: "[redacted]" };
  return {
    log: pino({ ...form, redact, serializers: { err: describeError } }, destination),
    requests: pino(form, destination),
  };
}

interface DescribedError {
  type: string;
  message: string;
  code?: string;
  stack?: string | undefined;
  cause?: DescribedError;
}

function describeError(error: unknown, depth = 0): DescribedError {
  if (!(error instanceof Error)) return { type: typeof error, message: "the thrown value is not an error" };
  return {
    type: error.name,
    message: toMessage(error),
    ...("code" in error && { code: String(error.code) }),
    stack: error.stack?.replace(/^[^]*?(?=\n +at )/, "").trim(),
    ...(error.cause instanceof Error && depth < 5 && { cause: describeError(error.cause, depth + 1) }),
  };
}

/** Drizzle appends the parameters, which may contain user content, to the statement. */
const toMessage = ({ message }: Error) => message.replace(/\nparams: [^]*$/, "");
