import { Failure } from "./failure.ts";
import type { Output } from "./output.ts";
import { getTerminal } from "./terminal.ts";

/** Whether stdin and stderr are terminals, so that prompts are possible. */
export function isInteractive(): boolean {
  const { stdin, stderr } = getTerminal();
  return Boolean(stdin.isTTY && stderr.isTTY);
}

/** Prompts for a line. The prompt is written to stderr, so that stdout contains only the result. */
export async function ask(question: string): Promise<string> {
  return (await readAnswer({ prompt: `${question}: ` })).trim();
}

/** The number of times that a prompt is repeated after an invalid answer. */
const maxTries = 3;

/**
 * Repeats prompts after an invalid answer, and tells why it is invalid.
 * @param attempt Asks for the answer, and throws if it is invalid.
 * @param canRetry Whether an error is due to the answer. Nothing is repeated without a terminal.
 */
export async function askAgain<Result>(
  attempt: () => Promise<Result>,
  canRetry: (error: unknown) => boolean,
): Promise<Result> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await attempt();
    } catch (error) {
      if (!(error instanceof Error) || !isInteractive() || tries === maxTries || !canRetry(error))
        throw error;
      getTerminal().stderr.write(`${error.message}\n`);
    }
  }
}

/** An answer that can't be used. */
export class InvalidAnswerError extends Failure {
  constructor(message: string) {
    super("USAGE", message);
  }
}

/** Asks again while the answer itself is invalid. @param attempt Throws InvalidAnswerError. */
export const askValid = (attempt: () => Promise<string>): Promise<string> =>
  askAgain(attempt, (error) => error instanceof InvalidAnswerError);

/** Prompts for a line without echo. */
export async function askHidden(question: string): Promise<string> {
  const answer = await readAnswer({ prompt: `${question}: `, silent: true });
  getTerminal().stderr.write("\n");
  return answer;
}

/**
 * Asks for a confirmation, unless it was given on the command line.
 * @throws Failure if the user declines, or can't be asked.
 */
export async function confirm({ json }: Output, question: string, isConfirmed: boolean): Promise<void> {
  if (isConfirmed) return;
  if (json || !isInteractive()) {
    throw new Failure("USAGE", "Confirmation is required.", { hint: "Pass --yes to confirm." });
  }
  if (!isYes(await ask(`${question} [y/N]`))) throw new Failure("INTERRUPTED", "Canceled.");
}

/** Whether an answer to a yes-or-no question is yes. */
export const isYes = (answer: string) => /^y(?:es)?$/i.test(answer);

async function readAnswer(options: { prompt: string; silent?: boolean }): Promise<string> {
  const { stdin: input, stderr: output } = getTerminal();
  // Loaded lazily to keep the help fast.
  const { read } = await import("read");
  try {
    return await read({ ...options, input, output });
  } catch (cause) {
    getTerminal().stderr.write("\n");
    throw new Failure("INTERRUPTED", "Interrupted.", { cause });
  }
}

/** Reads stdin to its end. */
export async function readStdin(): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of getTerminal().stdin) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks);
}
