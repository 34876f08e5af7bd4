import { browserTokens } from "@mdreader/client";

/** Toggles the sign-in: stores tokens if there are none, and removes them otherwise. Runs with Node's `localStorage`. */

const tokens = browserTokens("outside");
const before = await tokens.get();
await tokens.set(
  before === null
    ? { accessToken: "access", refreshToken: null, expiresAt: "2030-01-01T00:00:00.000Z" }
    : null,
);

const turns: string[] = [];
const work = (name: string) => async () => {
  turns.push(`${name} begins`);
  await new Promise((resolve) => setTimeout(resolve, 1));
  turns.push(`${name} ends`);
};
await Promise.all([tokens.exclusively(work("first")), tokens.exclusively(work("second"))]);
console.log(JSON.stringify({ before, after: await tokens.get(), turns }));
