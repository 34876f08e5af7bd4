export { type Overrides, type RunningServer, startServer } from "./app.ts";
export { type Config, type Environment, parseConfig, loadConfig } from "./config.ts";
export { StartError } from "./start-error.ts";
