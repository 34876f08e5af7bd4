import { read } from "read";

import { Failure } from "./failure.ts";

/** Whether stdin and stderr are terminals, so that prompts are possible. */
export const isInteractive = () => process.stdin.isTTY && process.stderr.isTTY;

/** Prompts for a line. The prompt is written to stderr, so that stdout contains only the result. */
export async function ask(question: string): Promise<string> {
  return (await readAnswer({ prompt: `${question}: ` })).trim();
}

/** Prompts for a line without echo. */
export async function askHidden(question: string): Promise<string> {
  const answer = await readAnswer({ prompt: `${question}: `, silent: true });
  process.stderr.write("\n");
  return answer;
}

async function readAnswer(options: { prompt: string; silent?: boolean }): Promise<string> {
  try {
    return await read({ ...options, output: process.stderr });
  } catch (cause) {
    process.stderr.write("\n");
    throw new Failure("INTERRUPTED", "Interrupted.", { cause });
  }
}

/** Reads stdin to its end. */
export async function readStdin(): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of process.stdin) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks);
}
