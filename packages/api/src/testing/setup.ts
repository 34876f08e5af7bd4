import { subscribe } from "node:diagnostics_channel";

/**
 * Lets a test fail if a procedure fails for a reason that the contract does not declare for it: an error in a subscriber is
 * an uncaught exception, which Vitest reports. The modules of the API are not loaded by this.
 */
subscribe("mdreader.undeclared-reason", (failure) => {
  throw new Error(`undeclared reason, see procedureNotes in the contract: ${JSON.stringify(failure)}`);
});
