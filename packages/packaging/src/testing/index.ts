export { createConsumerProject, type Project, type ProjectOptions } from "./consumer-project.ts";
export { listFiles, readCode, readPatch } from "./installed-code.ts";
