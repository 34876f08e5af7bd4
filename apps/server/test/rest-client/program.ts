import createClient, { type Middleware } from "openapi-fetch";

import type { components, paths } from "./dist/schema.d.ts";

/**
 * Two users work on a document over REST, through a client that is generated only from `/openapi.json`. The test generates
 * the client, type-checks this program and runs it.
 */

const [url = ""] = process.argv.slice(2);
const document = await (await fetch(`${url}/openapi.json`)).json();
const undocumented: string[] = [];

/** Records every response whose status the description does not list. */
const documented: Middleware = {
  onResponse({ schemaPath, request, response }) {
    const operation = document.paths[schemaPath]?.[request.method.toLowerCase()];
    if (operation?.responses[response.status] === undefined) {
      undocumented.push(`${request.method} ${schemaPath} ${response.status}`);
    }
  },
};

async function register(name: string) {
  const anonymous = createClient<paths>({ baseUrl: url });
  anonymous.use(documented);
  const body = { email: `${name}@example.test`, username: name, password: "correct horse battery staple" };
  const signedIn = requireData(await anonymous.POST("/api/v1/auth/register", { body }));
  return { ...signedIn, api: createAuthorizedClient(signedIn.access_token) };
}

function createAuthorizedClient(token: string) {
  const api = createClient<paths>({ baseUrl: url, headers: { authorization: `Bearer ${token}` } });
  api.use(documented);
  return api;
}

type Failure = components["schemas"]["Failure"];

function requireData<Data>({ data, error }: { data?: Data; error?: Failure }): NonNullable<Data> {
  if (error !== undefined || data === undefined || data === null)
    throw new Error(JSON.stringify(error ?? null));
  return data;
}

/** The reason of a failed call, one of those in the description. */
const findReason = ({ error }: { error?: Failure }): Failure["error"]["data"]["reason"] | null =>
  error?.error.data.reason ?? null;

const suffix = crypto.randomUUID().slice(0, 8);
const ada = await register(`ada-${suffix}`);
const grace = await register(`grace-${suffix}`);

const workspace = requireData(await ada.api.POST("/api/v1/workspaces", { body: { name: "Handbook" } }));
const workspaceId = workspace.id;
const inWorkspace = { params: { path: { workspaceId } } };
const folder = requireData(
  await ada.api.POST("/api/v1/folders", { body: { workspaceId, name: "Releases" } }),
);
const created = requireData(
  await ada.api.POST("/api/v1/documents", {
    body: { workspaceId, title: "Release checklist", content: "one\ntwo\nthree\n", folderId: folder.id },
  }),
);
const second = requireData(
  await ada.api.POST("/api/v1/documents", { body: { workspaceId, title: "Plan", content: "plan\n" } }),
);
const byId = { params: { path: { id: created.id } } };

// @ts-expect-error A title is text.
void (() => ada.api.PATCH("/api/v1/documents/{id}", { ...byId, body: { title: 1 } }));
// @ts-expect-error There is no such address.
void (() => ada.api.GET("/api/v1/document"));

const foreign = findReason(await grace.api.GET("/api/v1/documents/{id}", byId));
const invitation = requireData(
  await ada.api.POST("/api/v1/workspaces/{workspaceId}/invitations", {
    ...inWorkspace,
    body: { role: "editor" },
  }),
);
requireData(await grace.api.POST("/api/v1/invitations/accept", { body: { token: invitation.token } }));
const members = requireData(await ada.api.GET("/api/v1/workspaces/{workspaceId}/members", inWorkspace));
const mine = requireData(await grace.api.GET("/api/v1/workspaces/my-workspaces"));

requireData(
  await grace.api.PATCH("/api/v1/documents/{id}", {
    ...byId,
    body: { content: "one\ntwo\nthree, by Grace\n", baseVersion: created.version },
  }),
);
const merged = requireData(
  await ada.api.POST("/api/v1/documents/{id}/apply-text", {
    ...byId,
    body: { baseVersion: created.version, text: "one, by Ada\ntwo\nthree\n" },
  }),
);

const found = requireData(
  await ada.api.GET("/api/v1/documents/search", {
    params: { query: { workspaceId, query: "Grace", limit: 10 } },
  }),
);
const texts = requireData(
  await ada.api.GET("/api/v1/workspaces/{workspaceId}/texts", {
    params: { path: { workspaceId }, query: { documentIds: [created.id, second.id] } },
  }),
);
const tooLow = findReason(
  await grace.api.DELETE("/api/v1/workspaces/{id}", { params: { path: { id: workspaceId } } }),
);
const key = requireData(
  await ada.api.POST("/api/v1/auth/api-keys", { body: { name: "reader", scopes: ["read"] } }),
);
const keyed = requireData(await createAuthorizedClient(key.secret).GET("/api/v1/documents/{id}", byId));
const beyondScope = findReason(
  await createAuthorizedClient(key.secret).DELETE("/api/v1/documents/{id}", byId),
);

const { response: deleted } = await ada.api.DELETE("/api/v1/documents/{id}", byId);
const trash = requireData(await ada.api.GET("/api/v1/workspaces/{workspaceId}/trash", inWorkspace));
const restored = requireData(await ada.api.POST("/api/v1/documents/{id}/restore", byId));
const refreshed = requireData(
  await ada.api.POST("/api/v1/auth/refresh", { body: { refreshToken: ada.refresh_token ?? "" } }),
);
const { response: loggedOut } = await createAuthorizedClient(refreshed.access_token).POST(
  "/api/v1/auth/logout",
  {
    body: {},
  },
);
const after = findReason(await createAuthorizedClient(refreshed.access_token).GET("/api/v1/auth/me"));

console.log(
  JSON.stringify({
    undocumented,
    foreign,
    members: members.items.map(({ role }) => role).toSorted(),
    mine: mine.items.map(({ name, role }) => [name, role]),
    merged: [merged.content, merged.conflicts],
    texts: texts.items.map(({ content }) => content).toSorted(),
    found: found.items.map(({ title }) => title),
    refusals: [tooLow, beyondScope, after],
    keyed: keyed.title,
    statuses: [deleted.status, loggedOut.status],
    trash: trash.items.map(({ name }) => name),
    restored: restored.folderId === folder.id,
  }),
);
