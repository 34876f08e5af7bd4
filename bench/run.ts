import { cpus } from "node:os";

import { benchHealth } from "./src/hashing.ts";
import { benchEdits, benchFanOut, benchOpening } from "./src/living.ts";
import { benchGet, benchPages } from "./src/reading.ts";
import { benchSearch } from "./src/searching.ts";
import { openWorld, type World } from "./src/world.ts";

/** `pnpm bench`, or `pnpm bench get search` for some. */
const benches: Record<string, (world: World) => Promise<void>> = {
  get: benchGet,
  pages: benchPages,
  search: benchSearch,
  health: benchHealth,
  edits: benchEdits,
  fanout: benchFanOut,
  opening: benchOpening,
};

const chosen = process.argv.slice(2);
const unknown = chosen.filter((name) => !Object.hasOwn(benches, name));
if (unknown.length > 0) {
  console.error(
    `There is no benchmark ${unknown.join(", ")}. There are: ${Object.keys(benches).join(", ")}.`,
  );
  process.exit(2);
}
console.log(`Node ${process.version}, ${cpus().length} × ${cpus()[0]?.model ?? "unknown"}\n`);
await using world = await openWorld();
for (const [name, bench] of Object.entries(benches)) {
  if (chosen.length === 0 || chosen.includes(name)) await bench(world);
}
