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
  const signedIn = given(await anonymous.POST("/api/v1/auth/register", { body }));
  return { ...signedIn, api: clientWith(signedIn.access_token) };
}

function clientWith(token: string) {
  const api = createClient<paths>({ baseUrl: url, headers: { authorization: `Bearer ${token}` } });
  api.use(documented);
  return api;
}

type Failure = components["schemas"]["Failure"];

function given<Data>({ data, error }: { data?: Data; error?: Failure }): NonNullable<Data> {
  if (error !== undefined || data === undefined || data === null)
    throw new Error(JSON.stringify(error ?? null));
  return data;
}

/** The reason of a failed call, one of those in the description. */
const reasonOf = ({ error }: { error?: Failure }): Failure["error"]["data"]["reason"] | null =>
  error?.error.data.reason ?? null;

const suffix = crypto.randomUUID().slice(0, 8);
const ada = await register(`ada-${suffix}`);
const grace = await register(`grace-${suffix}`);

const workspace = given(await ada.api.POST("/api/v1/workspaces", { body: { name: "Handbook" } }));
const workspaceId = workspace.id;
const inWorkspace = { params: { path: { workspaceId } } };
const folder = given(await ada.api.POST("/api/v1/folders", { body: { workspaceId, name: "Releases" } }));
const created = given(
  await ada.api.POST("/api/v1/documents", {
    body: { workspaceId, title: "Release checklist", content: "one\ntwo\nthree\n", folderId: folder.id },
  }),
);
const second = given(
  await ada.api.POST("/api/v1/documents", { body: { workspaceId, title: "Plan", content: "plan\n" } }),
);
const byId = { params: { path: { id: created.id } } };

// @ts-expect-error A title is text.
void (() => ada.api.PATCH("/api/v1/documents/{id}", { ...byId, body: { title: 1 } }));
// @ts-expect-error There is no such address.
void (() => ada.api.GET("/api/v1/document"));

const foreign = reasonOf(await grace.api.GET("/api/v1/documents/{id}", byId));
const invitation = given(
  await ada.api.POST("/api/v1/workspaces/{workspaceId}/invitations", {
    ...inWorkspace,
    body: { role: "editor" },
  }),
);
given(await grace.api.POST("/api/v1/invitations/accept", { body: { token: invitation.token } }));
const members = given(await ada.api.GET("/api/v1/workspaces/{workspaceId}/members", inWorkspace));
const mine = given(await grace.api.GET("/api/v1/workspaces/my-workspaces"));

given(
  await grace.api.PATCH("/api/v1/documents/{id}", {
    ...byId,
    body: { content: "one\ntwo\nthree, by Grace\n", baseVersion: created.version },
  }),
);
const merged = given(
  await ada.api.POST("/api/v1/documents/{id}/apply-text", {
    ...byId,
    body: { baseVersion: created.version, text: "one, by Ada\ntwo\nthree\n" },
  }),
);

const found = given(
  await ada.api.GET("/api/v1/documents/search", {
    params: { query: { workspaceId, query: "Grace", limit: 10 } },
  }),
);
const texts = given(
  await ada.api.GET("/api/v1/workspaces/{workspaceId}/texts", {
    params: { path: { workspaceId }, query: { documentIds: [created.id, second.id] } },
  }),
);
const tooLow = reasonOf(
  await grace.api.DELETE("/api/v1/workspaces/{id}", { params: { path: { id: workspaceId } } }),
);
const key = given(
  await ada.api.POST("/api/v1/auth/api-keys", { body: { name: "reader", scopes: ["read"] } }),
);
const keyed = given(await clientWith(key.secret).GET("/api/v1/documents/{id}", byId));
const beyondScope = reasonOf(await clientWith(key.secret).DELETE("/api/v1/documents/{id}", byId));

const { response: deleted } = await ada.api.DELETE("/api/v1/documents/{id}", byId);
const trash = given(await ada.api.GET("/api/v1/workspaces/{workspaceId}/trash", inWorkspace));
const restored = given(await ada.api.POST("/api/v1/documents/{id}/restore", byId));
const refreshed = given(
  await ada.api.POST("/api/v1/auth/refresh", { body: { refreshToken: ada.refresh_token ?? "" } }),
);
const { response: loggedOut } = await clientWith(refreshed.access_token).POST("/api/v1/auth/logout", {
  body: {},
});
const after = reasonOf(await clientWith(refreshed.access_token).GET("/api/v1/auth/me"));

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
