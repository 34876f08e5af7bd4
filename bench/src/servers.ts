import { createDocument, createWriter } from "./editing.ts";
import type { BenchEnvironment } from "./environment.ts";
import type { Measurement } from "./measurement.ts";
import { openSocket } from "./socket.ts";

const people = 20;
const rounds = 2;

/** Compares the rate of edits in one document through one server and through two. */
export async function* benchServers(world: BenchEnvironment, effort: number): AsyncGenerator<Measurement> {
  const seconds = 5 * effort;
  const other = await world.anotherServer();
  const editors = await world.editors(people);

  /** Counts the edits of users who push the next edit as soon as the last one is acknowledged. */
  async function countEdits(urls: readonly string[]): Promise<number> {
    const sockets = await Promise.all(
      editors.map(({ token }, n) => openSocket(urls[n % urls.length] ?? world.url, token)),
    );
    const [first] = sockets;
    if (first === undefined) return 0;
    const id = await createDocument(first, world.workspaceId);
    const end = AbortSignal.timeout(seconds * 1000);
    let edits = 0;
    await Promise.all(
      sockets.map(async (socket) => {
        const next = createWriter();
        while (!end.aborted) {
          await socket.call("mutation", "document.push", { id, update: next() });
          edits += 1;
        }
      }),
    );
    await Promise.all(sockets.map((socket) => socket.close()));
    return edits / seconds;
  }

  let one = 0;
  let two = 0;
  for (let round = 0; round < rounds; round += 1) {
    one += (await countEdits([world.url])) / rounds;
    two += (await countEdits([world.url, other.url])) / rounds;
  }
  await other.stop();
  yield {
    what: "edits in one document through two servers, relative to one server",
    value: two / one,
    unit: "×",
    target: { atLeast: 0.8 },
    note: `${two.toFixed(0)}/s vs. ${one.toFixed(0)}/s by ${people} users without a pause`,
  };
}
