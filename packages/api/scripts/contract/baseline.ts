import { readFileSync, writeFileSync } from "node:fs";

import { recordedContract } from "@mdreader/contract";

import { type ContractDescription, describeContract, hashContract } from "./describe-contract.ts";

const repository = new URL("../../../../", import.meta.url);
const baselineFile = new URL("packages/api/contract-baseline.json", repository);
const versionFile = new URL("packages/contract/src/recorded-contract.ts", repository);

/** Reads the contract as it was last recorded. */
export function readBaseline(): ContractDescription {
  const recorded: ContractDescription = JSON.parse(readFileSync(baselineFile, "utf8")); // written below
  return recorded;
}

/** Records the current contract as the baseline, with a new number if it has changed. @returns Its number. */
export function recordContract(): number {
  const contract = describeContract();
  const hash = hashContract(contract);
  if (hash === recordedContract.hash) return recordedContract.revision;
  const revision = recordedContract.revision + 1;
  writeFileSync(baselineFile, formatBaseline(contract));
  writeFileSync(
    versionFile,
    `/** Written by \`pnpm contract:record\`. */\nexport const recordedContract = { revision: ${revision}, hash: "${hash}" };\n`,
  );
  return revision;
}

/** Formats a description with one line per entry, so that changes are easy to review. */
function formatBaseline({ reasons, policy, procedures }: ContractDescription): string {
  const lines = (entries: object) =>
    Object.entries(entries)
      .map(([name, value]) => `${JSON.stringify(name)}: ${JSON.stringify(value)}`)
      .join(",\n");
  return `{"reasons": ${JSON.stringify(reasons)},\n"policy": {\n${lines(policy)}},\n"procedures": {\n${lines(procedures)}}}\n`;
}
