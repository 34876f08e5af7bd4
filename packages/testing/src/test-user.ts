import {
  type Client,
  createClient,
  type Role,
  roles,
  type RouterOutputs,
  type Workspace,
} from "@mdreader/client";

/** Fields of a user that matter to a test. The others are made up. */
export interface UserOptions {
  /** Default: a unique name. */
  username?: string;
  /** Default: derived from the username. */
  email?: string;
  password?: string;
}

export interface WorkspaceOptions {
  /** Default: "Workspace". */
  name?: string;
  /** The members besides the owner, by role. */
  members?: Partial<Record<Exclude<Role, "owner">, readonly TestUser[]>>;
}

export interface DocumentOptions {
  /** Default: "Document". */
  title?: string;
  /** Its Markdown. Default: empty. */
  content?: string;
  /** Default: a new workspace of the user. */
  workspaceId?: string;
  /** Default: the root of the workspace. */
  folderId?: string;
}

/** A registered user, with a client that is signed in. The server closes the client when it is closed. */
export interface TestUser {
  id: string;
  username: string;
  email: string;
  password: string;
  client: Client;
  /** Creates a workspace that the user owns. */
  createWorkspace(options?: WorkspaceOptions): Promise<Workspace>;
  /** Creates a document, if necessary in a new workspace. */
  createDocument(options?: DocumentOptions): Promise<RouterOutputs["document"]["get"]>;
}

/** Registers a user of the server at `url`. */
export async function createUser(url: string, options: UserOptions = {}): Promise<TestUser> {
  const { username = `user-${crypto.randomUUID().slice(0, 13)}` } = options;
  const { email = `${username}@example.test`, password = "correct horse battery staple" } = options;
  const client = createClient({ url });
  const { user } = await client.auth.register.mutate({ email, username, password });

  async function createWorkspace({ name = "Workspace", members = {} }: WorkspaceOptions = {}) {
    const workspace = await client.workspace.create.mutate({ name });
    for (const role of roles) {
      if (role === "owner") continue;
      for (const member of members[role] ?? []) {
        const { token } = await client.workspace.invitation.create.mutate({
          workspaceId: workspace.id,
          role,
        });
        await member.client.workspace.invitation.accept.mutate({ token });
      }
    }
    return workspace;
  }

  return {
    id: user.id,
    username,
    email,
    password,
    client,
    createWorkspace,
    async createDocument({ title = "Document", content = "", workspaceId, folderId } = {}) {
      const workspace = workspaceId ?? (await createWorkspace()).id;
      const location = { workspaceId: workspace, ...(folderId !== undefined && { folderId }) };
      const { id } = await client.document.create.mutate({ ...location, title, content });
      return client.document.get.query({ id });
    },
  };
}
