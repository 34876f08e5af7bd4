import { type DestinationStream, type Logger, type LoggerOptions, pino, stdTimeFunctions } from "pino";

/** What never gets into a log, wherever it is in what is logged, two levels deep. */
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

/** Where a server's notes go: a JSON object a line. */
export interface Logs {
  /**
   * For all notes. It writes no secrets, and of errors only class, message and stack, with what caused them: what else
   * drivers and libraries hang on errors, such as the parameters of a statement, may be anything.
   */
  log: Logger;
  /**
   * For a line a request or socket, whose fields are always the same and hold no secrets. It does not look for any: that
   * would take longer than all the rest of the line.
   */
  requests: Logger;
}

/** @param destination Standard output, unless said otherwise. Nobody waits for lines to be written. */
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
  if (!(error instanceof Error)) return { type: typeof error, message: "something that is no error" };
  return {
    type: error.name,
    message: toMessage(error),
    ...("code" in error && { code: String(error.code) }),
    stack: error.stack?.replace(/^[^]*?(?=\n +at )/, "").trim(),
    ...(error.cause instanceof Error && depth < 5 && { cause: describeError(error.cause, depth + 1) }),
  };
}

/** Drizzle puts the parameters, which may hold what people wrote, behind the statement. */
const toMessage = ({ message }: Error) => message.replace(/\nparams: [^]*$/, "");
