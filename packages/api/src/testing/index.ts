export * from "./accounts.ts";
export * from "./app.ts";
export * from "./failure.ts";
export * from "./factories.ts";
export * from "./limiter.ts";
export * from "./services.ts";
export * from "./storage.ts";
