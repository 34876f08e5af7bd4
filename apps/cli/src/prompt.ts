import { read } from "read";

import { Failure } from "./failure.ts";

/** Whether a person sits at the other end, whom we can ask. */
export const isInteractive = () => process.stdin.isTTY && process.stderr.isTTY;

/** Asks for a line. The question goes to stderr, so that stdout has the result alone. */
export async function ask(question: string): Promise<string> {
  return (await readAnswer({ prompt: `${question}: ` })).trim();
}

/** Asks without showing what is typed. */
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

/** All that comes in on stdin. */
export async function readStdin(): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of process.stdin) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks);
}
