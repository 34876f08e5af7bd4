import { recordedContract } from "./recorded-contract.ts";

/**
 * The version of the contract, which clients and servers send with every call: a number that grows with each recorded
 * change, and a hash of the described contract.
 */
export const contractVersion = `${recordedContract.revision}-${recordedContract.hash}`;

/** The HTTP header and the connection parameter with the sender's version of the contract. */
export const contractHeader = "x-mdreader-contract";
export const contractParam = "contract";

/**
 * Compares the other side's version of the contract with this one.
 * @returns Null if they are equal, or if the other side did not send a valid one.
 */
export function compareContract(other: string | null | undefined): "older" | "newer" | null {
  const revision = Number(/^(?<revision>\d{1,9})-[\da-f]{1,64}$/.exec(other ?? "")?.groups?.["revision"]);
  if (Number.isNaN(revision) || revision === recordedContract.revision) return null;
  return revision < recordedContract.revision ? "older" : "newer";
}
