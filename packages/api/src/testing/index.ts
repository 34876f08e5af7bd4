export * from "./accounts.ts";
export * from "./app.ts";
export * from "./failure.ts";
export * from "./factories.ts";
export * from "./limiter.ts";
export { rows } from "./matrix/rows.ts";
export { aWorld, type World } from "./matrix/world.ts";
export * from "./services.ts";
export * from "./storage.ts";
