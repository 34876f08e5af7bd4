export { bundleProgram, type ProgramPackage } from "./bundle-program.ts";
