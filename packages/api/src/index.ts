export { AppError } from "./errors.ts";
export type { Caller, Context, Credential, RefreshCookie, RequestFacts, Services } from "./context.ts";
export type * from "./ports.ts";
export { type AppRouter, appRouter } from "./root.ts";
export { createCallerFactory } from "./trpc/init.ts";
