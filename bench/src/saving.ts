import { startChild } from "./child.ts";
import { describeCost, measureCosts } from "./cost.ts";
import type { BenchEnvironment } from "./environment.ts";
import type { Measurement } from "./measurement.ts";
import { openSocket } from "./socket.ts";
import { send } from "./timing.ts";

const socketCount = 4;

/** Compares the ways to save a text with the baseline, alternately. Each save changes a sentence of another document. */
export async function* benchSave(world: BenchEnvironment, effort: number): AsyncGenerator<Measurement> {
  const { url, owner, databaseUrl } = world;
  const library = await world.library();
  const bare = await startChild("baseline-save.ts", { DATABASE_URL: databaseUrl });
  const opened = await Promise.all(Array.from({ length: socketCount }, () => openSocket(url, owner.token)));
  const authorization = `Bearer ${owner.token}`;
  const versions = new Map<string, number>();
  let saves = 0;

  /** Returns the next text of another document, which starts from the version of its previous one. */
  const next = () => {
    saves += 1;
    const { id, content: first } = library[(saves * 7919) % library.length] ?? { id: "", content: "" };
    return { id, content: `${first}\nRevision ${saves} of this.\n`, baseVersion: versions.get(id) ?? 1 };
  };
  const remember = (id: string, answer: unknown) => {
    if (hasVersion(answer)) versions.set(id, answer.version);
  };

  const ways = {
    limit: {
      server: bare,
      call: () => {
        const { id, content } = next();
        return send("PUT", `${bare.url}/${id}`, { content });
      },
    },
    patch: {
      server: world.server,
      call: async () => {
        const { id, ...input } = next();
        remember(id, await send("PATCH", `${url}/api/v1/documents/${id}`, input, { authorization }));
      },
    },
    update: {
      server: world.server,
      call: async (n: number) => {
        const input = next();
        remember(input.id, await opened[n % socketCount]?.call("mutation", "document.update", input));
      },
    },
    applyText: {
      server: world.server,
      call: async (n: number) => {
        const { id, content: text, baseVersion } = next();
        const input = { id, text, baseVersion };
        remember(id, await opened[n % socketCount]?.call("mutation", "document.applyText", input));
      },
    },
  };
  const costs = await measureCosts(world, ways, { width: 32, rounds: 3, seconds: 4 * effort });
  await Promise.all(opened.map((socket) => socket.close()));
  await bare.stop();

  const { limit } = costs;
  yield {
    what: "baseline: node:http and the driver, one statement, no index",
    value: limit.perSecond,
    unit: "/s",
    note: describeCost(limit),
  };
  const names = {
    patch: "PATCH",
    update: "document.update, WebSocket",
    applyText: "document.applyText, WebSocket",
  };
  for (const name of ["patch", "update", "applyText"] as const) {
    const cost = costs[name];
    yield {
      what: `${names[name]}, relative to the baseline`,
      value: cost.perSecond / limit.perSecond,
      unit: "×",
      note: describeCost(cost),
    };
    yield { what: names[name], value: cost.perSecond, unit: "/s", target: { atLeast: 600 } };
    yield { what: "  CPU of the server", value: cost.server / 1000, unit: "ms", target: { atMost: 1 } };
    yield { what: "  CPU of PostgreSQL", value: cost.postgres / 1000, unit: "ms", target: { atMost: 1.5 } };
  }
}

const hasVersion = (answer: unknown): answer is { version: number } =>
  typeof answer === "object" && answer !== null && "version" in answer && typeof answer.version === "number";
