import { recordContract } from "./contract/baseline.ts";

/** `pnpm contract:record`: records the contract of a release, which later versions are compared with. */
console.log(`The contract has the number ${recordContract()}.`);
