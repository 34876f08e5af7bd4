import { WebSocket } from "ws";
import { z } from "zod";

/** The contents of a process after a garbage collection: objects by class, and handles and timers by type. */
export interface Inventory {
  classes: ReadonlyMap<string, { count: number; bytes: number }>;
  resources: ReadonlyMap<string, number>;
}

/** Inspects a process over Node's inspector, which must listen on this port. */
export async function takeInventory(port: number): Promise<Inventory> {
  await using inspector = await openInspector(port);
  await inspector.call("HeapProfiler.collectGarbage");
  const chunks: string[] = [];
  inspector.onChunk((chunk) => chunks.push(chunk));
  await inspector.call("HeapProfiler.takeHeapSnapshot", { reportProgress: false });
  const { result } = evaluated.parse(
    await inspector.call("Runtime.evaluate", {
      expression: "JSON.stringify(process.getActiveResourcesInfo())",
      returnByValue: true,
    }),
  );
  const resources = new Map<string, number>();
  for (const kind of z.array(z.string()).parse(JSON.parse(result.value)))
    resources.set(kind, (resources.get(kind) ?? 0) + 1);
  return { classes: countClasses(snapshot.parse(JSON.parse(chunks.join("")))), resources };
}

/** Triggers a garbage collection in a process. */
export async function collectGarbage(port: number): Promise<void> {
  await using inspector = await openInspector(port);
  await inspector.call("HeapProfiler.collectGarbage");
}

/** Lists what has grown most in bytes: one line for each class, and for each type of handle whose number has increased. */
export function compareInventories(before: Inventory, after: Inventory, most = 15): string[] {
  const grown = [...after.classes]
    .map(([name, { count, bytes }]) => {
      const earlier = before.classes.get(name) ?? { count: 0, bytes: 0 };
      return { name, more: count - earlier.count, bytes: bytes - earlier.bytes };
    })
    .toSorted((a, b) => b.bytes - a.bytes)
    .slice(0, most);
  const resources = [...after.resources]
    .filter(([kind, count]) => count > (before.resources.get(kind) ?? 0))
    .map(([kind, count]) => `${kind}: ${before.resources.get(kind) ?? 0} -> ${count}`);
  return [
    ...grown.map(({ name, more, bytes }) => `${name}: ${more} more, ${Math.round(bytes / 1024)} KiB`),
    ...resources,
  ];
}

const evaluated = z.object({ result: z.object({ value: z.string() }) });
const snapshot = z.object({
  snapshot: z.object({
    meta: z.object({
      node_fields: z.array(z.string()),
      node_types: z.tuple([z.array(z.string())]).rest(z.unknown()),
    }),
  }),
  nodes: z.array(z.number()),
  strings: z.array(z.string()),
});

/** Counts objects by class, and everything else by type. */
function countClasses({
  snapshot: { meta },
  nodes,
  strings,
}: z.infer<typeof snapshot>): Inventory["classes"] {
  const fields = meta.node_fields;
  const [type, name, size] = ["type", "name", "self_size"].map((field) => fields.indexOf(field));
  if (type === undefined || name === undefined || size === undefined) throw new Error("unknown snapshot");
  const [types] = meta.node_types;
  const classes = new Map<string, { count: number; bytes: number }>();
  for (let at = 0; at < nodes.length; at += fields.length) {
    const kind = types[nodes[at + type] ?? 0] ?? "";
    const isNamed = kind === "object" || kind === "closure";
    const key = isNamed ? `${kind} ${strings[nodes[at + name] ?? 0]}` : kind;
    const entry = classes.get(key) ?? { count: 0, bytes: 0 };
    entry.count += 1;
    entry.bytes += nodes[at + size] ?? 0;
    classes.set(key, entry);
  }
  return classes;
}

interface Inspector extends AsyncDisposable {
  call(method: string, params?: object): Promise<unknown>;
  onChunk(take: (chunk: string) => void): void;
}

const targets = z.array(z.object({ webSocketDebuggerUrl: z.string() })).min(1);
const message = z.object({
  id: z.int().optional(),
  result: z.unknown().optional(),
  params: z.object({ chunk: z.string().optional() }).optional(),
});

async function openInspector(port: number): Promise<Inspector> {
  const [target] = targets.parse(await (await fetch(`http://127.0.0.1:${port}/json`)).json());
  const socket = new WebSocket(target?.webSocketDebuggerUrl ?? "", { maxPayload: 2 ** 30 });
  await new Promise((resolve, reject) => socket.once("open", resolve).once("error", reject));
  const waiting = new Map<number, PromiseWithResolvers<unknown>>();
  let last = 0;
  let takeChunk = (_chunk: string) => {};
  socket.on("message", (data: Buffer) => {
    const { id, result, params } = message.parse(JSON.parse(data.toString()));
    if (id !== undefined) waiting.get(id)?.resolve(result);
    else if (params?.chunk !== undefined) takeChunk(params.chunk);
  });
  return {
    call(method, params = {}) {
      const answer = Promise.withResolvers<unknown>();
      waiting.set(++last, answer);
      socket.send(JSON.stringify({ id: last, method, params }));
      return answer.promise;
    },
    onChunk(take) {
      takeChunk = take;
    },
    async [Symbol.asyncDispose]() {
      const closed = new Promise((resolve) => socket.once("close", resolve));
      socket.close();
      await closed;
    },
  };
}
