import { z } from "zod";

import { acceptsBody, type Endpoint, listPathFields } from "../endpoint.ts";
import { createExample } from "./examples.ts";

/** A program that calls an operation, as documentation pages show it (`x-codeSamples`). */
export interface CodeSample {
  lang: string;
  label: string;
  source: string;
}

/** The example input of an operation, by the place where it is sent. */
interface ExampleCall {
  endpoint: Endpoint;
  path: Readonly<Record<string, unknown>>;
  query: Readonly<Record<string, unknown>>;
  body: Readonly<Record<string, unknown>>;
  transfer: Transfer;
}

/** Whether the call sends a file, or returns the address of one. */
type Transfer = "upload" | "download" | "none";

/**
 * Creates programs that call an operation with its example input. They read the address of the server and an API key or
 * access token from the environment.
 * @param body The example of the JSON body.
 */
export function createCodeSamples(endpoint: Endpoint, body: Readonly<Record<string, unknown>>): CodeSample[] {
  const inPath = listPathFields(endpoint);
  const call: ExampleCall = {
    endpoint,
    path: createFieldExamples(endpoint, (name) => inPath.includes(name)),
    query: acceptsBody(endpoint) ? {} : createFieldExamples(endpoint, isInQuery(endpoint)),
    body,
    transfer: findTransfer(endpoint),
  };
  return [
    { lang: "Shell", label: "curl", source: writeCurl(call) },
    { lang: "TypeScript", label: "TypeScript", source: writeTypeScript(call) },
    { lang: "Python", label: "Python", source: writePython(call) },
  ];
}

function createFieldExamples(
  { fields }: Endpoint,
  isWanted: (name: string) => boolean,
): Record<string, unknown> {
  const included = Object.entries(fields).filter(([name]) => isWanted(name));
  return examples.parse(createExample(z.object(Object.fromEntries(included)), "input"));
}

const examples = z.record(z.string(), z.unknown());

/** Examples of queries have the required fields and the size of a page. */
function isInQuery(endpoint: Endpoint): (name: string) => boolean {
  const inPath = listPathFields(endpoint);
  return (name) =>
    !inPath.includes(name) &&
    (name === "limit" || endpoint.fields[name]?.safeParse(undefined).success === false);
}

function findTransfer({ procedure, route }: Endpoint): Transfer {
  if (route.form !== undefined) return "upload";
  return procedure === "file.downloadUrl" || Object.hasOwn(downloads, procedure) ? "download" : "none";
}

const uploadedFile = "diagram.png";
const downloads: Readonly<Record<string, string>> = {
  "document.export": "workspace.zip",
  "document.exportHtml": "document.html",
};
const findDownloadName = ({ endpoint }: ExampleCall) => downloads[endpoint.procedure] ?? uploadedFile;

/** Returns the fields of a form besides the file. */
const findFormFields = ({ body }: ExampleCall) =>
  Object.entries(body).filter(([name]) => name === "workspaceId" || name === "documentId");

const isPublic = ({ endpoint }: ExampleCall) => endpoint.action === "public";

/** Returns the path with its example values. */
const fillPath = ({ endpoint, path }: ExampleCall) =>
  endpoint.path.replaceAll(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(toText(path[name])));

/** Formats a value of a query; null is an empty value. */
const toText = (value: unknown) =>
  typeof value === "string" ? value : value === null ? "" : JSON.stringify(value);

const toPairs = (query: ExampleCall["query"]) =>
  Object.entries(query).flatMap(([name, value]) =>
    [value].flat().map((one): [string, string] => [name, toText(one)]),
  );

function writeCurl(call: ExampleCall): string {
  const { endpoint, query, body, transfer } = call;
  const search = new URLSearchParams(toPairs(query)).toString();
  const parts = [
    `"$MDREADER_URL${fillPath(call)}${search && `?${search}`}"`,
    ...(isPublic(call) ? [] : ['-H "Authorization: Bearer $MDREADER_TOKEN"']),
  ];
  if (transfer === "upload") {
    parts.push(
      ...findFormFields(call).map(([name, value]) => `-F ${name}=${toText(value)}`),
      `-F file=@${uploadedFile}`,
    );
  } else if (Object.keys(body).length > 0) {
    parts.push("-H 'Content-Type: application/json'", `-d ${quoteForShell(JSON.stringify(body))}`);
  }
  const method = endpoint.method === "GET" || transfer === "upload" ? "" : `-X ${endpoint.method} `;
  const command = `curl --fail-with-body ${method}${parts.join(" \\\n  ")}`;
  if (transfer !== "download") return command;
  return `path=$(${command} | jq -r .url)\ncurl --fail --location -o ${findDownloadName(call)} "$MDREADER_URL$path"`;
}

const quoteForShell = (text: string) => `'${text.replaceAll("'", String.raw`'\''`)}'`;

function writeTypeScript(call: ExampleCall): string {
  const { endpoint, path, query, body, transfer } = call;
  const token = isPublic(call) ? "" : `, token: process.env["MDREADER_TOKEN"] ?? ""`;
  const createsClient = `const client = createClient({ url: process.env["MDREADER_URL"] ?? ""${token} });`;
  const importsClient = 'import { createClient } from "@mdreader/client";';
  if (transfer === "upload") {
    const { workspaceId, ...fields } = { ...path, ...Object.fromEntries(findFormFields(call)) };
    const options = writeLiteral({ ...fields, name: uploadedFile }, typeScript);
    return joinLines(
      'import { openAsBlob } from "node:fs";\n',
      `${importsClient}\n`,
      createsClient,
      `const bytes = await openAsBlob("${uploadedFile}");`,
      `const file = await client.uploadFile(${JSON.stringify(workspaceId)}, bytes, ${options});`,
      "console.log(file);",
    );
  }
  const input = { ...path, ...query, ...body };
  const literal = Object.keys(input).length === 0 ? "" : writeLiteral(input, typeScript);
  const calls = `client.${endpoint.procedure}.${endpoint.type === "query" ? "query" : "mutate"}(${literal})`;
  if (transfer === "download") {
    return joinLines(
      'import { writeFile } from "node:fs/promises";\n',
      `${importsClient}\n`,
      createsClient,
      `const { url } = await ${calls};`,
      "const response = await fetch(client.fileUrl(url));",
      `await writeFile("${findDownloadName(call)}", await response.bytes());`,
    );
  }
  const result =
    endpoint.outputSchema === null
      ? [`await ${calls};`]
      : [`const result = await ${calls};`, "console.log(result);"];
  return joinLines(`${importsClient}\n`, createsClient, ...result);
}

function writePython(call: ExampleCall): string {
  const { endpoint, query, body, transfer } = call;
  const hasQuery = Object.keys(query).length > 0;
  const hasBody = Object.keys(body).length > 0;
  const args = [
    `f"{url}${fillPath(call)}",`,
    ...(isPublic(call) ? [] : [`headers={"Authorization": f"Bearer {os.environ['MDREADER_TOKEN']}"},`]),
    ...(hasQuery ? [`params=${writeLiteral(toParameters(query), python, "    ")},`] : []),
    ...(transfer === "upload"
      ? [
          `data=${writeLiteral(Object.fromEntries(findFormFields(call)), python, "    ")},`,
          `files={"file": open("${uploadedFile}", "rb")},`,
        ]
      : []),
    ...(transfer !== "upload" && hasBody ? [`json=${writeLiteral(body, python, "    ")},`] : []),
    "timeout=60,",
  ];
  return joinLines(
    "import os\n",
    "import requests\n",
    `url = os.environ["MDREADER_URL"]`,
    `response = requests.${endpoint.method.toLowerCase()}(`,
    ...args.map((line) => `    ${line}`),
    ")",
    "response.raise_for_status()",
    ...writePythonResult(call),
  );
}

function writePythonResult(call: ExampleCall): string[] {
  if (call.transfer === "download") {
    return [
      `download = requests.get(url + response.json()["url"], timeout=60)`,
      "download.raise_for_status()",
      `with open("${findDownloadName(call)}", "wb") as file:`,
      "    file.write(download.content)",
    ];
  }
  return call.endpoint.outputSchema === null ? [] : ["print(response.json())"];
}

/** Keeps lists, whose names requests repeats. */
const toParameters = (query: ExampleCall["query"]) =>
  Object.fromEntries(
    Object.entries(query).map(([name, value]) => [name, Array.isArray(value) ? value : toText(value)]),
  );

const joinLines = (...lines: string[]) => lines.join("\n");

/** The syntax of literals in a language. */
interface Literals {
  indent: string;
  words: Readonly<Record<"null" | "true" | "false", string>>;
  writeKey: (name: string) => string;
}

const typeScript: Literals = {
  indent: "  ",
  words: { null: "null", true: "true", false: "false" },
  writeKey: (name) => (/^[A-Za-z_$][\w$]*$/.test(name) ? name : JSON.stringify(name)),
};
const python: Literals = {
  indent: "    ",
  words: { null: "None", true: "True", false: "False" },
  writeKey: (name) => JSON.stringify(name),
};

/** Writes a JSON value in a language; strings are the same as in JSON. */
function writeLiteral(value: unknown, language: Literals, indent = ""): string {
  const { words, writeKey } = language;
  if (value === null) return words.null;
  if (typeof value === "boolean") return words[`${value}`];
  if (typeof value !== "object") return JSON.stringify(value);
  const inner = indent + language.indent;
  const items = Array.isArray(value)
    ? value.map((item) => writeLiteral(item, language, inner))
    : Object.entries(value).map(
        ([name, item]) => `${writeKey(name)}: ${writeLiteral(item, language, inner)}`,
      );
  const [open, close] = Array.isArray(value) ? ["[", "]"] : ["{", "}"];
  if (items.length === 0) return `${open}${close}`;
  return `${open}\n${items.map((item) => `${inner}${item},\n`).join("")}${indent}${close}`;
}
