export { bundleLibrary, type LibraryPackage } from "./bundle-library.ts";
export { bundleProgram, type ProgramPackage } from "./bundle-program.ts";
