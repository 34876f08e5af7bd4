import { defineConfig } from "oxlint";

/** A set of modules that a layer must not import. */
interface Ban {
  group: string[];
  message: string;
  allowTypeImports?: true;
}

const io = ["@mdreader/*", "node:*", "drizzle-orm*", "@trpc/*"];

/** The domain knows neither its callers nor the systems behind its ports. */
const domain: Ban[] = [
  {
    group: ["@mdreader/server", "@mdreader/client", "@mdreader/web", "@mdreader/cli"],
    message: "The domain does not know who serves or calls it.",
  },
  {
    group: [
      "node:http*",
      "node:net",
      "node:fs*",
      "ws",
      "hono*",
      "ioredis",
      "pg-boss",
      "nodemailer",
      "@hono/*",
    ],
    message: "Sockets, files and Redis are adapters in the server, behind a port.",
  },
];

/** What each layer must not import. If several layers contain a file, the last one applies. */
const layers: { files: string[]; except?: string[]; bans: Ban[] }[] = [
  {
    files: ["packages/contract/src/**"],
    bans: [{ group: io, message: "The contract is zod only, and safe in a browser." }],
  },
  {
    files: ["packages/collab/src/**"],
    except: ["**/*.test.ts"],
    bans: [{ group: io, message: "The document's rules are pure: Yjs only, and safe in a browser." }],
  },
  {
    files: ["packages/markdown/src/**"],
    except: ["**/*.test.ts"],
    bans: [{ group: io, message: "Markdown is read from a text alone, and in a browser too." }],
  },
  {
    files: ["packages/db/src/**"],
    bans: [
      {
        group: ["@mdreader/*", "!@mdreader/contract", "@trpc/*"],
        message: "The database knows the contract, nothing above it.",
      },
    ],
  },
  { files: ["packages/api/src/**"], bans: domain },
  {
    files: ["packages/api/src/**/router.ts"],
    bans: [
      ...domain,
      {
        group: ["@mdreader/db", "drizzle-orm*", "pg"],
        message: "A router is a builder, an input, an output and one call. SQL belongs to the verbs.",
      },
    ],
  },
  {
    files: [
      "access",
      "auth",
      "document",
      "file",
      "idempotency",
      "presence",
      "realtime",
      "text",
      "workspace",
    ].map((folder) => `packages/api/src/${folder}/**`),
    except: ["**/router.ts", "**/*.test.ts"],
    bans: [
      ...domain,
      { group: ["@trpc/*"], message: "Rules and SQL know no transport." },
      { group: ["**/router.ts"], message: "A feature never calls another's router." },
      { group: ["**/trpc/*.ts"], message: "Verbs never see tRPC. What they share with it is beside it." },
    ],
  },
  {
    files: ["packages/client/src/**", "apps/web/src/**"],
    except: ["packages/client/src/node/**", "packages/client/src/package.test.ts"],
    bans: [
      {
        group: ["@mdreader/db", "@mdreader/server", "@mdreader/collab/integration", "node:*"],
        message: "This runs in a browser.",
      },
      {
        group: ["@mdreader/api", "@trpc/server", "!@trpc/server/observable"],
        allowTypeImports: true,
        message: "Only types come from the server.",
      },
    ],
  },
  {
    files: ["packages/react/src/**"],
    except: ["**/*.test.ts"],
    bans: [
      {
        group: ["@mdreader/*", "!@mdreader/client", "@trpc/server", "node:*"],
        message: "Hooks call the procedures through a client. What a page looks like is up to its app.",
      },
    ],
  },
  {
    files: ["packages/mcp/src/**"],
    except: ["**/*.test.ts"],
    bans: [
      {
        group: ["@mdreader/*", "!@mdreader/client", "!@mdreader/collab", "!@mdreader/contract", "node:*"],
        message: "Tools call the procedures through a client, in any process.",
      },
    ],
  },
  {
    files: ["apps/cli/src/**"],
    except: ["**/*.test.ts"],
    bans: [
      {
        group: ["@mdreader/api", "@mdreader/collab", "@mdreader/db", "@mdreader/server"],
        message: "The command line is a client like any other.",
      },
    ],
  },
  {
    files: ["apps/server/src/**"],
    bans: [{ group: ["drizzle-orm*"], message: "SQL belongs to the domain." }],
  },
];

export default defineConfig({
  plugins: ["typescript", "import", "unicorn", "promise", "oxc", "react", "jsx-a11y"],
  categories: { correctness: "error", suspicious: "error", perf: "error" },
  rules: {
    "typescript/no-explicit-any": "error",
    "typescript/no-floating-promises": "error",
    "typescript/no-misused-promises": "error",
    "typescript/no-non-null-assertion": "error",
    "typescript/consistent-type-imports": "error",
    "typescript/ban-ts-comment": "error",
    "typescript/switch-exhaustiveness-check": "error",
    "typescript/no-unsafe-type-assertion": "off",
    "typescript/unbound-method": "off",
    "typescript/consistent-return": "off",
    "oxc/no-map-spread": "off",
    "unicorn/consistent-function-scoping": "off",
    "unicorn/filename-case": ["error", { cases: { kebabCase: true } }],
    "typescript/no-unnecessary-type-arguments": "off",
    "import/no-cycle": ["error", { ignoreTypes: false }],
    "import/no-default-export": "error",
    "import/no-unassigned-import": "off",
    "no-await-in-loop": "off",
    "no-console": "error",
    "no-underscore-dangle": ["error", { allow: ["_def", "_config", "_start", "_length", "_searchMarker"] }],
    "max-lines": ["error", { max: 400, skipBlankLines: true, skipComments: true }],
    "react/react-in-jsx-scope": "off",
  },
  ignorePatterns: [
    "**/dist/**",
    "**/dist-types/**",
    "**/node_modules/**",
    "apps/server/test/rest-client/program.ts",
  ],
  overrides: [
    { files: ["**/*.config.ts"], rules: { "import/no-default-export": "off" } },
    // Components and hooks have the names of their files.
    {
      files: ["apps/web/src/**", "packages/react/src/**"],
      rules: {
        "unicorn/filename-case": ["error", { cases: { kebabCase: true, camelCase: true, pascalCase: true } }],
      },
    },
    {
      files: ["**/*.test.ts", "**/*.e2e.ts"],
      rules: {
        "no-console": "off",
        "max-lines": ["error", { max: 600, skipBlankLines: true, skipComments: true }],
      },
    },
    {
      files: [
        "**/scripts/**",
        "packages/client/test/consumer/**",
        "apps/server/test/rest-client/**",
        "bench/**",
        "apps/web/bench/**",
        "apps/cli/src/**",
        "packages/db/src/testing/global-setup.ts",
      ],
      rules: { "no-console": "off" },
    },
    {
      files: ["packages/api/src/**"],
      rules: {
        "unicorn/require-post-message-target-origin": "off",
        "no-restricted-globals": [
          "error",
          { name: "process", message: "Settings come through the context." },
        ],
      },
    },
    {
      files: ["apps/server/src/**"],
      rules: {
        "no-restricted-globals": [
          "error",
          { name: "process", message: "Only main.ts and config.ts touch the process." },
        ],
      },
    },
    {
      files: ["apps/server/src/main.ts", "apps/server/src/config.ts", "apps/server/src/**/*.test.ts"],
      rules: { "no-restricted-globals": "off" },
    },
    ...layers.map(({ files, except = [], bans }) => ({
      files,
      excludeFiles: except,
      rules: { "no-restricted-imports": ["error", { patterns: bans }] as const },
    })),
  ],
});
