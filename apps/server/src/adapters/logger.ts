import { type DestinationStream, type Logger, pino, stdTimeFunctions } from "pino";

/** What never gets into a log, wherever it is in what is logged, two levels deep. */
const secrets = [
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

const paths = secrets.flatMap((name) => [`["${name}"]`, `*["${name}"]`, `*.*["${name}"]`]);

/**
 * A logger that writes a JSON object a line, and no secrets.
 *
 * Errors are written with what caused them, but only by class, message and stack: what else drivers and libraries hang
 * on them, such as the parameters of a statement, may be anything.
 *
 * @param destination Standard output, unless said otherwise.
 */
export function createLogger(level: string, destination?: DestinationStream): Logger {
  return pino(
    {
      level,
      base: null,
      timestamp: stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      redact: { paths, censor: "[redacted]" },
      serializers: { err: described },
    },
    destination ?? pino.destination({ dest: 1, sync: false }),
  );
}

interface DescribedError {
  type: string;
  message: string;
  code?: string;
  stack?: string | undefined;
  cause?: DescribedError;
}

function described(error: unknown, depth = 0): DescribedError {
  if (!(error instanceof Error)) return { type: typeof error, message: "something that is no error" };
  return {
    type: error.name,
    message: messageOf(error),
    ...("code" in error && { code: String(error.code) }),
    stack: error.stack?.replace(/^[^]*?(?=\n +at )/, "").trim(),
    ...(error.cause instanceof Error && depth < 5 && { cause: described(error.cause, depth + 1) }),
  };
}

/** Drizzle puts the parameters, which may hold what people wrote, behind the statement. */
const messageOf = ({ message }: Error) => message.replace(/\nparams: [^]*$/, "");
