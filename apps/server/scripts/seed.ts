import type { ProcedureCaller } from "@mdreader/api";

import { loadConfig } from "../src/config.ts";
import { seedDocuments } from "./seed/documents.ts";
import { withDomain } from "./seed/domain.ts";
import { demoPassword, createPerson } from "./seed/people.ts";

const workspaceName = "Demo";
const ada = "ada@example.com";
const ben = "ben@example.com";

/** Creates and fills the demo workspace unless it exists. */
async function createWorkspace(owner: ProcedureCaller, editor: ProcedureCaller): Promise<string> {
  const { items } = await owner.workspace.list();
  if (items.some(({ name }) => name === workspaceName)) return "The demo workspace already exists.";
  const { id: workspaceId } = await owner.workspace.create({
    name: workspaceName,
    description: "Sample notes of a team",
  });
  const { token } = await owner.workspace.invitation.create({ workspaceId, role: "editor" });
  await editor.workspace.invitation.accept({ token });
  return `The demo workspace has ${await seedDocuments(owner, workspaceId)} documents.`;
}

try {
  await withDomain(await loadConfig(), async (services) => {
    const owner = await createPerson(services, ada, "ada");
    const editor = await createPerson(services, ben, "ben");
    console.log(await createWorkspace(owner, editor));
    console.log(`Sign in as ${ada} or ${ben}, with the password "${demoPassword}".`);
  });
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
